"""Time, handed in rather than reached for."""

import threading
import time
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["Clock", "ManualClock", "SystemClock", "iso"]


class Clock(Protocol):
    """What the rest of the package may know about time. All values are seconds."""

    def monotonic(self) -> float:
        """Seconds on a clock that never jumps, comparable between processes of one machine."""

    def wall(self) -> float:
        """Seconds since 1970-01-01 UTC."""

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""

    async def pause(self, seconds: float) -> None:
        """Let other coroutines run for that long."""


class SystemClock:
    """The machine's own clock. `CLOCK_MONOTONIC` is shared by all processes of a machine."""

    # Read several times for every frame that crosses the proxy: no call around the call.
    monotonic = staticmethod(time.monotonic)
    wall = staticmethod(time.time)

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds))

    async def pause(self, seconds: float) -> None:
        import asyncio  # who pauses has loaded it; who does not need not wait for it

        await asyncio.sleep(max(0.0, seconds))


class ManualClock:
    """A clock for tests: it moves when told to, and sleeping moves it."""

    def __init__(self, monotonic: float = 1_000.0, wall: float = 1_750_000_000.0) -> None:
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._wall = wall

    def monotonic(self) -> float:
        return self._monotonic

    def wall(self) -> float:
        return self._wall

    def advance(self, seconds: float) -> None:
        """Move both readings forward. A negative step is refused."""
        if seconds < 0:
            raise ValueError(f"clock: seconds must be at least 0, was {seconds}")
        with self._lock:
            self._monotonic += seconds
            self._wall += seconds

    def sleep(self, seconds: float) -> None:
        self.advance(max(0.0, seconds))

    async def pause(self, seconds: float) -> None:
        import asyncio

        self.advance(max(0.0, seconds))
        await asyncio.sleep(0)


def iso(wall_s: float) -> str:
    """Write a wall time as ISO 8601 in UTC with milliseconds, e.g. `2026-11-25T18:31:09.120Z`."""
    moment = datetime.fromtimestamp(wall_s, tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
