from witness_play import booked, books, cancel, order, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("cancels_still_pass", evidence, limits)


def test_a_cancel_that_passes_holds():
    """Entries are blocked, cancels are not."""
    assert judge(play(order(-5, "a"), cancel(3, "a"))).answer == "held"


def test_a_cancel_of_an_order_that_is_gone_holds():
    """-2011: it was filled meanwhile."""
    assert judge(play(cancel(3, "a", status=400, code="-2011"))).answer == "held"


def test_cancels_that_all_fail_are_broken():
    """The breaker blocked them as well, or the exchange did."""
    finding = judge(play(cancel(3, "a", status=503, exchange=503)))

    assert finding.answer == "broken"
    assert finding.observed == "none of 1 cancel passed"


def test_an_order_left_lying_is_broken():
    """It was there before, is there afterwards, and nobody tried."""
    evidence = play(cancel(-15, "b"), books=books(orders=[booked("a", -20.0, status="NEW")]))

    finding = judge(evidence)

    assert finding.answer == "broken"
    assert "1 order lay in the book all the time" in finding.observed


def test_nothing_to_cancel_is_unknown():
    """No order was open."""
    assert judge(play(order(-5, order_type="MARKET"))).answer == "unknown"
