"""The service's schedule: its rules, its runs, its events, its restarts."""

import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import InvalidInput
from chaostrading.service.schedule import read_rules
from chaostrading.suites.catalogue import NAMES
from chaostrading.suites.runner import RunResult

BERLIN = ZoneInfo("Europe/Berlin")
RULES = read_rules(["daily 02:30"], "Europe/Berlin")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


class Runner:
    """Stands in for running an experiment, and remembers the runs."""

    def __init__(self) -> None:
        self.runs: list[dict[str, object]] = []
        self.hook = lambda: None

    def __call__(self, experiment, *, test, run_command, stop, environ, seed, **options):
        number = len(self.runs)
        folder = experiment.parent / f"run-{number}"
        run_command(experiment, folder / "journal.json", quick=False)
        self.runs.append({"test": test, "environ": environ, "seed": seed})
        self.hook()
        outcome = "interrupted" if stop() else "passed"
        return RunResult(
            test=test, outcome=outcome, conclusive=True, sentence="it went well", run_id=folder.name
        )


@pytest.fixture
def runner():
    return Runner()


@pytest.fixture
def serve(make, runner):
    """A service at a local time of Berlin, with a daily rule at 02:30 there."""

    def start(now: str, environ=None, clock=None):
        clock = clock or ManualClock(wall=at(now))
        parts = make({"CHAOS_PROBABILITY": "1", **(environ or {})}, clock=clock, rules=RULES,
                     run=runner)  # fmt: skip
        return parts, clock

    return start


def events(parts):
    """What listeners were told, once the watch has looked."""
    parts.watch.look()
    return [
        (event.name, event.data.get("reason"))
        for event in parts.broker._kept
        if event.name.startswith("schedule_")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("daily 03:17", "daily at 03:17 Europe/Berlin"),
        ("weekly sun 04:17", "weekly at 04:17 Europe/Berlin on sun"),
        ("monthly last 06:17", "monthly at 06:17 Europe/Berlin on day last"),
    ],
)
def test_rules_are_read_as_people_write_them(text, said):
    """In the zone that was named for all."""
    assert [rule.text() for rule in read_rules([text], "Europe/Berlin")] == [said]


@pytest.mark.parametrize("text", ["", "daily", "daily sun 03:17", "weekly 03:17", "hourly 03:17"])
def test_a_rule_that_cannot_be_read_is_refused(text):
    """With what one looks like."""
    with pytest.raises(InvalidInput, match="must be like `daily 03:17`"):
        read_rules([text])


def test_without_rules_there_are_the_usual_three():
    """Daily, weekly and monthly, in the zone that was named."""
    rules = read_rules([], "Europe/Berlin")

    assert [rule.suite for rule in rules] == ["daily", "weekly", "monthly"]
    assert {rule.zone for rule in rules} == {"Europe/Berlin"}


def test_a_firing_runs_its_suite_here_and_is_told(serve, runner):
    """The runs are the service's own: listed, watched, by the schedule."""
    parts, clock = serve("2026-11-25T02:29")
    clock.advance(90)

    parts.schedule.wake()

    assert {run["test"] for run in runner.runs} <= set(NAMES)
    assert "rate_limit_storm" in {run["test"] for run in runner.runs}
    assert {(one.suite, one.by) for one in parts.runs.ended()} == {("daily", "schedule")}
    assert [name for name, _ in events(parts)] == ["schedule_fired", "schedule_finished"]


def test_in_spring_the_hour_that_is_skipped_still_fires_once(serve, runner):
    """29 March 2026: 02:30 does not exist, it is fired at 03:30."""
    parts, clock = serve("2026-03-29T01:00")
    seen = []
    for _ in range(16):
        clock.advance(900)
        before = len(runner.runs)
        parts.schedule.wake()
        if len(runner.runs) > before:
            seen.append(datetime.fromtimestamp(clock.wall(), BERLIN).strftime("%H:%M"))

    assert seen == ["03:30"]


def test_in_autumn_the_hour_that_comes_twice_fires_once(serve, runner):
    """25 October 2026: 02:30 comes twice."""
    parts, clock = serve("2026-10-25T01:00")
    for _ in range(16):
        clock.advance(900)
        parts.schedule.wake()

    assert [name for name, _ in events(parts)].count("schedule_fired") == 1


def test_a_firing_missed_by_a_stopped_service_is_recorded_after_the_restart(serve, runner):
    """More than an hour late: skipped with its reason; the next one fires."""
    _, clock = serve("2026-11-25T01:00")
    clock.advance(5 * 3_600)

    parts, _ = serve("", clock=clock)
    parts.schedule.wake()

    assert runner.runs == []
    assert events(parts) == [
        ("schedule_skipped", "late by 12600 s, at most 3600 s are allowed"),
    ]
    clock.advance(20.6 * 3_600)
    parts.schedule.wake()
    assert events(parts)[-1][0] == "schedule_finished"


def test_a_firing_missed_by_minutes_is_made_up_for(serve, runner):
    """A restart at the wrong moment loses nothing."""
    _, clock = serve("2026-11-25T02:29")
    clock.advance(600)

    parts, _ = serve("", clock=clock)
    parts.schedule.wake()

    assert runner.runs


def test_pausing_outlives_a_restart_and_each_skip_has_its_reason(serve, runner, call):
    """Paused and resumed through the API."""
    parts, clock = serve("2026-11-25T02:00")
    reply = call(parts).post("/api/chaos/schedule/pause", {"reason": "migration"})
    assert reply.json()["paused"]["reason"] == "migration"

    parts, _ = serve("", clock=clock)
    clock.advance(3_600)
    parts.schedule.wake()
    assert runner.runs == []
    assert events(parts) == [
        (
            "schedule_skipped",
            "the schedule is paused by somebody without a token from 127.0.0.1: migration",
        )
    ]

    assert call(parts).post("/api/chaos/schedule/resume").json()["paused"] is None
    clock.advance(86_400)
    parts.schedule.wake()
    assert runner.runs


def test_the_next_firings_are_listed_in_utc_with_their_zone(serve, call):
    """Across the end of summer time the distance is 25 hours."""
    parts, _ = serve("2026-10-24T01:00")

    rule = call(parts).get("/api/chaos/schedule?count=2").json()["rules"][0]

    assert rule["zone"] == "Europe/Berlin"
    assert rule["next"] == ["2026-10-24T00:30:00.000Z", "2026-10-25T00:30:00.000Z"]


def test_a_service_without_a_schedule_says_so(make, call):
    """`--no-schedule` is not an empty schedule."""
    assert call(make({})).get("/api/chaos/schedule").status == 409


def test_a_system_of_ones_own_is_fired_on_only_once_enabled(serve, runner, call):
    """CHAOS_ENABLED is false for it until an admin enables it; then the draw is 0.01 by default."""
    environ = {"CHAOS_TARGET": "freqtrade", "TRADING_MODE": "paper", "ADMIN_TOKEN": "a"}
    parts, clock = serve("2026-11-25T02:29", environ)
    clock.advance(90)
    parts.schedule.wake()
    assert events(parts) == [("schedule_skipped", "CHAOS_ENABLED must be true, was false")]

    call(parts, "a").post("/api/chaos/enable")
    clock.advance(86_400)
    parts.schedule.wake()

    assert {run["environ"]["CHAOS_ENABLED"] for run in runner.runs} == {"true"}


def test_while_a_suite_runs_nobody_else_gets_the_target(serve, runner, call):
    """Not between its tests either."""
    parts, clock = serve("2026-11-25T02:29")
    replies = []
    runner.hook = lambda: replies.append(
        call(parts).post("/api/chaos/run", {"test": "rate_limit_storm"})
    )
    clock.advance(90)

    parts.schedule.wake()

    assert {reply.status for reply in replies} == {409}
    assert "the scheduled daily suite is on the paper stack" in replies[0].json()["error"]


@pytest.mark.slow
def test_a_firing_waits_for_an_operators_run(serve, runner, call):
    """And then runs, rather than being lost."""
    parts, clock = serve("2026-11-25T02:29")
    go_on, running = threading.Event(), threading.Event()

    def wait() -> None:
        if len(runner.runs) == 1:
            running.set()
            go_on.wait(10)

    runner.hook = wait
    call(parts).post("/api/chaos/run", {"test": "rate_limit_storm"})
    assert running.wait(10)
    clock.advance(90)
    firing = threading.Thread(target=parts.schedule.wake)
    firing.start()
    firing.join(0.3)
    assert firing.is_alive()
    assert len(runner.runs) == 1

    go_on.set()
    firing.join(10)

    assert len(runner.runs) >= 2


def test_when_the_service_ends_its_suite_ends(serve, runner):
    """Not only the test that runs: no other one is begun."""
    parts, clock = serve("2026-11-25T02:29")
    runner.hook = lambda: parts.runs.close("the service is ending")
    clock.advance(90)

    parts.schedule.wake()

    assert len(runner.runs) == 1
    name, reason = events(parts)[-1]
    # With one readable experiment the suite is at its end anyway.
    assert (name, "the service is ending" in (reason or "")) in (
        ("schedule_failed", True),
        ("schedule_finished", False),
    )
