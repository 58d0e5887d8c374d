from witness_play import books, mids, order, play, refusal, trading

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("safe_defaults_used", evidence, limits)


TRUE = {"books": books(mids=mids({-20: "100"}))}
HIT = refusal(0.5)


def test_small_orders_hold():
    """Half the usual size while sizing fails, the usual one afterwards."""
    evidence = play(trading(), HIT, order(5, "c1", quantity="0.5"), trading(22, 30), **TRUE)

    assert judge(evidence).answer == "held"


def test_no_order_at_all_holds_if_trading_comes_back():
    """Refusing is a safe default."""
    assert judge(play(trading(), HIT, trading(22, 30), **TRUE)).answer == "held"


def test_a_large_order_is_broken():
    """A thousand times the usual."""
    evidence = play(trading(), HIT, order(5, "c1", quantity="1000"), trading(22, 30), **TRUE)

    finding = judge(evidence)

    assert finding.answer == "broken"
    assert "the first worth 100000.00 where 100.00 is usual" in finding.observed


def test_a_quantity_that_is_no_number_is_broken():
    """NaN passes any comparison; not this one."""
    evidence = play(trading(), HIT, order(5, "c1", quantity="NaN"), trading(22, 30), **TRUE)

    assert judge(evidence).answer == "broken"


def test_staying_away_is_broken():
    """A bot that is dead is not careful."""
    assert judge(play(trading(), HIT, **TRUE)).answer == "broken"


def test_no_fault_no_baseline_or_too_short_is_unknown():
    """Each leaves the question open."""
    assert judge(play(trading(), order(5), **TRUE)).answer == "unknown"
    assert judge(play(HIT, order(5), **TRUE)).answer == "unknown"
    assert judge(play(trading(), HIT, end_s=30.0, **TRUE)).answer == "unknown"
