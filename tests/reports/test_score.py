"""The score of a run, and the triple that it is only ever shown in."""

import pytest

import chaostrading.checkers  # noqa: F401 - registers every checker
from chaostrading.checkers.base import checkers
from chaostrading.reports.checks import checks
from chaostrading.reports.score import DAY_S, Listed, Scored, run_score, triple

NOW = 1_750_000_000.0
LOW = Listed(name="a", category="network", impact="low")
CRITICAL = Listed(name="b", category="trading", impact="critical")


def score(answers, *, recovered=True, impact=None, conclusive=True):
    return run_score(
        conclusive=conclusive, answers=answers, recovered=recovered, impact=impact or {}
    )


def test_a_run_in_which_everything_held_scores_full():
    """50 for the checks, 25 for recovery, 25 for integrity."""
    assert score([("no_duplicate_orders", "held"), ("backoff_grows", "held")]).total == 100.0


@pytest.mark.parametrize(
    ("answers", "changes", "parts"),
    [
        # backoff_grows weighs 1, heartbeat_detects_silence 3.
        ([("backoff_grows", "broken"), ("heartbeat_detects_silence", "held")], {}, (37.5, 25, 25)),
        ([("backoff_grows", "held"), ("heartbeat_detects_silence", "broken")], {}, (12.5, 25, 25)),
        ([("positions_agree", "broken"), ("backoff_grows", "held")], {}, (12.5, 25, 0)),
        ([("backoff_grows", "held")], {"recovered": False}, (50, 0, 25)),
        ([("backoff_grows", "held")], {"impact": {"duplicate_orders": 1}}, (50, 25, 0)),
        ([("backoff_grows", "held")], {"impact": {"position_gaps": {"BTC": "1"}}}, (50, 25, 0)),
        # What judges the run and not the target has no part in the score.
        ([("backoff_grows", "held"), ("fault_was_live", "held")], {}, (50, 25, 25)),
    ],
)
def test_each_part_is_lost_for_its_own_reason(answers, changes, parts):
    """Integrity is all or nothing."""
    found = score(answers, **changes)

    assert (found.hypothesis, found.recovery, found.integrity) == parts


@pytest.mark.parametrize(
    ("answers", "conclusive"),
    [([("backoff_grows", "held")], False), ([], True), ([("fault_was_live", "held")], True)],
)
def test_a_run_that_proves_nothing_scores_nothing(answers, conclusive):
    """None, not zero and not hundred."""
    assert score(answers, conclusive=conclusive) is None


def run(test, days, points, *, variant="", conclusive=True):
    return Scored(
        test=test,
        variant=variant,
        conclusive=conclusive,
        score=points,
        wall_s=NOW - days * DAY_S,
    )


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ([], "no score, 0 of 2 tests, no age"),
        ([run("a", 1, 80)], "80 of 100, 1 of 2 tests, oldest 1 d"),
        ([run("a", 9, 10), run("a", 2, 80)], "80 of 100, 1 of 2 tests, oldest 2 d"),
        # Impact weighs: (1 * 100 + 4 * 50) / 5.
        ([run("a", 1, 100), run("b", 3, 50)], "60 of 100, 2 of 2 tests, oldest 3 d"),
        # Age weighs: at 60 days half. (0.5 * 100 + 4 * 50) / 4.5.
        ([run("a", 60, 100), run("b", 3, 50)], "56 of 100, 2 of 2 tests, oldest 60 d"),
        ([run("a", 91, 100)], "no score, 0 of 2 tests, no age"),
        ([run("a", 1, None, conclusive=False)], "no score, 0 of 2 tests, no age"),
        # An inconclusive run does not hide the conclusive one before it.
        (
            [run("a", 5, 80), run("a", 1, None, conclusive=False)],
            "80 of 100, 1 of 2 tests, oldest 5 d",
        ),
        ([run("a", 1, 100, variant="x"), run("a", 1, 50)], "75 of 100, 1 of 2 tests, oldest 1 d"),
        ([run("stranger", 1, 10)], "no score, 0 of 2 tests, no age"),
        ([run("a", -1, 10)], "no score, 0 of 2 tests, no age"),
    ],
)
def test_the_triple_says_score_coverage_and_age(runs, text):
    """None of them stands alone."""
    assert triple(runs, [LOW, CRITICAL], NOW).text() == text


def test_every_checker_has_a_weight_a_cause_and_advice():
    """A finding without advice leaves its reader alone."""
    assert set(checkers()) <= set(checks())


def test_no_advice_is_for_a_checker_that_does_not_exist():
    """A renamed checker would silently lose its weight."""
    assert set(checks()) <= set(checkers())
