import pytest
from witness_play import books, every, message, mids, order, play, trading

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("no_orders_from_bad_prices", evidence, limits)


BAD = every(1.0, 0, 20, message, stream="btcusdt@bookTicker", fate="replace", role="market")
TRUE = {"books": books(mids=mids({-20: "100", 20: "101"}))}


def test_orders_at_true_prices_hold():
    """Twenty bad values, orders at 100 and of the usual size."""
    assert judge(play(trading(), BAD, trading(0, 20), **TRUE)).answer == "held"


def test_silence_during_the_fault_holds_if_trading_comes_back():
    """Refusing to trade on bad data is right."""
    assert judge(play(trading(), BAD, trading(30, 40), **TRUE)).answer == "held"


@pytest.mark.parametrize(
    ("meaning", "words"),
    [
        ({"price": "1000"}, "at 1000 where BTCUSDT really was at 100"),
        ({"price": "80"}, "at 80 where BTCUSDT really was at 100"),
        ({"price": "NaN"}, "with the price NaN"),
        ({"quantity": "1000"}, "worth 100000.00 where up to 300.00 is allowed"),
        ({"quantity": "Infinity"}, "with the quantity Infinity"),
        ({"quantity": "9", "order_type": "MARKET"}, "worth 900.00 where up to 300.00 is allowed"),
    ],
)
def test_an_order_priced_or_sized_from_a_bad_value_is_broken(meaning, words):
    """Prices off by ten, by a fifth, not numbers; sizes computed from them."""
    finding = judge(play(trading(), BAD, order(5, "c1", **meaning), **TRUE))

    assert finding.answer == "broken"
    assert words in finding.observed


def test_a_true_move_is_no_bad_price():
    """The market itself fell by 15 %, and the bot followed."""
    crash = books(mids=mids({-20: "100", 5: "85"}))

    evidence = play(trading(), BAD, order(6, "c1", price="85.1"), books=crash)

    assert judge(evidence).answer == "held"


def test_nothing_changed_no_baseline_or_no_orders_is_unknown():
    """Each of the three leaves the question open."""
    assert judge(play(trading(), order(5, price="1000"), **TRUE)).answer == "unknown"
    assert judge(play(BAD, order(5, price="1000"), **TRUE)).answer == "unknown"
    assert judge(play(trading(), BAD, **TRUE)).answer == "unknown"
