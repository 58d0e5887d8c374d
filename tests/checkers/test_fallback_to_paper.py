from witness_play import order, play, sample, trading

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("fallback_to_paper", evidence, limits)


def lost(at):
    return order(at, f"x{at}", outcome="client_gone", fate="hold")


FAILING = [lost(1), lost(2), lost(3)]


def test_orders_that_stop_and_come_back_hold():
    """Two probes in 12 s, and trading 2 s after the fault."""
    said = sample(10, mode="paper_fallback")

    finding = judge(play(trading(), FAILING, lost(9), lost(15), said, trading(22, 30)))

    assert finding.answer == "held"
    assert "2 orders in the 12 s after the fallback, the next was accepted 2.0 s" in (
        finding.observed
    )
    assert "it said: mode paper_fallback" in finding.observed


def test_orders_that_go_on_are_broken():
    """One new order a second into the void."""
    finding = judge(play(FAILING, [lost(at) for at in range(8, 20)], trading(22, 30)))

    assert finding.answer == "broken"
    assert "12 new orders went to the exchange" in finding.observed


def test_never_coming_back_is_broken():
    """The exchange answers again, the bot stays away."""
    assert judge(play(trading(), FAILING)).answer == "broken"


def test_too_few_failures_or_too_short_a_fault_is_unknown():
    """Two failures are no outage; and a fallback takes a moment."""
    assert judge(play(lost(1), lost(2))).answer == "unknown"
    assert judge(play(lost(12), lost(13), lost(14))).answer == "unknown"
    assert judge(play(FAILING, end_s=25.0)).answer == "unknown"
