from witness_play import cancel, order, play, refusal, trading

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("requests_are_queued", evidence, limits)


REFUSED = order(1, "c1", status=429, told=5, fate="answer", took=0.0)
STUCK = cancel(1, "old", status=429, told=5, fate="answer", took=0.0)


def test_work_that_resumes_holds():
    """The refused order goes in 0.5 s after the wait."""
    finding = judge(play(trading(), REFUSED, order(6.5, "c1"), order(8, "c2")))

    assert finding.answer == "held"
    assert "0.5 s after requests were allowed; 1 of 1 refused things" in finding.observed


def test_orders_that_never_come_back_are_broken():
    """Respecting the limit by doing nothing ever after is no success."""
    finding = judge(play(trading(), REFUSED, refusal(3)))

    assert finding.answer == "broken"
    assert "never again" in finding.observed


def test_a_cancel_behind_a_new_order_is_broken():
    """Cancels go first when requests are allowed again."""
    finding = judge(play(trading(), STUCK, order(6.5, "c2"), cancel(7, "old")))

    assert finding.answer == "broken"
    assert finding.observed == "1 refused cancel had to wait behind a new order"


def test_a_cancel_before_the_new_order_holds():
    """The same story in the right order."""
    assert judge(play(trading(), STUCK, cancel(6.2, "old"), order(6.5, "c2"))).answer == "held"


def test_no_orders_in_the_baseline_is_unknown():
    """A bot that never traded has nothing to resume."""
    assert judge(play(refusal(1, told=5), order(7))).answer == "unknown"


def test_an_observation_that_ends_too_early_is_unknown():
    """The wait was not over yet."""
    assert judge(play(trading(), REFUSED, end_s=7.0)).answer == "unknown"
