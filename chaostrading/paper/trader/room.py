"""What this process may still use of memory and CPU time, by the tightest limit that binds it."""

from chaostrading.core.clock import Clock
from chaostrading.core.errors import ChaosTradingError
from chaostrading.pressure.gauge import CpuGauge, MemoryGauge
from chaostrading.pressure.scope import Scope, find_scope

__all__ = ["Room"]


class Room:
    """Reads the room that is left. In a container that is the container's, not the machine's.

    CPU time is only read where a quota binds this process: how busy the machine of others is tells
    the lag of the event loop better.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        scope = _scope()
        self._memory = MemoryGauge(scope) if scope else None
        self._cpu = _cpu_gauge(scope)
        if self._cpu is not None:
            self._cpu.start(clock.monotonic())

    def memory_free_share(self) -> float:
        """Share of the memory limit that can still be used, 0..1; 1 where it cannot be read."""
        if self._memory is None:
            return 1.0
        try:
            reading = self._memory.read()
        except ChaosTradingError:
            return 1.0
        return max(0.0, 1 - reading.used / reading.limit)

    def cpu_share(self) -> float:
        """Share of the CPU quota that was used since the last call, 0..1; 0 without a quota."""
        if self._cpu is None:
            return 0.0
        return self._cpu.percent(self._clock.monotonic()) / 100


def _scope() -> Scope | None:
    for kind in ("cgroup", "host"):
        try:
            return find_scope(kind)
        except ChaosTradingError:
            continue
    return None


def _cpu_gauge(scope: Scope | None) -> CpuGauge | None:
    if scope is None or not scope.cpu_group:
        return None
    try:
        return CpuGauge(scope)
    except ChaosTradingError:
        return None
