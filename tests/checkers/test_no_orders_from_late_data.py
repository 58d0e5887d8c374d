import pytest
from witness_play import books, every, message, mids, order, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("no_orders_from_late_data", evidence, limits)


RISING = books(mids=mids({at: f"{100 + 0.1 * at:.2f}" for at in range(-5, 21)}))
"""The price rises by 0.1 % a second: 101.00 at 10 s."""
LATE = every(0.5, 0, 20, message, fate="delay", stream="btcusdt@bookTicker", role="market")


@pytest.mark.parametrize("price", ["101.20", "100.75", "101.26"])
def test_prices_of_the_last_seconds_hold(price):
    """At 12 s the true price is 101.20, five seconds before it was 100.70."""
    assert judge(play(LATE, order(12, price=price), books=RISING)).answer == "held"


def test_a_price_of_eight_seconds_ago_is_broken():
    """100.40 was the price at 4 s."""
    finding = judge(play(LATE, order(12, price="100.40"), books=RISING))

    assert finding.answer == "broken"
    assert "1 order priced from data that was more than 5.5 s old" in finding.observed


def test_not_trading_holds():
    """The data was late, the market moved, and the bot stayed away."""
    assert judge(play(LATE, books=RISING)).answer == "held"


def test_stops_and_other_symbols_are_not_judged():
    """A stop is far from the market on purpose."""
    rows = [order(12, price="100.40", order_type="STOP_LOSS_LIMIT"),
            order(12, "c2", price="100.40", symbol="ETHUSDT")]  # fmt: skip

    assert judge(play(LATE, rows, books=RISING)).answer == "held"


def test_a_market_that_stood_still_is_unknown():
    """A late price was a right price."""
    still = books(mids=mids(dict.fromkeys(range(-5, 21), "100")))

    assert judge(play(LATE, order(12, price="100"), books=still)).answer == "unknown"


def test_without_books_or_touched_data_it_is_unknown():
    """Nobody knows the true price, or no data was late."""
    assert judge(play(LATE, order(12))).answer == "unknown"
    assert judge(play(order(12), books=RISING)).answer == "unknown"
