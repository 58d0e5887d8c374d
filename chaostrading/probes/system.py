"""How full the memory is and how busy the cores are where the target lives."""

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.core.clock import SystemClock
from chaostrading.core.errors import ChaosTradingError
from chaostrading.pressure import Scope, find_scope
from chaostrading.pressure.gauge import CpuGauge, MemoryGauge

__all__ = ["cpu_percent", "memory_percent", "pressure_level"]


def memory_percent(scope: str = "process", pid: int = 0) -> float:
    """
    Percent of the memory limit in use, page cache that can be dropped left out.

    - `scope`, `pid`: as in `chaostrading.actions.system.memory_pressure`
    """
    try:
        reading = MemoryGauge(_scope(scope, pid)).read()
        return round(100.0 * reading.used / reading.limit, 3)
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def cpu_percent(scope: str = "process", pid: int = 0, seconds: float = 1.0) -> float:
    """
    Percent of the CPU quota, or of the cores where there is none, in use during some seconds.

    - `scope`, `pid`: as in `chaostrading.actions.system.cpu_spike`
    - `seconds`: how long to measure
    """
    try:
        clock = SystemClock()
        gauge = CpuGauge(_scope(scope, pid))
        gauge.start(clock.monotonic())
        clock.sleep(seconds)
        return round(gauge.percent(clock.monotonic()), 3)
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def pressure_level(fault: str = "") -> float:
    """
    The level that a pressure of this run holds: the median of its samples from the first that was
    at the level wanted, in percent of the limit; 0 when it was never there, or when none was begun.

    - `fault`: `memory_pressure` or `cpu_pressure`; empty means the last one begun
    """
    try:
        run = session.current()
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
    levels = [
        one.report["level"]["median"]
        for one in run.injections
        if "level" in one.report and fault in ("", one.fault)
    ]
    return float(levels[-1] or 0.0) if levels else 0.0


def _scope(name: str, pid: int) -> Scope:
    if name != "process":
        return find_scope(name)
    told = session.current().target.metrics().get("pid", 0)
    return find_scope(name, pid or int(told))
