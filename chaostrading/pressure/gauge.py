"""Reads the level of a scope: memory, CPU time, and the signs that memory runs short."""

from dataclasses import dataclass

import psutil

from chaostrading.core.errors import Refused
from chaostrading.pressure.scope import Scope, read_text

__all__ = ["CpuGauge", "MemoryGauge", "MemoryReading", "cpu_time_s", "stall_percent"]

STALL_PERCENT_MAX = 5.0
"""Share of time in which every task waited for memory (`full avg10`) that stops a run."""
SWAP_OUT_BYTES_MAX = 32 * 1024 * 1024
"""Growth of swap since the start that stops a run: ballast that is swapped out presses no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MemoryReading:
    """Bytes at one moment."""

    used: int
    """Not reclaimable, in the scope: page cache that can be dropped does not count."""
    limit: int
    host_available: int
    host_total: int


class MemoryGauge:
    """The memory of a scope, and the events in it since this gauge was made."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._events = _events(scope)
        self._swapped_out = psutil.swap_memory().sout

    def read(self) -> MemoryReading:
        """Read usage now (tens of microseconds)."""
        memory = psutil.virtual_memory()
        scope = self._scope
        used = memory.total - memory.available
        if scope.memory_version:
            used = _group_usage(scope)
        return MemoryReading(
            used=used,
            limit=scope.memory_limit_bytes,
            host_available=memory.available,
            host_total=memory.total,
        )

    def alarm(self) -> str:
        """Say why the run must stop now, "" if memory is not running short."""
        for name, count in _events(self._scope).items():
            before = self._events.get(name, 0)
            if count > before:
                return f"memory runs short: {name} grew from {before} to {count}"
        for path in _pressure_files(self._scope):
            stall = stall_percent(read_text(path))
            if stall > STALL_PERCENT_MAX:
                return (
                    f"memory runs short: {path} full avg10 must be at most "
                    f"{STALL_PERCENT_MAX:g} %, was {stall:g} %"
                )
        swapped = psutil.swap_memory().sout - self._swapped_out
        if swapped > SWAP_OUT_BYTES_MAX:
            return f"memory runs short: {swapped} bytes were swapped out since the start"
        return ""


def stall_percent(pressure: str) -> float:
    """`full avg10` in the text of a `memory.pressure` file, 0 where there is none."""
    for line in pressure.splitlines():
        if line.startswith("full "):
            for word in line.split():
                if word.startswith("avg10="):
                    return float(word[6:])
    return 0.0


def _pressure_files(scope: Scope) -> list[str]:
    paths = ["/proc/pressure/memory"]
    if scope.memory_version == 2:
        paths.append(f"{scope.memory_group}/memory.pressure")
    return paths


def _group_usage(scope: Scope) -> int:
    folder = scope.memory_group
    if scope.memory_version == 1:
        usage, cache = "memory.usage_in_bytes", "total_inactive_file"
    else:
        usage, cache = "memory.current", "inactive_file"
    text = read_text(f"{folder}/{usage}").strip()
    if not text.isdigit():
        raise Refused(f"pressure: the group's usage cannot be read any more: {folder}/{usage}")
    return max(0, int(text) - _table(read_text(f"{folder}/memory.stat")).get(cache, 0))


def _events(scope: Scope) -> dict[str, int]:
    folder = scope.memory_group
    if scope.memory_version == 1:
        events = {"memory.failcnt": int(read_text(f"{folder}/memory.failcnt").strip() or 0)}
        kills = _table(read_text(f"{folder}/memory.oom_control")).get("oom_kill", 0)
        return {**events, "oom_kill": kills}
    if scope.memory_version == 2:
        table = _table(read_text(f"{folder}/memory.events"))
        return {name: table.get(name, 0) for name in ("high", "max", "oom", "oom_kill")}
    return {}


def _table(text: str) -> dict[str, int]:
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}


class CpuGauge:
    """The CPU time that a scope used between two calls."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._busy, self._total = self._counters()
        self._since = 0.0
        if scope.cpu_group and not scope.cpu_usage_file:
            raise Refused(
                f"pressure: no counter covers exactly the processes under "
                f"{scope.cpu_limit_source}: cpu and cpuacct groups differ"
            )

    def start(self, now_s: float) -> None:
        """Begin the first interval at this monotonic time."""
        self._busy, self._total = self._counters()
        self._since = now_s

    def percent(self, now_s: float) -> float:
        """Percent of the limit used since the last call."""
        busy, total = self._counters()
        if self._scope.cpu_group:
            room = (now_s - self._since) * self._scope.cpu_limit_cores
        else:
            room = total - self._total
        used = busy - self._busy
        self._busy, self._total, self._since = busy, total, now_s
        return min(100.0, max(0.0, 100.0 * used / room)) if room > 0 else 0.0

    def _counters(self) -> tuple[float, float]:
        scope = self._scope
        if scope.cpu_usage_file:
            text = read_text(scope.cpu_usage_file)
            if scope.cpu_usage_file.endswith("cpu.stat"):
                return _table(text).get("usage_usec", 0) / 1e6, 0.0
            return int(text.strip() or 0) / 1e9, 0.0
        busy = total = 0.0
        for core, times in enumerate(psutil.cpu_times(percpu=True)):
            if scope.cpus and core not in scope.cpus:
                continue
            # Guest time is inside of user time, and waiting for a disk is idle.
            everything = sum(times) - getattr(times, "guest", 0) - getattr(times, "guest_nice", 0)
            total += everything
            busy += everything - times.idle - getattr(times, "iowait", 0.0)
        return busy, total


def cpu_time_s(pid: int) -> float:
    """CPU seconds a process has used: to the nanosecond on Linux, else as psutil knows it."""
    text = read_text(f"/proc/{pid}/schedstat").split()
    if text:
        return int(text[0]) / 1e9
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
