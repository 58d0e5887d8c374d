"""Only closed candles, without holes."""

from decimal import Decimal

from chaostrading.paper.trader.defences.candle_closure import (
    Candle,
    CandleClosure,
    NaiveCandleClosure,
)

MINUTE = 60_000


def candle(minute: int, close: int, closed: bool = True) -> Candle:
    """A candle of that minute."""
    return Candle(open_ms=minute * MINUTE, close=Decimal(close), closed=closed)


def test_the_open_candle_says_nothing() -> None:
    """The trend is that of the last two closed ones."""
    candles = CandleClosure()
    candles.add(candle(1, 100))
    candles.add(candle(2, 101))

    candles.add(candle(3, 50, closed=False))

    assert candles.trend() == 1


def test_one_decision_for_each_closed_candle() -> None:
    """A duplicate of a candle, even an amended one, decides nothing."""
    candles = CandleClosure()
    candles.add(candle(1, 100))

    first = candles.new_decision()
    candles.add(candle(1, 90))

    assert (first, candles.new_decision()) == (True, False)


def test_a_hole_is_found_and_blocks_until_it_is_filled() -> None:
    """The closing frame of minute 2 was lost; minute 3 is open."""
    candles = CandleClosure()
    candles.add(candle(1, 100))
    candles.add(candle(3, 100, closed=False))

    hole = candles.hole()
    blocked = candles.new_decision()
    candles.add(candle(2, 101))

    assert hole == 2 * MINUTE
    assert not blocked
    assert candles.hole() is None
    assert candles.new_decision()


def test_without_it_the_open_candle_decides() -> None:
    """The naive trader acts on every frame of the open candle."""
    candles = NaiveCandleClosure()
    candles.add(candle(1, 100))

    candles.add(candle(2, 50, closed=False))

    assert candles.trend() == -1
    assert [candles.new_decision(), candles.new_decision()] == [True, True]
