"""D17: only closed candles, each once, and no holes between them."""

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Candle", "CandleClosure", "NaiveCandleClosure"]

MINUTE_MS = 60_000
KEPT = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Candle:
    """A candle of one minute."""

    open_ms: int
    close: Decimal
    closed: bool


class CandleClosure:
    """The candles of one symbol, for the trend of the strategy."""

    def __init__(self) -> None:
        self._closed: dict[int, Decimal] = {}
        self._decided = 0
        self._open_ms = 0

    def add(self, candle: Candle) -> None:
        """Take a candle from the stream or from REST. The first closed version stays."""
        self._open_ms = max(self._open_ms, candle.open_ms)
        if candle.closed:
            self._closed.setdefault(candle.open_ms, candle.close)
        for old in sorted(self._closed)[:-KEPT]:
            del self._closed[old]

    def hole(self) -> int | None:
        """Open time of a candle that must have closed and is missing, or None."""
        if not self._closed:
            return None
        wanted = range(max(self._closed) - 10 * MINUTE_MS, self._open_ms, MINUTE_MS)
        first = min(self._closed)
        return next((at for at in wanted if at > first and at not in self._closed), None)

    def trend(self) -> int:
        """1 or -1 as the last closed candle stands above or below the one before, 0 unknown."""
        times = sorted(self._closed)[-2:]
        if len(times) < 2 or self.hole() is not None:
            return 0
        before, last = (self._closed[at] for at in times)
        return (last > before) - (last < before)

    def new_decision(self) -> bool:
        """True once for each closed candle."""
        newest = max(self._closed, default=0)
        if newest <= self._decided or self.hole() is not None:
            return False
        self._decided = newest
        return True


class NaiveCandleClosure(CandleClosure):
    """Uses the open candle as if it were closed, and does not look for holes."""

    def add(self, candle: Candle) -> None:
        self._closed[candle.open_ms] = candle.close
        for old in sorted(self._closed)[:-KEPT]:
            del self._closed[old]

    def hole(self) -> int | None:
        return None

    def new_decision(self) -> bool:
        return bool(self._closed)
