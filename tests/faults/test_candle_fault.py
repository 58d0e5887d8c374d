"""Candles that lie about being closed."""

import pytest
from binance_samples import kline

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Drop, Replace
from chaostrading.faults.registry import make

OPEN, CLOSED = kline(60_000), kline(60_000, closed=True)
NEXT, NEXT_CLOSED = kline(120_000), kline(120_000, closed=True)
THIRD = kline(180_000)


@pytest.fixture
def decided(frame, dice, state):
    return lambda fault, *payloads: [
        fault.decide(frame("message", path="/ws/btcusdt@kline_1m", payload=payload), dice, state)
        for payload in payloads
    ]


def test_the_close_of_a_candle_is_lost(decided):
    """Open ones come, the closed one does not."""
    fault = make("candle_fault", {})

    assert decided(fault, OPEN, CLOSED, NEXT, NEXT_CLOSED) == [PASS, Drop(), PASS, Drop()]


def test_an_open_candle_says_that_it_is_closed(decided):
    """The flag is the only thing that changes."""
    fault = make("candle_fault", {"form": "early_close"})

    assert decided(fault, OPEN, CLOSED) == [Replace(payloads=(CLOSED,)), PASS]


def test_a_closed_candle_comes_twice(decided):
    """Same open time, same bytes."""
    fault = make("candle_fault", {"form": "duplicate"})

    assert decided(fault, OPEN, CLOSED) == [PASS, Replace(payloads=(CLOSED, CLOSED))]


def test_a_whole_candle_is_missing(decided):
    """Not the one under way at arming, which is half known already."""
    fault = make("candle_fault", {"form": "hole", "candles": 1})

    fates = decided(fault, OPEN, CLOSED, NEXT, NEXT_CLOSED, THIRD)

    assert fates == [PASS, PASS, Drop(), Drop(), PASS]


def test_a_closed_candle_is_amended(decided):
    """It comes as it was, and again with prices half a percent higher."""
    fault = make("candle_fault", {"form": "amended"})

    (fate,) = decided(fault, CLOSED)

    assert fate.payloads[0] == CLOSED
    assert b'"o":"100.50","c":"100.70","h":"100.80","l":"100.40"' in fate.payloads[1]


def test_stops_after_so_many_candles(decided):
    """One close is lost, the next is not."""
    fault = make("candle_fault", {"candles": 1})

    assert decided(fault, CLOSED, NEXT_CLOSED) == [Drop(), PASS]


@pytest.mark.parametrize(
    ("form", "rows"),
    [
        ("hole", b"[[1,2],[7,8]]"),
        ("duplicate", b"[[1,2],[3,4],[3,4],[7,8]]"),
    ],
)
def test_answers_have_holes_and_duplicates_too(frame, dice, state, form, rows):
    """In the candle before the last one."""
    fault = make("candle_fault", {"form": form})
    middle = b"[[1,2],[3,4],[7,8]]"
    answer = frame("answer", path="/api/v3/klines", payload=middle)

    assert fault.decide(answer, dice, state) == Replace(payloads=(rows,))


def test_answers_pass_for_the_other_forms(frame, dice, state):
    """REST tells the truth about what the stream lost."""
    fault = make("candle_fault", {})
    answer = frame("answer", path="/api/v3/klines", payload=b"[[1],[2],[3]]")

    assert fault.decide(answer, dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "wick"}, "form must be one of lost_close, early_close, duplicate, hole"),
        ({"candles": -1}, "candles must be within 0..100000, was -1"),
        ({"amend_bps": 0.0}, "amend_bps must be within 0.01..10000, was 0.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("candle_fault", parameters)
