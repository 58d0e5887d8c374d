"""Candles: a made-up past that ends at the start price, and the true present after it.

The past is a pure function of symbol, seed and time, so it reaches back as far as anyone asks and
gives the same candle every time. REST and streams read the same candles.
"""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import exp

from chaostrading.core.money import ZERO
from chaostrading.core.seeds import Dice
from chaostrading.paper.exchange.orders import Traded
from chaostrading.paper.exchange.rules import Rules

__all__ = ["INTERVALS", "Candle", "Candles", "Past", "opening"]

INTERVALS: dict[str, int] = {
    "1s": 1, "1m": 60, "3m": 180, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "2h": 7200,
    "4h": 14400, "6h": 21600, "8h": 28800, "12h": 43200, "1d": 86400, "3d": 259200,
    "1w": 604800, "1M": 0,
}  # fmt: skip
"""Length in seconds; a month has none."""
KEPT = 2000
REMEMBERED = 50_000
OCTAVES = 22
TABLE = 512
BEGINNING_MS = 1_502_942_400_000
"""2017-08-17, when the real exchange's first candle opened."""


@dataclass(kw_only=True, slots=True)
class Candle:
    """What traded from `open_ms` until just before `end_ms`."""

    open_ms: int
    end_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal = ZERO
    quote_volume: Decimal = ZERO
    taker_volume: Decimal = ZERO
    taker_quote_volume: Decimal = ZERO
    trades: int = 0
    first_trade_id: int = -1
    last_trade_id: int = -1

    def add(self, trade: Traded) -> None:
        """Count a trade in."""
        self.high = max(self.high, trade.price)
        self.low = min(self.low, trade.price)
        self.close = trade.price
        self.volume += trade.quantity
        self.quote_volume += trade.quote_quantity
        if not trade.buyer_is_maker:
            self.taker_volume += trade.quantity
            self.taker_quote_volume += trade.quote_quantity
        if self.first_trade_id == -1:
            self.first_trade_id = trade.trade_id
        self.last_trade_id = trade.trade_id
        self.trades += 1


def opening(interval: str, time_ms: int) -> int:
    """Opening time of the candle that `time_ms` falls into. Weeks begin on Monday."""
    if interval == "1M":
        moment = datetime.fromtimestamp(time_ms / 1000, tz=UTC)
        first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return int(first.timestamp()) * 1000
    length = INTERVALS[interval] * 1000
    shift = 345_600_000 if interval == "1w" else 0  # 1970-01-01 was a Thursday
    return (time_ms - shift) // length * length + shift


def following(interval: str, open_ms: int) -> int:
    """Opening time of the next candle."""
    if interval == "1M":
        return opening("1M", open_ms + 32 * 86_400_000)
    return open_ms + INTERVALS[interval] * 1000


class Past:
    """Prices before the exchange started: many waves of seeded noise, each twice as long."""

    def __init__(self, rules: Rules, start_ms: int, dice: Dice) -> None:
        self._rules = rules
        self._start_ms = start_ms
        self._tables = [[dice.uniform(-1, 1) for _ in range(TABLE)] for _ in range(OCTAVES)]
        self._base = self._wave(start_ms)
        self._candles: dict[tuple[str, int], Candle] = {}

    def price(self, time_ms: int) -> Decimal:
        """The price at a time; the start price at the start and after it."""
        if time_ms >= self._start_ms:
            return self._rules.start_price
        factor = Decimal(f"{exp(self._wave(time_ms) - self._base):.9f}")
        tick = self._rules.tick_size
        return max(self._rules.start_price * factor // tick * tick, tick)

    def remembered(self, interval: str, open_ms: int) -> Candle:
        """As `candle`, but worked out once only. Do not change what you get."""
        key = (interval, open_ms)
        if key not in self._candles:
            if len(self._candles) >= REMEMBERED:
                self._candles.clear()
            self._candles[key] = self.candle(interval, open_ms)
        return self._candles[key]

    def candle(self, interval: str, open_ms: int) -> Candle:
        """The candle that opened then, as far as it lies before the start."""
        end_ms = following(interval, open_ms)
        until_ms = min(end_ms, self._start_ms)
        part = (until_ms - open_ms) // 4
        prices = [self.price(open_ms + part * quarter) for quarter in range(4)]
        prices.append(self.price(until_ms))
        size = Decimal(f"{(until_ms - open_ms) / 1000 * (1.5 + self._wave(open_ms)):.5f}")
        volume = (abs(size) * self._rules.typical_quantity / 4).quantize(Decimal("0.00001"))
        quote = (volume * prices[0]).quantize(Decimal("0.00001"))
        return Candle(
            open_ms=open_ms,
            end_ms=end_ms,
            open=prices[0],
            high=max(prices),
            low=min(prices),
            close=prices[-1],
            volume=volume,
            quote_volume=quote,
            taker_volume=volume / 2,
            taker_quote_volume=quote / 2,
            trades=int(volume / self._rules.typical_quantity * 40) + 1,
        )

    def _wave(self, time_ms: int) -> float:
        # Each octave is a line between two drawn points; its height grows with the root of its
        # length, as the moves of a random walk do. 1e-4 is a volatility of about 3 % a day.
        total = 0.0
        for octave, table in enumerate(self._tables):
            length_ms = 1000 << octave
            index, rest = divmod(time_ms, length_ms)
            left, right = table[index % TABLE], table[(index + 1) % TABLE]
            total += 6e-5 * 2 ** (octave / 2) * (left + (right - left) * rest / length_ms)
        return total


class Candles:
    """All candles of one symbol."""

    def __init__(self, rules: Rules, start_ms: int, dice: Dice) -> None:
        self.past = Past(rules, start_ms, dice)
        self._start_ms = start_ms
        self._live: dict[str, deque[Candle]] = {}
        for interval in INTERVALS:
            current = self.past.candle(interval, opening(interval, start_ms))
            self._live[interval] = deque([current], maxlen=KEPT)

    def add(self, trade: Traded) -> None:
        """Count a trade into the candle of every interval."""
        for interval, live in self._live.items():
            if trade.time_ms >= live[-1].end_ms:
                self._roll(interval, trade.time_ms)
            live[-1].add(trade)

    def current(self, interval: str, now_ms: int) -> Candle:
        """The candle that is still forming."""
        if now_ms >= self._live[interval][-1].end_ms:
            self._roll(interval, now_ms)
        return self._live[interval][-1]

    def closed_since(self, interval: str, open_ms: int, now_ms: int) -> list[Candle]:
        """Candles that opened at or after `open_ms` and have closed."""
        self.current(interval, now_ms)
        return [
            candle
            for candle in self._live[interval]
            if candle.open_ms >= open_ms and candle.end_ms <= now_ms
        ]

    def select(
        self, interval: str, now_ms: int, start_ms: int | None, end_ms: int | None, limit: int
    ) -> list[Candle]:
        """Candles by opening time: the oldest from `start_ms` on, or the newest up to `end_ms`."""
        newest = self.current(interval, now_ms).open_ms
        last = newest if end_ms is None else min(newest, opening(interval, end_ms))
        times: list[int] = []
        if start_ms is not None:
            first = opening(interval, max(start_ms, BEGINNING_MS))
            if first < start_ms:
                first = following(interval, first)
            while first <= last and len(times) < limit:
                times.append(first)
                first = following(interval, first)
        else:
            while len(times) < limit and last >= BEGINNING_MS:
                times.append(last)
                last = opening(interval, last - 1)
            times.reverse()
        live = {candle.open_ms: candle for candle in self._live[interval]}
        oldest = self._live[interval][0].open_ms
        return [
            live[time] if time in live else self.past.remembered(interval, time)
            for time in times
            if time in live or time < min(oldest, self._start_ms)
        ]

    def _roll(self, interval: str, now_ms: int) -> None:
        live = self._live[interval]
        while live[-1].end_ms <= now_ms:
            before = live[-1]
            if now_ms - before.end_ms > KEPT * (before.end_ms - before.open_ms):
                # After a long sleep of the machine only the kept stretch is filled in.
                start = opening(interval, now_ms)
            else:
                start = before.end_ms
            close = before.close
            live.append(
                Candle(
                    open_ms=start,
                    end_ms=following(interval, start),
                    open=close,
                    high=close,
                    low=close,
                    close=close,
                )
            )
