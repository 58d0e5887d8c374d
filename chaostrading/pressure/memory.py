"""Memory pressure: a closed loop that grows and shrinks ballast ten times a second."""

from typing import Any

import psutil

from chaostrading.core.errors import Refused
from chaostrading.pressure.children import Child, join_groups
from chaostrading.pressure.gauge import MemoryGauge, MemoryReading
from chaostrading.pressure.limits import check_memory, headroom
from chaostrading.pressure.scope import Scope

__all__ = ["MemoryLoad", "chunk_bytes", "next_chunks"]

MIB = 1024 * 1024
RAMP_SHARE_PER_S = 0.10
"""Fastest growth: this share of the limit in a second, so that a reaction is seen in time."""
TICK_S = 0.1


def chunk_bytes(limit: int) -> int:
    """Size of one step: about 0.4 % of the limit, 1 to 16 MiB, so that one point is several."""
    return min(16, max(1, limit // 256 // MIB)) * MIB


def next_chunks(
    *,
    held: int,
    chunk: int,
    error_bytes: int,
    room_bytes: int,
    elapsed_s: float,
    limit: int,
    cap_bytes: int,
) -> int:
    """Decide how many chunks to hold next.

    `error_bytes` is what lacks to the wanted level (negative: too much), `room_bytes` what may
    still be added above the floors. Growth is ramped, shrinking is not. A gap of less than half
    a chunk is left alone.
    """
    if room_bytes < 0:
        error_bytes = min(error_bytes, room_bytes)
    step = round(error_bytes / chunk)
    if step > 0:
        ramp = max(1, int(limit * RAMP_SHARE_PER_S * elapsed_s / chunk))
        step = min(step, ramp, max(0, room_bytes // chunk))
    return max(0, min(held + step, cap_bytes // chunk))


class MemoryLoad:
    """Ballast under control. `hold`: the scope's usage is kept at the wanted percent of its
    limit; `add`: ballast of that percent of the limit is put on top."""

    tick_s = TICK_S

    def __init__(self, scope: Scope, mode: str, percent: float, max_bytes: int) -> None:
        self._scope, self._mode, self._percent = scope, mode, percent
        self._max_bytes = max_bytes
        self._chunk = chunk_bytes(scope.memory_limit_bytes)
        self._gauge = MemoryGauge(scope)
        self._held = 0
        self.started: list[Child] = []
        reading = self._gauge.read()
        self.before_percent = 100.0 * reading.used / reading.limit
        check_memory(scope, mode, percent, reading, max_bytes)
        if reason := self._gauge.alarm():
            raise Refused(f"memory: not started, {reason}")

    def start(self, deadline_s: int) -> None:
        """Start the process that will hold the ballast; it holds none yet."""
        self.started = [Child("ballast", "_ballast.py", deadline_s, self._chunk)]
        if self._scope.memory_place:
            join_groups(self.started[0].pid, [self._scope.memory_place])

    def step(self, elapsed_s: float) -> tuple[dict[str, Any], str]:
        """Read, decide, tell the ballast: the sample, and why the run must stop ("" to go on)."""
        ballast = self.started[0]
        ballast.check()
        for line in ballast.lines():
            self._held = int(line)
        reading = self._gauge.read()
        reason = self._gauge.alarm()
        limit = reading.limit
        resident = self._resident()
        wanted = int(limit * self._percent / 100)
        level = reading.used if self._mode == "hold" else resident
        chunks = next_chunks(
            held=self._held,
            chunk=self._chunk,
            error_bytes=wanted - level,
            room_bytes=headroom(self._scope, reading),
            elapsed_s=elapsed_s,
            limit=limit,
            cap_bytes=self._max_bytes,
        )
        ballast.tell(str(chunks))
        return self._sample(level, reading, resident), reason

    def _resident(self) -> int:
        # What was swapped out presses no more: only resident memory counts as ballast.
        try:
            resident = psutil.Process(self.started[0].pid).memory_info().rss
        except psutil.Error:
            resident = 0
        return min(self._held * self._chunk, int(resident))

    def _sample(self, level: int, reading: MemoryReading, resident: int) -> dict[str, Any]:
        return {
            "level_percent": round(100.0 * level / reading.limit, 3),
            "wanted_percent": self._percent,
            "scope_percent": round(100.0 * reading.used / reading.limit, 3),
            "ballast_bytes": resident,
        }
