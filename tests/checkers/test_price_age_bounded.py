from witness_play import every, market, order, play, sample, trading

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("price_age_bounded", evidence, limits)


BEFORE = [trading(), every(0.5, -21, 0, market)]


def test_orders_on_fresh_data_hold():
    """Data is half a second old at most."""
    assert judge(play(BEFORE, trading(0, 20), every(0.5, 0, 20, market))).answer == "held"


def test_orders_on_data_that_was_held_up_are_broken():
    """The bot reads so slowly that data of 6 s ago is the newest it has taken."""
    slow = every(0.5, 0, 20, market, event_age_s=6.0)

    finding = judge(play(BEFORE, trading(8, 20), slow))

    assert finding.answer == "broken"
    assert "2.0 s are allowed (0.0 s were usual)" in finding.observed


def test_what_the_bot_says_of_its_data_is_held_to_the_same():
    """On the wire all is fresh, inside the bot it waited 9 s."""
    fresh = [trading(0, 20), every(0.5, 0, 20, market)]

    evidence = play(BEFORE, fresh, every(1.0, 0, 20, sample, market_data_age_s=9.0))

    assert judge(evidence).answer == "broken"


def test_too_few_orders_are_unknown():
    """One order during the fault is no 99th percentile; neither are orders without data."""
    assert judge(play(BEFORE, order(3), every(0.5, 0, 20, market))).answer == "unknown"
    assert judge(play(trading(-20, 20))).answer == "unknown"
