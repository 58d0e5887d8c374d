"""The schedule fires once, never overlaps, and records why whenever it does not fire."""

import json
import threading
from datetime import UTC, datetime

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import InvalidInput
from chaostrading.safety import lever
from chaostrading.safety.settings import Settings
from chaostrading.suites.rules import Rule
from chaostrading.suites.runner import RunResult
from chaostrading.suites.schedule import Schedule, start
from chaostrading.suites.summary import SuiteResult

DAILY = Rule(suite="daily", at="03:17")
WEEKLY = Rule(suite="weekly", at="04:17", weekday="sun")
DAY = 86_400.0


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


class Suites:
    """Stands in for running suites: remembers the firings."""

    def __init__(self) -> None:
        self.firings = []
        self.hook = lambda firing: None

    def __call__(self, firing):
        self.firings.append(firing)
        self.hook(firing)
        done = tuple(
            RunResult(test=test.name, outcome="passed", conclusive=True, sentence="passed")
            for test in firing.chosen.tests
        )
        return SuiteResult(suite=firing.suite, suite_id="x", seed=firing.seed, results=done)


@pytest.fixture
def night():
    """A clock that stands at noon of Wednesday 25 November 2026."""
    return ManualClock(wall=at("2026-11-25T12:00"))


@pytest.fixture
def suites():
    return Suites()


@pytest.fixture
def make(experiments, suites, night):
    def make_schedule(rules=(DAILY,), environ=None, **options):
        values = {} if environ is None else environ
        return Schedule(
            suites,
            lambda: Settings.load(values, paper_stack=True),
            rules=rules,
            experiments=experiments,
            clock=night,
            **{"seed": 7, **options},
        )

    return make_schedule


def skips(schedule):
    return [row["reason"] for row in schedule.log() if row["event"] == "skipped"]


def test_nothing_fires_before_its_time(make, suites, night):
    """A new rule does not make up for the time before it existed."""
    schedule = make()

    schedule.wake()

    assert suites.firings == []
    assert schedule.log() == []


def test_a_firing_is_handled_once(make, suites, night):
    """Waking again and again does not repeat it."""
    schedule = make()
    night.advance(15.5 * 3600)

    schedule.wake("daily")
    schedule.wake("daily")

    [firing] = suites.firings
    assert firing.due_s == at("2026-11-26T03:17")
    assert [test.name for test in firing.chosen.tests] == [
        "websocket_disconnect",
        "rate_limit_storm",
        "stale_price_data",
        "corrupted_market_data",
    ]
    assert [row["event"] for row in schedule.log()] == ["fired", "finished"]


@pytest.mark.slow
def test_a_simulated_year_fires_as_often_as_the_calendar_says(make, suites, night):
    """Woken every half hour for a year: 365 daily and 52 weekly firings, none skipped."""
    schedule = make(rules=(DAILY, WEEKLY))

    for _ in range(365 * 48):
        night.advance(1800)
        schedule.wake()

    assert [sum(one.suite == name for one in suites.firings) for name in ("daily", "weekly")] == [
        365,
        52,
    ]
    assert skips(schedule) == []


def test_a_late_firing_within_the_grace_still_fires(make, suites, night):
    """Half an hour late is better than not at all."""
    schedule = make()
    night.advance(15.5 * 3600 + 600)

    schedule.wake()

    assert len(suites.firings) == 1


def test_a_firing_that_is_too_late_is_recorded_and_not_run(make, suites, night):
    """The night's test does not run in the middle of the day."""
    schedule = make()
    night.advance(DAY - 600)

    schedule.wake()

    assert suites.firings == []
    assert skips(schedule) == ["late by 30780 s, at most 3600 s are allowed"]


def test_what_was_missed_while_down_is_recorded_one_by_one(make, suites, night):
    """A silent gap must not look green: three nights, two lost, the last one caught up."""
    make()
    night.advance(2 * DAY + 15.5 * 3600)

    schedule = make()
    schedule.wake()

    assert [firing.due_s for firing in suites.firings] == [at("2026-11-28T03:17")]
    assert [(row["event"], row["due"]) for row in schedule.log()] == [
        ("skipped", "2026-11-26T03:17:00.000Z"),
        ("skipped", "2026-11-27T03:17:00.000Z"),
        ("fired", "2026-11-28T03:17:00.000Z"),
        ("finished", "2026-11-28T03:17:00.000Z"),
    ]


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"CHAOS_ENABLED": "false"}, "CHAOS_ENABLED must be true, was false"),
        ({"CHAOS_ENABLED": "perhaps"}, "CHAOS_ENABLED must be true or false, was 'perhaps'"),
        (
            {"CHAOS_BLACKOUT": "daily 03:00-04:00"},
            "within the blackout `daily 03:00-04:00`",
        ),
    ],
)
def test_settings_that_forbid_are_recorded_as_the_reason(make, suites, night, environ, reason):
    """They are read anew for each firing."""
    schedule = make(environ=environ)
    night.advance(15.5 * 3600)

    schedule.wake()

    assert suites.firings == []
    assert skips(schedule) == [reason]


def test_the_lever_forbids_firing(make, suites, night):
    """And its reason is recorded."""
    schedule = make()
    lever.engage("stop", "ada", clock=night)
    night.advance(15.5 * 3600)

    schedule.wake()

    assert suites.firings == []
    assert "engaged by ada" in skips(schedule)[0]


def test_pausing_survives_a_restart_and_each_skip_names_it(make, suites, night):
    """Resuming goes on with the next firing; what was skipped is not made up for."""
    make().pause("ada", "release week")
    schedule = make()
    night.advance(15.5 * 3600)
    schedule.wake()

    assert suites.firings == []
    assert skips(schedule) == ["the schedule is paused by ada: release week"]

    schedule.resume("ada")
    schedule.wake()
    assert suites.firings == []
    night.advance(DAY)
    schedule.wake()
    assert len(suites.firings) == 1


def test_tests_that_are_not_drawn_are_recorded(make, suites, night):
    """The draw follows from the recorded seed, so that it can be repeated."""
    schedule = make(environ={"CHAOS_PROBABILITY": "0.5"})
    night.advance(15.5 * 3600)

    schedule.wake()

    fired = schedule.log()[0]
    assert len(fired["tests"]) + len(fired["left_out"]) == 4
    assert 0 < len(fired["tests"]) < 4
    assert fired["left_out"][0]["reason"] == "not drawn (probability 0.5, seed 7)"


def test_the_same_seed_draws_the_same(make, suites, night, chaos_home):
    """A second service with the same seed and the same firing makes the same choice."""
    schedule = make(environ={"CHAOS_PROBABILITY": "0.5"})
    night.advance(15.5 * 3600)
    schedule.wake()
    state = json.loads((chaos_home / "schedule.json").read_text())
    state["seen_s"] = {"daily": at("2026-11-25T12:00")}
    (chaos_home / "schedule.json").write_text(json.dumps(state))

    make(environ={"CHAOS_PROBABILITY": "0.5"}, seed=None).wake()

    first, second = suites.firings
    assert first.seed == second.seed
    assert first.chosen == second.chosen


def test_a_firing_of_which_nothing_was_drawn_is_a_skip_with_reasons(make, suites, night):
    """Every test is named."""
    schedule = make(environ={"CHAOS_PROBABILITY": "0"})
    night.advance(15.5 * 3600)

    schedule.wake()

    assert suites.firings == []
    assert "websocket_disconnect: not drawn (probability 0, seed 7)" in skips(schedule)[0]


@pytest.mark.slow
def test_how_often_tests_fire_follows_the_probability(make, suites, night):
    """Over 400 nights a chance of 0.25 draws a test 75 to 125 times (over 2 deviations)."""
    schedule = make(environ={"CHAOS_PROBABILITY": "0.25"})

    night.advance(15.5 * 3600)
    for _ in range(400):
        schedule.wake()
        night.advance(DAY)

    drawn = [test.name for one in suites.firings for test in one.chosen.tests]
    assert 75 <= drawn.count("rate_limit_storm") <= 125


def test_a_suite_that_still_runs_is_not_overlapped(make, suites, night):
    """The next firing comes due inside the run: it is skipped, with the reason."""
    schedule = make()

    def take_a_day(firing):
        if len(suites.firings) == 1:
            night.advance(DAY)
            schedule.wake("daily")

    suites.hook = take_a_day
    night.advance(15.5 * 3600)

    schedule.wake()

    assert len(suites.firings) == 1
    assert skips(schedule) == ["its firing of 2026-11-26T03:17:00.000Z still runs"]


def test_two_suites_run_one_after_the_other(make, suites, night):
    """The weekly firing waits for the daily one and then runs."""
    same_time = Rule(suite="weekly", at="03:17", weekday="thu")
    schedule = make(rules=(DAILY, same_time))
    inside = threading.Event()
    go_on = threading.Event()
    running = []

    def hold(firing):
        running.append(firing.suite)
        inside.set()
        assert go_on.wait(timeout=10)
        running.remove(firing.suite)

    suites.hook = hold
    night.advance(15.5 * 3600)
    daily = threading.Thread(target=schedule.wake, args=["daily"])
    daily.start()
    assert inside.wait(timeout=10)
    weekly = threading.Thread(target=schedule.wake, args=["weekly"])
    weekly.start()

    assert running == ["daily"]
    go_on.set()
    daily.join(timeout=10)
    weekly.join(timeout=10)

    assert [firing.suite for firing in suites.firings] == ["daily", "weekly"]
    assert skips(schedule) == []


def test_one_error_does_not_end_the_series(make, suites, night):
    """The failure is recorded and the next night fires."""
    schedule = make()

    def fail_once(firing):
        if len(suites.firings) == 1:
            raise OSError("no more processes")

    suites.hook = fail_once
    night.advance(15.5 * 3600)
    schedule.wake()
    night.advance(DAY)
    schedule.wake()

    assert [row["event"] for row in schedule.log()] == ["fired", "failed", "fired", "finished"]
    assert schedule.log()[1]["reason"] == "OSError: no more processes"


def test_a_run_that_the_end_of_the_service_cut_short_is_recorded(make, suites, night, chaos_home):
    """After a crash the firing is neither forgotten nor repeated."""
    schedule = make()

    def crash(firing):
        raise SystemExit

    suites.hook = crash
    night.advance(15.5 * 3600)
    with pytest.raises(SystemExit):
        schedule.wake()
    state = json.loads((chaos_home / "schedule.json").read_text())
    state["running"] = {"suite": "daily", "due_s": at("2026-11-26T03:17"), "since_s": 0}
    (chaos_home / "schedule.json").write_text(json.dumps(state))

    again = make()
    again.wake()

    assert len(suites.firings) == 1
    assert again.log()[-1]["reason"] == "the schedule ended while it ran"


def test_the_status_lists_the_next_firings(make, night):
    """With the rule and its time zone."""
    berlin = Rule(suite="daily", at="03:17", zone="Europe/Berlin")

    status = make(rules=(berlin,)).status(count=2)

    assert status["seed"] == 7
    assert status["paused"] is None
    assert status["rules"] == [
        {
            "suite": "daily",
            "rule": "daily at 03:17 Europe/Berlin",
            "zone": "Europe/Berlin",
            "next": ["2026-11-26T02:17:00.000Z", "2026-11-27T02:17:00.000Z"],
        }
    ]


@pytest.mark.parametrize("text", ["{", "[]", '{"seed": 1}'])
def test_a_state_that_cannot_be_read_is_refused(make, chaos_home, text):
    """Starting anew would forget that the schedule was paused."""
    chaos_home.mkdir()
    (chaos_home / "schedule.json").write_text(text)

    with pytest.raises(InvalidInput, match=r"schedule\.json must"):
        make()


@pytest.mark.slow
def test_apscheduler_wakes_the_schedule(experiments, suites):
    """A firing that came due while nothing ran is caught up with as soon as it starts."""
    pytest.importorskip("apscheduler")
    clock = ManualClock(wall=at("2026-11-25T12:00"))
    fired = threading.Event()
    suites.hook = lambda firing: fired.set()
    schedule = Schedule(
        suites,
        lambda: Settings.load({}, paper_stack=True),
        rules=(DAILY,),
        experiments=experiments,
        clock=clock,
        seed=7,
    )
    clock.advance(15.5 * 3600)

    end = start(schedule)
    try:
        assert fired.wait(timeout=10)
    finally:
        end()

    assert [firing.due_s for firing in suites.firings] == [at("2026-11-26T03:17")]


def test_without_apscheduler_the_extra_is_named(make, monkeypatch):
    """One line says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "apscheduler.events", None)

    with pytest.raises(InvalidInput, match=r"pip install 'chaostoolkit-trading\[service\]'"):
        start(make())
