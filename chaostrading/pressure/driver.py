"""The process that runs one load: measures, decides, reports, and ends with everything it started.

It stands between the chaos process and the load so that a busy or killed chaos process neither
disturbs the loop nor leaves a load behind. Started by `chaostrading.pressure.run`; standard
input is the lifeline (a line now and then renews it, `stop` ends the run), standard output
carries one JSON object per line: `ready` or `refused` first, then samples, then `ended`.
"""

import contextlib
import json
import os
import resource
import select
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaostrading.core.clock import Clock, SystemClock
from chaostrading.core.errors import ChaosTradingError
from chaostrading.core.files import to_json, write_atomically
from chaostrading.pressure.children import LoadLost, started_at
from chaostrading.pressure.cpu import CpuLoad
from chaostrading.pressure.lock import HostLock
from chaostrading.pressure.memory import MemoryLoad
from chaostrading.pressure.scope import Scope

__all__ = ["GRACE_S", "Order", "main"]

GRACE_S = 5
"""The kernel ends driver and load this long after the deadline, should the loop hang."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What one driver is asked to do; it crosses to the driver as JSON."""

    kind: str
    scope: Scope
    mode: str
    percent: float
    duration_s: float
    ttl_s: float
    max_bytes: int
    lever: str
    lock: str
    records: str
    """Folder of the files that name running processes, for `end_leftovers`."""
    owner: dict[str, float] = field(default_factory=dict)

    @staticmethod
    def from_json(text: str) -> "Order":
        """Read an order. The lists of JSON become the tuples of a scope."""
        values: dict[str, Any] = json.loads(text)
        scope: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in values["scope"].items()
        }
        return Order(**{**values, "scope": Scope(**scope)})


class _Lifeline:
    """Standard input, read without waiting longer than a tick."""

    def __init__(self, clock: Clock, owner: int, ttl_s: float) -> None:
        self._clock, self._owner, self._ttl_s = clock, owner, ttl_s
        self._renewed = clock.monotonic()

    def ended(self, until_s: float) -> str:
        """Wait until then; say why the run ends, "" to go on."""
        while True:
            left = until_s - self._clock.monotonic()
            if select.select([0], [], [], max(0.0, left))[0]:
                data = os.read(0, 65536)
                if not data or os.getppid() != self._owner:
                    return "the owner ended"
                if b"stop" in data:
                    return "stopped"
                self._renewed = self._clock.monotonic()
            if left <= 0:
                break
        if os.getppid() != self._owner:
            return "the owner ended"
        silent = self._clock.monotonic() - self._renewed
        return f"the owner was silent for {silent:.1f} s" if silent > self._ttl_s else ""


def main(text: str, clock: Clock | None = None) -> int:
    """Run one order to its end. Returns 0, or 3 when it was refused."""
    clock = clock or SystemClock()
    order = Order.from_json(text)
    deadline_s = int(order.duration_s) + 1 + GRACE_S
    signal.alarm(deadline_s)
    resource.setrlimit(resource.RLIMIT_CPU, (deadline_s, deadline_s))
    lock = HostLock(Path(order.lock))
    load: MemoryLoad | CpuLoad | None = None
    record = Path(order.records, f"{os.getpid()}.json")
    reason = "error"
    try:
        lock.take()
        make = MemoryLoad if order.kind == "memory" else CpuLoad
        load = make(order.scope, order.mode, order.percent, order.max_bytes)
        load.start(deadline_s)
        names = [_name(os.getpid(), "driver"), *(_name(c.pid, c.kind) for c in load.started)]
        write_atomically(record, to_json({"owner": order.owner, "processes": names}))
        # The load was started first: it keeps the priority of the target, we get some above it.
        with contextlib.suppress(OSError):
            os.nice(-5)
        _say({"ready": True, "processes": names, "before_percent": load.before_percent})
        reason = _loop(order, load, clock)
    except ChaosTradingError as error:
        _say({"refused": str(error), "error": type(error).__name__})
        return 3
    finally:
        for child in load.started if load else ():
            child.end()
        record.unlink(missing_ok=True)
        lock.release()
    assert load is not None
    _say({"ended": reason, "before_percent": load.before_percent})
    return 0


def _loop(order: Order, load: MemoryLoad | CpuLoad, clock: Clock) -> str:
    """Step the load until something ends it; say what."""
    lifeline = _Lifeline(clock, int(order.owner["pid"]), order.ttl_s)
    begun = last = clock.monotonic()
    lever = Path(order.lever)
    tick = 0
    while True:
        tick += 1
        # Ticks missed on a busy machine are left out, not caught up.
        tick = max(tick, int((clock.monotonic() - begun) / load.tick_s))
        if reason := lifeline.ended(begun + tick * load.tick_s):
            return reason
        now = clock.monotonic()
        if now - begun >= order.duration_s:
            return "its time was up"
        if lever.exists():
            return "the lever is engaged"
        try:
            sample, reason = load.step(now - last)
        except LoadLost as lost:
            return str(lost)
        except ChaosTradingError as error:
            return f"pressure lost: {error}"
        last = now
        _say({"mono_s": now, **sample})
        if reason:
            return reason


def _name(pid: int, kind: str) -> dict[str, Any]:
    return {"pid": pid, "started": started_at(pid), "kind": kind}


def _say(message: dict[str, Any]) -> None:
    # An owner that died cannot read; the lifeline tells so in the same tick.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(to_json(message) + "\n")
        sys.stdout.flush()
