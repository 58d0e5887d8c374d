from witness_play import every, play, poll, trading

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("polling_is_shed", evidence, limits)


BEFORE = [trading(), every(1.0, -20, 0, poll)]


def test_shedding_polls_and_keeping_orders_holds():
    """A fifth of the polls, all of the orders."""
    finding = judge(play(BEFORE, trading(0, 20), every(5.0, 0, 20, poll)))

    assert finding.answer == "held"
    assert "trading went on at 100%, polling at 20%" in finding.observed


def test_keeping_both_holds():
    """The bot did not feel the stress."""
    evidence = play(BEFORE, trading(0, 20), every(1.0, 0, 20, poll))

    assert judge(evidence).answer == "held"


def test_keeping_both_is_broken_where_shedding_is_required():
    """The pressure is proven otherwise, so that not feeling it is no excuse."""
    evidence = play(BEFORE, trading(0, 20), every(1.0, 0, 20, poll))

    finding = judge(evidence, required=True)

    assert finding.answer == "broken"
    assert "polling at 100% of the usual rate: polling was not shed" in finding.observed


def test_keeping_polls_and_dropping_orders_is_broken():
    """The wrong way round."""
    evidence = play(BEFORE, trading(0, 4), every(1.0, 0, 20, poll))

    assert judge(evidence).answer == "broken"


def test_a_bot_without_polls_is_unknown():
    """There is nothing to shed."""
    assert judge(play(trading(-20, 20))).answer == "unknown"
