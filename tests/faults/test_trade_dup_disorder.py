"""Public trades that come twice or in the wrong order."""

import pytest
from binance_samples import book_ticker, trade

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Replace, State
from chaostrading.faults.registry import make

TRADES = "/ws/btcusdt@trade"


@pytest.fixture
def message(frame):
    return lambda number, **more: frame("message", path=TRADES, payload=trade(number), **more)


def test_sends_trades_twice(message, dice, state):
    """The same bytes at once."""
    fault = make("trade_dup_disorder", {"duplicate_share": 1.0, "swap_share": 0.0})

    assert fault.decide(message(1), dice, state) == Replace(payloads=(trade(1), trade(1)))


def test_may_give_the_second_one_another_price(message, dice, state):
    """Same id, different content."""
    fault = make(
        "trade_dup_disorder", {"duplicate_share": 1.0, "swap_share": 0.0, "conflict_share": 1.0}
    )

    fate = fault.decide(message(1), dice, state)

    assert fate == Replace(payloads=(trade(1, "100.05"), trade(1, "100.15")))


@pytest.mark.parametrize(("distance", "for_s"), [(1, 0.15), (3, 0.35), (100, 1.0)])
def test_keeps_trades_back_while_others_overtake(message, dice, state, distance, for_s):
    """At ten trades a second, long enough for one, or for three; never longer than a second."""
    fault = make(
        "trade_dup_disorder",
        {"duplicate_share": 0.0, "swap_share": 1.0, "swap_distance": distance},
    )

    fates = [fault.decide(message(n, now_s=1_000.0 + n / 10), dice, state) for n in range(20)]

    assert [fate.then for fate in fates] == ["pass"] * 20
    assert fates[-1].for_s == pytest.approx(for_s)


def test_keeps_them_back_shorter_on_a_busy_stream(message, dice, state):
    """At a hundred trades a second, about a tenth of that."""
    fault = make("trade_dup_disorder", {"duplicate_share": 0.0, "swap_share": 1.0})

    fates = [fault.decide(message(n, now_s=1_000.0 + n / 100), dice, state) for n in range(50)]

    assert fates[-1].for_s == pytest.approx(0.015, rel=0.01)


def test_touches_about_the_share_it_was_told(message):
    """One in ten twice, one in twenty overtaken, over a thousand trades."""
    fault = make("trade_dup_disorder", {})
    dice, state = Dice(7), State(armed_s=1_000.0)

    fates = [type(fault.decide(message(n), dice, state)).__name__ for n in range(1_000)]

    assert 70 <= fates.count("Replace") <= 130
    assert 30 <= fates.count("Hold") <= 70


def test_only_trades_are_touched(frame, dice, state):
    """Best prices pass."""
    fault = make("trade_dup_disorder", {"duplicate_share": 1.0})
    ticker = frame("message", path="/ws/btcusdt@bookTicker", payload=book_ticker())

    assert fault.decide(ticker, dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"duplicate_share": 1.1}, "duplicate_share must be within 0..1, was 1.1"),
        ({"swap_share": -0.1}, "swap_share must be within 0..1, was -0.1"),
        ({"swap_distance": 0}, "swap_distance must be within 1..1000, was 0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("trade_dup_disorder", parameters)
