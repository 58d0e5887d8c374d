"""D27: queues and caches have an end, what is only useful makes room, and a trader that cannot
keep up does not open positions."""

import asyncio
from collections import deque

from chaostrading.core.clock import Clock

__all__ = ["Frame", "NaiveResourceGuards", "ResourceGuards"]

Frame = tuple[int, str | bytes]
"""Number of the connection, and what came."""

INBOX_MAX = 2_000
LAG_S_MAX = 0.5
BUSY_LAG_S = 0.1
FREE_SHARE_MIN = 0.2
CPU_SHARE_MAX = 0.85
LAG_MEMORY_S = 3.0
POLL_PAUSE_S = 3.0  # between two polls under pressure
TAPE_MAX, TAPE_MAX_SHORT = 5_000, 200
"""Frames on the tape, and while memory is short."""


class ResourceGuards:
    """A bounded inbox for market frames, the room that is left, and what to shed."""

    careful = True

    def __init__(self, clock: Clock, rss_bytes_max: int) -> None:
        self._clock = clock
        self._rss_max = rss_bytes_max
        self._inbox: deque[Frame] = deque()
        self._filled = asyncio.Event()
        self.overflowed = False
        """True after frames were thrown away; books must be built anew."""
        self.dropped = 0
        self.lag_s = 0.0
        self._lagged_at = self._busy_at = self._pressed_at = clock.monotonic() - LAG_MEMORY_S
        self.rss_bytes = 0
        self.memory_free_share = 1.0
        """Share of the memory that this process may use and that is still free."""

    def put(self, frame: Frame) -> None:
        """Queue a frame. When the queue is full the older half is thrown away, not the news."""
        if self.careful and len(self._inbox) >= INBOX_MAX:
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

    def felt(self, *, rss_bytes: int, memory_free_share: float, cpu_share: float) -> None:
        """Learn how much room is left; `cpu_share` is the used part of the CPU quota."""
        self.rss_bytes, self.memory_free_share = rss_bytes, memory_free_share
        if cpu_share > CPU_SHARE_MAX or self.low_memory:
            self._pressed_at = self._clock.monotonic()

    @property
    def low_memory(self) -> bool:
        """True when this process is over its budget or what it may use is nearly full."""
        return self.rss_bytes > self._rss_max or self.memory_free_share < FREE_SHARE_MIN

    @property
    def pressed(self) -> bool:
        """True while memory or CPU time is short, and for a moment after."""
        return self.careful and self._clock.monotonic() - self._pressed_at < LAG_MEMORY_S

    @property
    def shedding(self) -> bool:
        """True while what is only useful makes room: the prices by REST are left out."""
        busy = self._clock.monotonic() - self._busy_at < LAG_MEMORY_S
        return self.pressed or (self.careful and busy)

    def poll_pause_s(self) -> float:
        """Seconds from one poll to the next; orders, cancels and questions never wait."""
        return POLL_PAUSE_S if self.pressed else 0.0

    @property
    def tape_max(self) -> int | None:
        """Most frames on the tape, None for no bound."""
        most = TAPE_MAX_SHORT if self.low_memory else TAPE_MAX
        return most if self.careful else None

    def denial(self) -> str | None:
        """Why no position may be opened now, or None."""
        if not self.careful:
            return None
        if self._clock.monotonic() - self._lagged_at < LAG_MEMORY_S:
            return f"LAG_EXCEEDS_MAXIMUM: lag_s={self.lag_s:.2f}, max={LAG_S_MAX}"
        if len(self._inbox) > INBOX_MAX // 4:
            return f"QUEUE_EXCEEDS_MAXIMUM: frames={len(self._inbox)}, max={INBOX_MAX // 4}"
        return None


class NaiveResourceGuards(ResourceGuards):
    """Queues and tape without end, sheds nothing, and trades on whatever comes out."""

    careful = False
