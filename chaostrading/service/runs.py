"""Starts runs, one at a time for the target, and watches each until it has ended.

A run is a process of its own. A thread waits for it, another reads its evidence as it grows.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from chaostrading.core.clock import Clock, iso
from chaostrading.core.files import to_json
from chaostrading.safety.audit import append_audit
from chaostrading.service.problems import Problem
from chaostrading.service.state import ServiceState
from chaostrading.service.tail import EvidenceFeed
from chaostrading.suites import runner
from chaostrading.suites.catalogue import ChaosTest, load_test
from chaostrading.suites.runner import RunResult

__all__ = ["LiveRun", "RunRequest", "Runs"]

LOOK_EVERY_S = 0.25
_STARTED_WITHIN_S = 20.0
_ENDED_WITHIN_S = 60.0
_AROUND_S = 300.0


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRequest:
    """What an operator wants to run."""

    test: ChaosTest
    variant: str = ""
    quick: bool = False
    seed: int | None = None

    def text(self) -> str:
        """The same request has the same text."""
        return to_json([self.test.name, self.variant, self.quick, self.seed])


@dataclass(kw_only=True, slots=True)
class LiveRun:
    """A run from its start to its end."""

    test: ChaosTest
    variant: str
    quick: bool
    by: str
    suite: str
    began_wall_s: float
    began_s: float
    run_id: str = ""
    feed: EvidenceFeed | None = None
    result: RunResult | None = None
    named: threading.Event = field(default_factory=threading.Event)
    """Set once the run has its id, or has failed to start."""

    def row(self, now_s: float) -> dict[str, Any]:
        """The run for people and programs."""
        result = self.result
        return {
            "run_id": self.run_id,
            "test": self.test.name,
            "category": self.test.category,
            "impact": self.test.impact,
            "state": "finished" if result else "running",
            "suite": self.suite or None,
            "variant": self.variant or None,
            "quick": self.quick,
            "by": self.by,
            "started_at": iso(self.began_wall_s),
            "seconds": round(result.seconds if result else now_s - self.began_s, 1),
            "bound_s": self.test.recovery_s,
            **(result_row(result) if result else {}),
        }


def result_row(result: RunResult) -> dict[str, Any]:
    """What became of a run."""
    return {
        "outcome": result.outcome,
        "conclusive": result.conclusive,
        "sentence": result.sentence,
        "exit_code": result.exit_code,
        "seed": result.seed,
        "recovery_s": result.recovery_s,
        "censored": result.censored,
    }


class Runs:
    """The runs of this service. All calls may come from any thread.

    `run` and `command` are for tests: how an experiment is run, and the command line of it.
    """

    def __init__(
        self,
        publish: Callable[..., None],
        state: ServiceState,
        *,
        target: str,
        clock: Clock,
        run: Callable[..., RunResult] = runner.run_experiment,
        command: Callable[..., list[str]] = runner.command,
    ) -> None:
        self._publish = publish
        self._state = state
        self._name = target
        self._clock = clock
        self._run = run
        self._command = command
        self._starting = threading.Lock()
        self._target = threading.Lock()
        self._held_by = ""
        self._live: dict[int, LiveRun] = {}
        self._ended: deque[LiveRun] = deque(maxlen=100)
        self._threads: list[threading.Thread] = []
        self.closing = ""
        """Why no run may go on, "" while they may."""

    def start(self, asked: RunRequest, *, by: str, key: str = "") -> tuple[str, bool]:
        """Start a run. Returns its id, and whether this idempotency `key` had started it before.

        Raises Problem 409 when the target is taken, 422 when the key was used for something else,
        503 when the run cannot be started.
        """
        with self._starting:
            if key and (known := self._state.run_of(key, asked.text())):
                return known, True
            if self.closing:
                raise Problem(503, f"nothing is started any more: {self.closing}")
            if not self._target.acquire(blocking=False):
                held_by = self._held_by
                raise Problem(409, f"one run at a time: {held_by} is on the {self._name} now")
            live = self._new(asked.test, variant=asked.variant, quick=asked.quick, by=by)
            self._held_by = f"a run of {asked.test.name}"
            try:
                # The line comes first: a run that nobody can account for does not happen.
                append_audit("run_started", by, asked.text(), clock=self._clock)
                thread = threading.Thread(
                    target=self._own_run, args=(live, asked), name=f"run {asked.test.name}"
                )
                thread.start()
            except BaseException as error:
                self._target.release()
                if isinstance(error, OSError):
                    raise Problem(503, f"the run cannot be written down: {error}") from error
                raise
            self._threads = [one for one in self._threads if one.is_alive()] + [thread]
            live.named.wait(_STARTED_WITHIN_S)
            if not live.run_id:
                why = live.result.sentence if live.result else "it did not start in time"
                raise Problem(503, f"{asked.test.name} could not be started: {why}")
            if key:
                self._state.remember(key, asked.text(), live.run_id)
        return live.run_id, False

    @contextmanager
    def target_for(self, who: str, patience_s: float) -> Iterator[None]:
        """Hold the target for a suite. Raises Problem 409 when it is not free in time."""
        if not self._target.acquire(timeout=patience_s):
            raise Problem(409, f"{self._held_by} was on the {self._name} for {patience_s:g} s")
        self._held_by = who
        try:
            yield
        finally:
            self._target.release()

    def run_of_suite(self, suite: str) -> Callable[..., RunResult]:
        """How a suite runs its tests here: `suites.suite.Run`. The suite holds the target."""

        def run(experiment: Path, *, test: str, **options: Any) -> RunResult:
            quick = bool(options.get("quick"))
            live = self._new(load_test(experiment), quick=quick, by="schedule", suite=suite)
            return self._watched(live, experiment, test=test, **options)

        return run

    def must_stop(self) -> str:
        """Why running tests must stop though the lever is released, "" while they need not."""
        return self.closing

    def close(self, reason: str) -> None:
        """Stop every run, with its rollbacks, and wait until all have ended."""
        self.closing = reason
        deadline = self._clock.monotonic() + _ENDED_WITHIN_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - self._clock.monotonic()))

    def live(self) -> list[LiveRun]:
        """What is running now."""
        return [one for one in list(self._live.values()) if one.run_id]

    def ended(self) -> list[LiveRun]:
        """The last 100 that have ended, newest first; some of them may have left no journal."""
        return list(reversed(self._ended))

    def find(self, run_id: str) -> LiveRun | None:
        """The run of that id, if this process has started it lately."""
        return next((one for one in [*self.live(), *self.ended()] if one.run_id == run_id), None)

    def _new(
        self, test: ChaosTest, *, by: str, variant: str = "", quick: bool = False, suite: str = ""
    ) -> LiveRun:
        return LiveRun(
            test=test,
            variant=variant,
            quick=quick,
            by=by,
            suite=suite,
            began_wall_s=self._clock.wall(),
            began_s=self._clock.monotonic(),
        )

    def _own_run(self, live: LiveRun, asked: RunRequest) -> None:
        test = asked.test
        self._watched(
            live,
            test.path,
            test=test.name,
            seed=asked.seed,
            quick=asked.quick,
            journals=None,
            limit_s=_AROUND_S + 3 * test.duration_ms / 1000 + 2 * test.recovery_s,
            environ=self._state.environ(),
            clock=self._clock,
        )

    def _watched(self, live: LiveRun, experiment: Path, **options: Any) -> RunResult:
        """Run it to its end, told to everybody. Never raises."""
        ended = threading.Event()
        feeder = threading.Thread(target=self._feed, args=(live, ended), name="feed", daemon=True)

        def command(experiment: Path, journal: Path, *, quick: bool) -> list[str]:
            line = _with_variant(self._command(experiment, journal, quick=quick), live.variant)
            # The runner names the run, and its evidence folder after it; here it is first seen.
            self._begin(live, journal.parent)
            feeder.start()
            return line

        own_stop = options.pop("stop", None)
        self._live[id(live)] = live
        try:
            result = self._run(
                experiment,
                **options,
                run_command=command,
                stop=lambda: self.must_stop() or (own_stop() if own_stop else ""),
            )
        except Exception as error:  # the target must be given back, whatever went wrong
            sentence = f"{live.test.name} failed to run: {type(error).__name__}: {error}"
            result = RunResult(
                test=live.test.name, outcome="error", conclusive=False, sentence=sentence
            )
        finally:
            ended.set()
            if feeder.ident is not None:
                feeder.join()
        if not live.suite:
            # Before anybody is told: who starts the next run on that news must not be too early.
            self._target.release()
        self._end(live, replace(result, run_id=live.run_id or result.run_id))
        return result

    def _begin(self, live: LiveRun, folder: Path) -> None:
        live.run_id = folder.name
        live.feed = EvidenceFeed(
            folder / "witness.jsonl",
            run_id=live.run_id,
            test=live.test.name,
            publish=self._publish,
            clock=self._clock,
        )
        self._publish("run_started", **live.row(self._clock.monotonic()))
        live.named.set()

    def _end(self, live: LiveRun, result: RunResult) -> None:
        if live.feed is not None:
            live.feed.look()
        live.result = result
        live.run_id = result.run_id
        self._ended.append(live)
        self._live.pop(id(live), None)
        self._publish("run_finished", **live.row(self._clock.monotonic()))
        live.named.set()

    def _feed(self, live: LiveRun, ended: threading.Event) -> None:
        while not ended.wait(LOOK_EVERY_S):
            if live.feed is not None:
                live.feed.look()


def _with_variant(line: list[str], variant: str) -> list[str]:
    return [*line[:-1], "--var", f"variant={variant}", line[-1]] if variant else line
