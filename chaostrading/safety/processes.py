"""Processes, named by number and start time, so that a reused number is never taken for them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaostrading.core.clock import Clock, SystemClock

if TYPE_CHECKING:  # every activity loads this module, and only a run that is armed needs psutil
    import psutil

__all__ = ["ProcessName", "end_process", "is_alive", "name_process"]

# The kernel tells start times relative to a boot time that is a whole second and moves when the
# clock is set. No machine hands out the same number twice within this time.
_TOLERANCE_S = 2.0
_POLL_S = 0.02


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessName:
    """Which process is meant."""

    pid: int
    started_s: float
    """When it started, in seconds since 1970 as the kernel tells it."""


def name_process(pid: int) -> ProcessName:
    """Name a running process. Raises ProcessLookupError when there is none of that number."""
    import psutil

    try:
        return ProcessName(pid=pid, started_s=psutil.Process(pid).create_time())
    except psutil.NoSuchProcess as error:
        raise ProcessLookupError(f"process {pid} does not run") from error


def is_alive(name: ProcessName) -> bool:
    """Whether that very process still runs. A zombie has ended; only its parent has not noticed."""
    return _find(name) is not None


def end_process(name: ProcessName, patience_s: float = 2.0, clock: Clock | None = None) -> str:
    """End the process: SIGTERM, then SIGKILL after `patience_s`. Says what was done.

    A process that reuses the number is left alone. Raises TimeoutError when it would not end,
    PermissionError when it is somebody else's.
    """
    import psutil

    clock = clock or SystemClock()
    process = _find(name)
    if process is None:
        return f"process {name.pid} has ended before"
    try:
        process.terminate()
        if not _gone(name, patience_s, clock):
            process.kill()
            if not _gone(name, patience_s, clock):
                raise TimeoutError(f"process {name.pid} did not end after SIGKILL")
            return f"process {name.pid} was killed"
    except psutil.NoSuchProcess:
        return f"process {name.pid} has ended by itself"
    except psutil.AccessDenied as error:
        raise PermissionError(f"process {name.pid} may not be ended: {error}") from error
    return f"process {name.pid} was ended"


def _find(name: ProcessName) -> "psutil.Process | None":
    import psutil

    try:
        process = psutil.Process(name.pid)
        if abs(process.create_time() - name.started_s) > _TOLERANCE_S:
            return None
        return None if process.status() == psutil.STATUS_ZOMBIE else process
    except psutil.NoSuchProcess:
        return None


def _gone(name: ProcessName, patience_s: float, clock: Clock) -> bool:
    # Looking, not waiting: waiting would take a child's exit status away from who started it.
    deadline = clock.monotonic() + patience_s
    while is_alive(name):
        if clock.monotonic() >= deadline:
            return False
        clock.sleep(_POLL_S)
    return True
