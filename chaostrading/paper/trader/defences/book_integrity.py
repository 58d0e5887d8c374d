"""D14: a book built from differences is valid only while no difference is missing."""

from collections import deque
from decimal import Decimal

from chaostrading.core.clock import Clock
from chaostrading.paper.trader.book import Diff, Levels, Snapshot

__all__ = ["BookIntegrity", "NaiveBookIntegrity"]

CROSSED_FOR_S = 1.0
OLD_IN_A_ROW = 20
"""So many old differences without a new one mean that the ids began again."""
SNAPSHOT_RETRY_S = (0.0, 0.5, 1.0, 2.0, 4.0)


class BookIntegrity:
    """The order book of one symbol with Binance's rules for `U`, `u` and `lastUpdateId`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.levels = Levels()
        self._last: int | None = None
        self._buffer: deque[Diff] = deque(maxlen=500)
        self._crossed_since: float | None = None
        self._asked = 0
        self._old = 0
        self._ask_at = clock.monotonic()
        self.resyncs = 0

    def diff(self, diff: Diff) -> None:
        """Apply a difference, or keep it until a snapshot comes."""
        if self._last is None:
            self._buffer.append(diff)
            return
        if diff.last <= self._last:
            self._old += 1
            if self._old > OLD_IN_A_ROW:
                self.invalidate()
            return
        self._old = 0
        if diff.first > self._last + 1:
            self.invalidate()
            self._buffer.append(diff)
            return
        self._apply(diff)

    def snapshot(self, snapshot: Snapshot) -> None:
        """Begin from a snapshot if it fits the differences that are waiting."""
        if self._last is not None:
            return
        waiting = [diff for diff in self._buffer if diff.last > snapshot.last]
        if self._buffer and waiting and waiting[0].first > snapshot.last + 1:
            return
        self._buffer.clear()
        self.levels.replace(snapshot)
        self._last = snapshot.last
        self._asked = 0
        for diff in waiting:
            self.diff(diff)

    def invalidate(self) -> None:
        """Forget the book; a new snapshot is needed."""
        if self._last is not None:
            self.resyncs += 1
        self._last, self._crossed_since = None, None
        self._buffer.clear()
        self._old, self._asked, self._ask_at = 0, 0, self._clock.monotonic()

    def wants_snapshot(self) -> bool:
        """True when a snapshot should be fetched now; asking again is paced."""
        now = self._clock.monotonic()
        if self._last is not None or now < self._ask_at:
            return False
        self._asked += 1
        self._ask_at = now + SNAPSHOT_RETRY_S[min(self._asked, len(SNAPSHOT_RETRY_S) - 1)]
        return True

    @property
    def valid(self) -> bool:
        """True when entries may rest on this book: complete, two-sided and not crossed."""
        best = self.best()
        return self._last is not None and best is not None and best[0] < best[1]

    def best(self) -> tuple[Decimal, Decimal] | None:
        """Best bid and ask, or None when a side is empty."""
        return self.levels.best()

    def _apply(self, diff: Diff) -> None:
        self.levels.apply(diff)
        self._last = diff.last
        best = self.levels.best()
        now = self._clock.monotonic()
        if best is None or best[0] < best[1]:
            self._crossed_since = None
        elif self._crossed_since is None:
            self._crossed_since = now
        elif now - self._crossed_since > CROSSED_FOR_S:
            self.invalidate()


class NaiveBookIntegrity(BookIntegrity):
    """Applies whatever comes, in the order it comes."""

    def diff(self, diff: Diff) -> None:
        self.levels.apply(diff)
        self._last = diff.last

    @property
    def valid(self) -> bool:
        return self.best() is not None
