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


def delivered(fault, frames, dice, state):
    """What the client gets, in order."""
    payloads = []
    for one in frames:
        fate = fault.decide(one, dice, state)
        payloads += [one.payload] if fate == PASS else fate.payloads
    return payloads


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


@pytest.mark.parametrize(("distance", "order"), [(1, [2, 1, 4, 3]), (3, [2, 3, 4, 1])])
def test_lets_trades_be_overtaken(message, dice, state, distance, order):
    """By the next one, or by the next three; none is lost."""
    fault = make(
        "trade_dup_disorder",
        {"duplicate_share": 0.0, "swap_share": 1.0, "swap_distance": distance},
    )

    got = delivered(fault, [message(number) for number in (1, 2, 3, 4)], dice, state)

    assert got == [trade(number) for number in order]


def test_gives_back_what_nobody_overtakes(frame, message, dice, state):
    """After a second without another trade."""
    fault = make("trade_dup_disorder", {"duplicate_share": 0.0, "swap_share": 1.0})
    fault.decide(message(1), dice, state)

    ticks = [fault.decide(frame("tick", now_s=now), dice, state) for now in (1_000.9, 1_001.1)]

    assert ticks == [PASS, Replace(payloads=(trade(1),), opcode=1)]


def test_touches_about_the_share_it_was_told(message):
    """One in ten twice, one in twenty overtaken, over a thousand trades; all of them arrive."""
    fault = make("trade_dup_disorder", {})

    got = delivered(fault, [message(n) for n in range(1_000)], Dice(7), State(armed_s=1_000.0))

    assert 1_060 <= len(got) <= 1_140
    assert len(set(got)) >= 999


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
