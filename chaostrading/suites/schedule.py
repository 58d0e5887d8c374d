"""Fire suites by the clock, at most one at a time, and say why whenever one does not fire.

`Schedule` decides and remembers; it is given the time and never waits. `start` lets APScheduler
(extra `service`) call it when a rule is due. Nothing is dropped silently: a firing that is late,
paused, blacked out, not drawn or overlapping is written to `schedule.jsonl` with its reason.
"""

import json
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chaostrading.core import home
from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.errors import ChaosTradingError, InvalidInput
from chaostrading.core.files import to_json, write_atomically
from chaostrading.core.seeds import Dice, fresh_seed
from chaostrading.safety import lever
from chaostrading.safety.audit import append_audit
from chaostrading.safety.settings import Settings
from chaostrading.suites.rules import DEFAULT_RULES, Rule, due_fires, next_fire, next_fires
from chaostrading.suites.suite import Plan, plan
from chaostrading.suites.summary import SuiteResult

__all__ = ["Firing", "Schedule", "start"]

GRACE_S = 3_600.0
_WATCH_EVERY_S = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Firing:
    """A suite that is due now, with its tests drawn already."""

    suite: str
    due_s: float
    seed: int
    """Seed of the suite run; the same firing always has the same."""
    chosen: Plan


class Schedule:
    """The rules, what they have fired, and whether they are paused. Survives restarts.

    `run` runs the suite of a firing and returns its result. `settings` reads the settings anew for
    each firing. A firing that comes later than `grace_s` seconds is skipped.
    """

    def __init__(
        self,
        run: Callable[[Firing], SuiteResult],
        settings: Callable[[], Settings],
        *,
        rules: Sequence[Rule] = DEFAULT_RULES,
        seed: int | None = None,
        grace_s: float = GRACE_S,
        experiments: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.rules = {rule.suite: rule for rule in rules}
        if len(self.rules) != len(rules):
            raise InvalidInput("schedule: each suite must have one rule, one had several")
        self._run = run
        self._settings = settings
        self._grace_s = grace_s
        self._experiments = experiments
        self._clock = clock or SystemClock()
        self._busy = threading.Lock()
        self._guard = threading.RLock()
        self._state = _read_state() or {
            "seed": None,
            "seen_s": {},
            "paused": None,
            "running": None,
        }
        self._take_up(seed)

    @property
    def seed(self) -> int:
        """The seed from which every draw follows."""
        return int(self._state["seed"])

    def wake(self, suite: str | None = None) -> None:
        """Handle what has become due for a suite, or for all. Never raises for what a run does.

        Call it as often as you like: a firing is handled once, by whoever comes first.
        """
        for rule in [self.rules[suite]] if suite else list(self.rules.values()):
            with self._guard:
                due = due_fires(rule, self._state["seen_s"][rule.suite], self._clock.wall())
                if not due:
                    continue
                # Written before anything runs: a firing is handled at most once, crash or not.
                self._state["seen_s"][rule.suite] = due[-1]
                self._write()
            for moment in due[:-1]:
                self._skip(rule, moment, "nobody was there to fire it, and a later one is due")
            self._fire(rule, due[-1])

    def pause(self, by: str, reason: str) -> None:
        """Fire nothing until resumed. Each firing that is due meanwhile is recorded as skipped."""
        with self._guard:
            self._state["paused"] = {"by": by, "reason": reason, "at_s": self._clock.wall()}
            self._write()
        append_audit("schedule_paused", by, reason, clock=self._clock)

    def resume(self, by: str) -> None:
        """Fire again from the next firing on; what was skipped is not made up for."""
        with self._guard:
            self._state["paused"] = None
            self._write()
        append_audit("schedule_resumed", by, clock=self._clock)

    def status(self, count: int = 3) -> dict[str, Any]:
        """What is planned: per rule the next firings, and whether the schedule is paused."""
        now = self._clock.wall()
        return {
            "seed": self.seed,
            "paused": self._state["paused"],
            "running": self._state["running"],
            "rules": [
                {
                    "suite": rule.suite,
                    "rule": rule.text(),
                    "zone": rule.zone,
                    "next": [iso(moment) for moment in next_fires(rule, now, count)],
                }
                for rule in self.rules.values()
            ],
        }

    def log(self, limit: int = 50) -> list[dict[str, Any]]:
        """The newest lines of the schedule's log, oldest first: fired, finished, skipped."""
        try:
            lines = _log_file().read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines[-limit:] if line.endswith("}")]

    def _fire(self, rule: Rule, due_s: float) -> None:
        running = self._state["running"]
        if running and running["suite"] == rule.suite:
            self._skip(rule, due_s, f"its firing of {iso(running['due_s'])} still runs")
            return
        # Another suite is waited for: the firing is then late, and judged as such below.
        if not self._busy.acquire(timeout=self._grace_s):
            self._skip(rule, due_s, f"another suite still runs after {self._grace_s:g} s")
            return
        try:
            if reason := self._not_now(due_s):
                self._skip(rule, due_s, reason)
                return
            # Every firing has a stream of its own: what an earlier one drew does not matter.
            dice = Dice(self.seed, f"schedule/{rule.suite}/{iso(due_s)}")
            chance = self._settings().probability
            chosen = plan(rule.suite, draw=(dice, chance), folder=self._experiments)
            if not chosen.tests:
                reasons = "; ".join(f"{skip.test}: {skip.reason}" for skip in chosen.skipped)
                self._skip(rule, due_s, f"no test is to run ({reasons or 'none is readable'})")
                return
            seed = dice.fork("suite").integer(0, 2**32 - 1)
            self._run_it(Firing(suite=rule.suite, due_s=due_s, seed=seed, chosen=chosen))
        finally:
            self._busy.release()

    def _not_now(self, due_s: float) -> str:
        now = self._clock.wall()
        if now - due_s > self._grace_s:
            return f"late by {now - due_s:.0f} s, at most {self._grace_s:g} s are allowed"
        if paused := self._state["paused"]:
            return f"the schedule is paused by {paused['by']}: {paused['reason']}"
        if (state := lever.read()).engaged:
            return state.sentence()
        try:
            settings = self._settings()
        except ChaosTradingError as error:
            return str(error)
        if not settings.enabled:
            return "CHAOS_ENABLED must be true, was false"
        for window in settings.blackouts:
            if window.covers(now):
                return f"within the blackout `{window.text}`"
        return ""

    def _run_it(self, firing: Firing) -> None:
        tests = [test.name for test in firing.chosen.tests]
        left_out = [asdict(skip) for skip in firing.chosen.skipped]
        running = {"suite": firing.suite, "due_s": firing.due_s, "since_s": self._clock.wall()}
        self._set_running(running)
        self._log("fired", firing.suite, firing.due_s, tests=tests, left_out=left_out,
                  seed=firing.seed)  # fmt: skip
        try:
            result = self._run(firing)
        except Exception as error:  # one broken run must not end the series
            why = f"{type(error).__name__}: {error}"
            self._log("failed", firing.suite, firing.due_s, reason=why)
        else:
            self._log("finished", firing.suite, firing.due_s, sentence=result.sentence,
                      exit_code=result.exit_code)  # fmt: skip
        finally:
            self._set_running(None)

    def _skip(self, rule: Rule, due_s: float, reason: str) -> None:
        self._log("skipped", rule.suite, due_s, reason=reason)

    def _log(self, event: str, suite: str, due_s: float, **details: Any) -> None:
        row = {"at": iso(self._clock.wall()), "event": event, "suite": suite, "due": iso(due_s)}
        path = _log_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._guard, path.open("a", encoding="utf-8") as file:
            file.write(to_json({**row, **details}) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _take_up(self, seed: int | None) -> None:
        """Go on from the state of the last time, and say what was cut short by its end."""
        now = self._clock.wall()
        if self._state["seed"] is None or seed is not None:
            self._state["seed"] = fresh_seed() if seed is None else seed
        # A rule that is new starts now: nobody wants the firings of the time before it existed.
        seen = self._state["seen_s"]
        self._state["seen_s"] = {name: seen.get(name, now) for name in self.rules}
        cut_short, self._state["running"] = self._state["running"], None
        self._write()
        if cut_short:
            why = "the schedule ended while it ran"
            self._log("failed", cut_short["suite"], cut_short["due_s"], reason=why)

    def _set_running(self, running: dict[str, Any] | None) -> None:
        with self._guard:
            self._state["running"] = running
            self._write()

    def _write(self) -> None:
        write_atomically(_state_file(), to_json(self._state, indent=1))


def start(schedule: Schedule) -> Callable[[], None]:
    """Let APScheduler wake the schedule whenever a rule is due. Returns what ends that.

    What became due while nothing ran is handled at once. Raises InvalidInput saying what to
    install when APScheduler is missing.
    """
    try:
        from apscheduler.events import EVENT_JOB_MAX_INSTANCES
        from apscheduler.schedulers.background import BackgroundScheduler
        from apscheduler.triggers.base import BaseTrigger
    except ImportError as error:
        raise InvalidInput(
            "schedule: APScheduler must be installed, was not:"
            " pip install 'chaostoolkit-trading[service]'"
        ) from error

    class RuleTrigger(BaseTrigger):  # type: ignore[misc]
        # APScheduler's own cron trigger loses a day where summer time begins at midnight, and
        # fires twice when a time comes twice, so the calendar is ours.
        def __init__(self, rule: Rule) -> None:
            self.rule = rule

        def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
            after = previous or now
            return datetime.fromtimestamp(next_fire(self.rule, after.timestamp()), tz=UTC)

    scheduler = BackgroundScheduler(
        timezone=UTC,
        # By default a job that is a second late is dropped. Here none ever is: the schedule itself
        # judges lateness and writes it down. Several that are late become one, and none overlap.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for rule in schedule.rules.values():
        scheduler.add_job(schedule.wake, RuleTrigger(rule), args=[rule.suite], id=rule.suite)
    # After a suspend or a step of the clock the timers above are wrong; this one is soon right.
    scheduler.add_job(schedule.wake, "interval", seconds=_WATCH_EVERY_S, id="watch")
    scheduler.add_listener(
        lambda event: schedule.wake(event.job_id) if event.job_id in schedule.rules else None,
        EVENT_JOB_MAX_INSTANCES,
    )
    scheduler.start()
    scheduler.add_job(schedule.wake, id="catch-up")

    def end() -> None:
        scheduler.shutdown(wait=False)

    return end


def _state_file() -> Path:
    return home.home() / "schedule.json"


def _log_file() -> Path:
    return home.home() / "schedule.jsonl"


def _read_state() -> dict[str, Any] | None:
    try:
        row = json.loads(_state_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"schedule: {_state_file()} must be readable, was not: {error}"
        ) from error
    if not isinstance(row, dict) or not {"seed", "seen_s", "paused", "running"} <= set(row):
        raise InvalidInput(f"schedule: {_state_file()} must hold a schedule, was {row!r}")
    return row
