"""D27: queues have an end, and a trader that cannot keep up does not open positions."""

import asyncio
from collections import deque

from chaostrading.core.clock import Clock

__all__ = ["Frame", "NaiveResourceGuards", "ResourceGuards"]

Frame = tuple[int, str | bytes]
"""Number of the connection, and what came."""

INBOX_MAX = 2_000
LAG_S_MAX = 0.5
BUSY_LAG_S = 0.1
FREE_SHARE_MIN = 0.15
LAG_MEMORY_S = 3.0


class ResourceGuards:
    """A bounded inbox for market frames, the lag of the event loop, and what to shed."""

    def __init__(self, clock: Clock, rss_bytes_max: int) -> None:
        self._clock = clock
        self._rss_max = rss_bytes_max
        self._inbox: deque[Frame] = deque()
        self._filled = asyncio.Event()
        self.overflowed = False
        """True after frames were thrown away; books must be built anew."""
        self.dropped = 0
        self.lag_s = 0.0
        self._lagged_at = self._busy_at = clock.monotonic() - LAG_MEMORY_S
        self.rss_bytes = 0
        self.memory_free_share = 1.0
        """Share of the machine's memory that can still be used."""

    def put(self, frame: Frame) -> None:
        """Queue a frame. When the queue is full the older half is thrown away, not the news."""
        if len(self._inbox) >= INBOX_MAX:
            for _ in range(INBOX_MAX // 2):
                self._inbox.popleft()
            self.dropped += INBOX_MAX // 2
            self.overflowed = True
        self._inbox.append(frame)
        self._filled.set()

    async def take(self) -> Frame:
        """The oldest frame, as soon as there is one."""
        while not self._inbox:
            self._filled.clear()
            await self._filled.wait()
        return self._inbox.popleft()

    @property
    def depth(self) -> int:
        """Frames that wait."""
        return len(self._inbox)

    def lagged(self, lag_s: float) -> None:
        """How much later than planned a timer fired."""
        self.lag_s = lag_s
        if lag_s > BUSY_LAG_S:
            self._busy_at = self._clock.monotonic()
        if lag_s > LAG_S_MAX:
            self._lagged_at = self._clock.monotonic()

    @property
    def low_memory(self) -> bool:
        """True when this process is over its budget or the machine is nearly full."""
        return self.rss_bytes > self._rss_max or self.memory_free_share < FREE_SHARE_MIN

    @property
    def shedding(self) -> bool:
        """True while what is only useful makes room: polls are left out, caches emptied."""
        busy = self._clock.monotonic() - self._busy_at < LAG_MEMORY_S
        return busy or self.low_memory

    def denial(self) -> str | None:
        """Why no position may be opened now, or None."""
        if self._clock.monotonic() - self._lagged_at < LAG_MEMORY_S:
            return f"LAG_EXCEEDS_MAXIMUM: lag_s={self.lag_s:.2f}, max={LAG_S_MAX}"
        if len(self._inbox) > INBOX_MAX // 4:
            return f"QUEUE_EXCEEDS_MAXIMUM: frames={len(self._inbox)}, max={INBOX_MAX // 4}"
        return None


class NaiveResourceGuards(ResourceGuards):
    """Queues without end and trades on whatever comes out."""

    def put(self, frame: Frame) -> None:
        self._inbox.append(frame)
        self._filled.set()

    @property
    def shedding(self) -> bool:
        return False

    def denial(self) -> str | None:
        return None
