"""A suite runs gentle tests first, looks around between them, and proves what it says."""

import threading
from pathlib import Path

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.safety import lever
from chaostrading.suites.runner import RunResult
from chaostrading.suites.suite import plan, run_suite

DAILY = [
    "websocket_disconnect",
    "rate_limit_storm",
    "stale_price_data",
    "corrupted_market_data",
]


class FakeRun:
    """Runs nothing and remembers what it was asked."""

    def __init__(self, **outcomes: str) -> None:
        self.outcomes = outcomes
        self.calls: list[dict[str, object]] = []
        self.hook = lambda test: None

    @property
    def tests(self) -> list[object]:
        return [call["test"] for call in self.calls]

    def __call__(self, experiment: Path, **call: object) -> RunResult:
        self.calls.append(call)
        test = str(call["test"])
        self.hook(test)
        outcome = self.outcomes.get(test, "passed")
        return RunResult(
            test=test,
            outcome=outcome,
            conclusive=outcome in ("passed", "deviated"),
            sentence=f"{test} {outcome}",
        )


def suite(experiments, clock, run, name="daily", **options):
    return run_suite(
        name, chosen=plan(name, folder=experiments), clock=clock, run=run, seed=7, **options
    )


def test_a_suite_runs_its_tests_and_says_how_it_went(experiments, clock):
    """All passed: exit 0 and one sentence."""
    run = FakeRun()

    result = suite(experiments, clock, run)

    assert run.tests == DAILY
    assert result.exit_code == 0
    assert result.sentence == "daily: 4 of 4 tests passed (seed 7)"


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ({"rate_limit_storm": "deviated", "stale_price_data": "error"}, 1),
        ({"rate_limit_storm": "refused", "stale_price_data": "error"}, 4),
        ({"rate_limit_storm": "inconclusive", "stale_price_data": "refused"}, 3),
        ({"rate_limit_storm": "inconclusive"}, 2),
    ],
)
def test_the_worst_run_is_the_suites_exit_code(experiments, clock, outcomes, code):
    """Deviated, then error, refused, inconclusive, passed."""
    assert suite(experiments, clock, FakeRun(**outcomes)).exit_code == code


def test_each_test_has_a_seed_that_follows_from_the_suites(experiments, clock):
    """The same suite seed gives the same seeds, and two tests never share one."""
    first, second = FakeRun(), FakeRun()

    suite(experiments, clock, first)
    suite(experiments, clock, second)

    seeds = [call["seed"] for call in first.calls]
    assert seeds == [call["seed"] for call in second.calls]
    assert len(set(seeds)) == 4


def test_it_cools_down_between_tests_and_not_before_the_first(experiments, clock):
    """Four tests have three pauses of 5 s."""
    began = clock.monotonic()

    suite(experiments, clock, FakeRun())

    assert 15.0 <= clock.monotonic() - began < 17.0


def test_it_waits_until_things_are_steady(experiments, clock):
    """The next test begins only when the look around finds nothing."""
    troubles = ["orders are open"] * 10
    run = FakeRun()

    result = suite(experiments, clock, run, steady=lambda: troubles.pop() if troubles else "")

    assert run.tests == DAILY
    assert result.stopped == ""
    assert troubles == []


def test_it_stops_when_things_do_not_become_steady(experiments, clock):
    """One test's damage must not be the next one's baseline."""
    run = FakeRun()
    result = suite(experiments, clock, run, steady=lambda: "orders are open" if run.calls else "")

    assert run.tests == ["websocket_disconnect"]
    assert result.stopped == "not steady within 60 s: orders are open"
    assert result.exit_code == 2
    assert [skip.test for skip in result.skipped] == DAILY[1:]
    assert "not steady within 60 s" in result.skipped[0].reason


def test_what_a_crashed_run_left_is_taken_back_before_the_next(experiments, clock):
    """Recover is called before each test."""
    calls = []

    suite(experiments, clock, FakeRun(), recover=lambda: calls.append("recover"))

    assert calls == ["recover"] * 4


def test_the_lever_stops_the_suite(experiments, clock):
    """What has run is reported, what has not is listed with the reason."""
    run = FakeRun()
    run.hook = lambda test: test == "rate_limit_storm" and lever.engage("stop", "ada")

    result = suite(experiments, clock, run)

    assert run.tests == DAILY[:2]
    assert "engaged by ada" in result.stopped
    assert [skip.test for skip in result.skipped] == DAILY[2:]
    assert result.exit_code == 2


def test_a_disabled_test_is_listed_with_its_reason(experiments, clock, make_experiment):
    """It does not vanish."""
    make_experiment("rate_limit_storm", enabled=False)
    run = FakeRun()

    result = suite(experiments, clock, run)

    assert "rate_limit_storm" not in run.tests
    assert [(skip.test, skip.reason) for skip in result.skipped] == [
        ("rate_limit_storm", "disabled in its experiment")
    ]
    assert result.exit_code == 0


def test_a_test_that_cannot_be_read_is_an_error_of_the_suite(experiments, clock):
    """A suite must not be green because an experiment is broken."""
    (experiments / "stale_price_data.json").write_text("{")

    result = suite(experiments, clock, FakeRun())

    assert result.exit_code == 4
    assert result.results[0].test == "stale_price_data"
    assert "must be JSON" in result.results[0].sentence


def test_a_suite_that_ran_nothing_is_not_green(experiments, clock, make_experiment):
    """Nothing was proven."""
    for name in DAILY:
        make_experiment(name, enabled=False)

    assert suite(experiments, clock, FakeRun()).exit_code == 2


def test_a_run_that_cannot_be_started_does_not_end_the_suite(experiments, clock):
    """It is an error of that test."""
    run = FakeRun()

    def break_one(test):
        if test == "rate_limit_storm":
            raise OSError("no more processes")

    run.hook = break_one

    result = suite(experiments, clock, run)

    assert [row.outcome for row in result.results] == ["passed", "error", "passed", "passed"]
    assert result.results[1].sentence.endswith("OSError: no more processes")


def test_drawing_is_seeded_and_says_what_was_not_drawn(experiments):
    """A scheduled firing throws the dice; the same seed throws the same."""
    first = plan("daily", draw=(Dice(7, "x"), 0.5), folder=experiments)
    second = plan("daily", draw=(Dice(7, "x"), 0.5), folder=experiments)

    assert first == second
    assert 0 < len(first.tests) < 4
    assert first.skipped[0].reason == "not drawn (probability 0.5, seed 7)"


@pytest.mark.parametrize(("probability", "count"), [(0.0, 0), (1.0, 4)])
def test_probability_nought_never_fires_and_one_always_does(experiments, probability, count):
    """The ends of the scale are exact."""
    chosen = plan("daily", draw=(Dice(7), probability), folder=experiments)

    assert len(chosen.tests) == count


def test_a_tests_own_probability_counts(experiments, make_experiment):
    """It is multiplied with the probability of the setting."""
    make_experiment("rate_limit_storm", probability=0.0)

    chosen = plan("daily", draw=(Dice(7), 1.0), folder=experiments)

    assert [skip.test for skip in chosen.skipped] == ["rate_limit_storm"]


def test_an_operators_own_run_always_fires(experiments, make_experiment):
    """Without a draw probabilities do not matter."""
    make_experiment("rate_limit_storm", probability=0.0)

    assert len(plan("daily", folder=experiments).tests) == 4


def test_only_leaves_out_the_others(experiments):
    """One test of a suite by name."""
    chosen = plan("monthly", only=["cpu_spike"], folder=experiments)

    assert [test.name for test in chosen.tests] == ["cpu_spike"]
    with pytest.raises(InvalidInput, match="was 'cpu_spik'"):
        plan("monthly", only=["cpu_spik"], folder=experiments)


def test_system_tests_run_alone(experiments):
    """Memory and CPU pressure are felt by everything on the machine."""
    batches = plan("monthly", folder=experiments).batches(3)

    assert [[test.name for test in batch] for batch in batches] == [
        [
            *("websocket_disconnect", "rate_limit_storm", "stale_price_data"),
            *("corrupted_market_data", "network_latency_spike", "exchange_timeout"),
            *("partial_exchange_failure", "position_sizing_failure"),
        ],
        ["memory_pressure"],
        ["cpu_spike"],
        ["trade_storm", "risk_engine_bypass"],
    ]


def test_with_one_job_every_test_runs_alone(experiments):
    """Twelve tests, twelve batches."""
    assert [len(batch) for batch in plan("all", folder=experiments).batches(1)] == [1] * 12


def test_jobs_run_at_the_same_time(experiments, clock):
    """Two runs meet at a barrier that neither passes alone."""
    barrier = threading.Barrier(2, timeout=10)
    run = FakeRun()
    run.hook = lambda test: barrier.wait()

    result = suite(experiments, clock, run, jobs=2)

    assert result.exit_code == 0


@pytest.mark.parametrize("jobs", [0, 13])
def test_jobs_have_a_limit(experiments, clock, jobs):
    """There are twelve tests."""
    with pytest.raises(InvalidInput, match=rf"jobs must be within 1\.\.12, was {jobs}"):
        suite(experiments, clock, FakeRun(), jobs=jobs)


def test_a_target_of_ones_own_is_tested_by_one_test_at_a_time(experiments, clock):
    """Two faults on one target have two causes and no verdict."""
    with pytest.raises(InvalidInput, match="jobs must be 1 where tests share one target, was 2"):
        suite(experiments, clock, FakeRun(), jobs=2, environ={"CHAOS_TARGET": "freqtrade"})


def interrupt(test):
    if test == "rate_limit_storm":
        raise KeyboardInterrupt


def test_an_interrupted_suite_is_taken_up_where_it_stopped(experiments, clock):
    """What has run is not run again, and the result holds both halves."""
    run = FakeRun()
    run.hook = interrupt

    stopped = suite(experiments, clock, run)
    again = FakeRun()
    resumed = suite(experiments, clock, again, resume=True)

    assert stopped.stopped == "interrupted by the operator"
    assert stopped.exit_code == 2
    assert again.tests == DAILY[1:]
    assert [row.test for row in resumed.results] == DAILY
    assert (resumed.suite_id, resumed.seed) == (stopped.suite_id, stopped.seed)
    assert resumed.exit_code == 0


def test_a_run_that_the_lever_cut_short_runs_again(experiments, clock):
    """It has found nothing out, so resuming does not keep its result."""
    run = FakeRun(rate_limit_storm="interrupted")
    run.hook = lambda test: test == "rate_limit_storm" and lever.engage("stop", "ada")
    suite(experiments, clock, run)
    lever.release("checked", "bob", clock=clock)
    again = FakeRun()

    resumed = suite(experiments, clock, again, resume=True)

    assert again.tests == DAILY[1:]
    assert resumed.exit_code == 0


def test_a_finished_suite_is_not_resumed(experiments, clock):
    """The next one starts anew."""
    suite(experiments, clock, FakeRun())
    run = FakeRun()

    suite(experiments, clock, run, resume=True)

    assert run.tests == DAILY


@pytest.mark.parametrize("options", [{"quick": True}, {"seed": 8}])
def test_a_suite_is_resumed_only_as_it_was_begun(experiments, clock, options):
    """Half quick and half thorough would be neither."""
    run = FakeRun()
    run.hook = interrupt
    suite(experiments, clock, run)

    with pytest.raises(InvalidInput, match="to resume, was"):
        run_suite(
            "daily",
            chosen=plan("daily", folder=experiments),
            clock=clock,
            run=run,
            resume=True,
            **options,
        )


def test_quick_reaches_the_runs_and_shortens_the_pauses(experiments, clock):
    """Three pauses of 1 s."""
    run = FakeRun()
    began = clock.monotonic()

    suite(experiments, clock, run, quick=True)

    assert [call["quick"] for call in run.calls] == [True] * 4
    assert 3.0 <= clock.monotonic() - began < 5.0
