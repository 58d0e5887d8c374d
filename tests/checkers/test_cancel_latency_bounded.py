from witness_play import cancel, order, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("cancel_latency_bounded", evidence, limits)


def lives(since, until, seconds):
    """An order every 3 s, cancelled so many seconds later."""
    starts = range(since, until, 3)
    return [[order(at, f"n{at}"), cancel(at + seconds, f"n{at}")] for at in starts]


BEFORE = lives(-20, -5, 1.0)


def test_cancels_as_fast_as_usual_hold():
    """One second before, one and a half during."""
    finding = judge(play(BEFORE, lives(0, 15, 1.5)))

    assert finding.answer == "held"
    assert finding.observed == "orders lived 1.5 s before their cancel came, 1.0 s were usual"


def test_cancels_that_come_late_are_broken():
    """Five seconds instead of one."""
    assert judge(play(BEFORE, lives(0, 15, 5.0))).answer == "broken"


def test_too_few_cancels_are_unknown():
    """A bot that never cancels cannot be late."""
    assert judge(play(BEFORE)).answer == "unknown"
