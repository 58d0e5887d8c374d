"""Burns a share of one core until its standard input is closed. Standard library only.

    python -I -S _burner.py OWNER_PID DEADLINE_S CORE

Lines on standard input are duties (0.0 to 1.0) in force from the next period. It ends when the
owner is gone in any way (end of file, or another parent), and at its own deadline, which the
kernel keeps. CORE is the core to stay on, -1 for any.
"""

import contextlib
import os
import resource
import select
import signal
import sys
import time

PERIOD_S = 0.02
"""A whole number of them fits into the 100 ms in which the kernel counts a quota."""


def main(owner: int, deadline_s: int, core: int) -> None:
    signal.alarm(deadline_s)
    # The alarm may be late on a machine that was asleep; CPU seconds are counted all the same.
    resource.setrlimit(resource.RLIMIT_CPU, (deadline_s, deadline_s))
    with contextlib.suppress(OSError):
        os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"1000")
    if core >= 0 and hasattr(os, "sched_setaffinity"):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {core})
    now = time.perf_counter
    duty = 0.0
    pending = b""
    start = now()
    while os.getppid() == owner:
        busy_until = start + PERIOD_S * duty
        while now() < busy_until:
            pass
        rest = max(0.0, start + PERIOD_S - now())
        if select.select([0], [], [], rest)[0]:
            data = os.read(0, 65536)
            if not data:
                break
            *lines, pending = (pending + data).split(b"\n")
            if lines:
                duty = min(1.0, max(0.0, float(lines[-1])))
            # A new duty does not cut the period short, or the share would be too high.
            select.select([], [], [], max(0.0, start + PERIOD_S - now()))
        # After a stall (throttled, stopped) time lost is not caught up.
        start = max(start + PERIOD_S, now() - PERIOD_S)
    os._exit(0)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
