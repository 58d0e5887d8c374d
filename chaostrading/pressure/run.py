"""Starts, watches and ends one load on behalf of an action."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chaostrading.core.clock import Clock, SystemClock
from chaostrading.core.errors import HealNotConfirmed, InvalidInput, Refused
from chaostrading.core.files import to_json
from chaostrading.core.home import lever_file
from chaostrading.pressure.children import started_at
from chaostrading.pressure.judge import judge
from chaostrading.pressure.limits import MAX_BYTES, check_input
from chaostrading.pressure.lock import is_running, lock_file
from chaostrading.pressure.residue import records_folder
from chaostrading.pressure.scope import Scope

if TYPE_CHECKING:
    from chaostrading.pressure.driver import Order

__all__ = ["Pressure", "start_pressure"]

READY_WITHIN_S = 10.0
STOP_WITHIN_S = 2.0


def start_pressure(
    kind: str,
    scope: Scope,
    mode: str = "hold",
    percent: float = 85.0,
    duration_s: float = 30.0,
    ttl_s: float = 5.0,
    max_bytes: int = MAX_BYTES,
    on_sample: Callable[[dict[str, Any]], None] | None = None,
    clock: Clock | None = None,
) -> "Pressure":
    """Put memory or CPU under load and return once the load is in place and under control.

    `kind` is `memory` or `cpu`. `mode` `hold` keeps the scope at `percent` of its effective
    limit whatever else runs in it; `add` puts that much of our own on top. The load ends after
    `duration_s`, on `stop`, when the lever is engaged, when this process ends in any way, and
    when it has been silent (frozen) for `ttl_s`. `on_sample` is called on a thread of ours,
    and an error in it is ignored.

    Raises InvalidInput for what can never be right, and Refused, in one sentence, for what this
    machine must not do now: no room above the floor, another run on this host, swap in use.
    """
    check_input(kind, mode, percent, duration_s, ttl_s)
    if lever_file().exists():
        raise Refused(f"{kind}: the lever is engaged ({lever_file()})")
    pid = os.getpid()
    from chaostrading.pressure.driver import Order  # what a load needs is loaded with the first one

    order = Order(
        kind=kind,
        scope=scope,
        mode=mode,
        percent=percent,
        duration_s=duration_s,
        ttl_s=ttl_s,
        max_bytes=max_bytes,
        lever=str(lever_file()),
        lock=str(lock_file()),
        records=str(records_folder()),
        owner={"pid": pid, "started": started_at(pid)},
    )
    return Pressure(order, on_sample, clock or SystemClock())


class Pressure:
    """One load. Made by `start_pressure`; safe to use from any thread."""

    def __init__(
        self, order: "Order", on_sample: Callable[[dict[str, Any]], None] | None, clock: Clock
    ) -> None:
        self._order, self._on_sample, self._clock = order, on_sample, clock
        self._lock = threading.Lock()
        self._samples: list[dict[str, Any]] = []
        self._processes: list[dict[str, Any]] = []
        self._before = 0.0
        self._refusal: dict[str, Any] = {}
        self._ended = ""
        self._answered = threading.Event()
        self._gone = threading.Event()
        self._driver = subprocess.Popen(
            [sys.executable, "-m", "chaostrading.pressure", to_json(asdict(order))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in a terminal is for the owner, which ends the load in order.
            start_new_session=True,
        )
        threading.Thread(target=self._listen, name="pressure", daemon=True).start()
        self._answered.wait(READY_WITHIN_S)
        if self._refusal or not self._processes:
            self._close()
            kind = InvalidInput if self._refusal.get("error") == "InvalidInput" else Refused
            raise kind(self._refusal.get("refused") or f"{order.kind}: the load did not start")

    @property
    def alive(self) -> bool:
        """Whether the load is still in force."""
        return not self._gone.is_set()

    @property
    def ended(self) -> str:
        """Why the load ended, "" while it is in force."""
        return self._ended

    def samples(self) -> list[dict[str, Any]]:
        """All samples so far: `{"mono_s", "level_percent", "wanted_percent", "scope_percent"}` and
        `ballast_bytes` or `duty`. `level_percent` is what is controlled: the scope's level in
        mode `hold` (CPU: mean of the last second), our own share in mode `add`."""
        with self._lock:
            return list(self._samples)

    def evidence(self, least_percent: float | None = None) -> dict[str, Any]:
        """Say what was pressed, on what, and whether the level was really reached.

        It was when it stood at the wanted level or above in 80 % of the samples, give or take the
        tolerance; `least_percent` is a lower level that is enough.
        """
        scope, order = self._order.scope, self._order
        cpu = order.kind == "cpu"
        return {
            "kind": order.kind,
            "mode": order.mode,
            "scope": scope.kind,
            "pid": scope.pid,
            "limit_bytes": scope.memory_limit_bytes,
            "limit_cores": scope.cpu_limit_cores,
            "limit_source": scope.cpu_limit_source if cpu else scope.memory_limit_source,
            **judge(
                order.kind, self.samples(), self._before, order.mode, self._ended, least_percent
            ),
            "wanted_percent": order.percent,
        }

    def wait_until_reached(self, timeout_s: float) -> bool:
        """Wait until the level is there (True), or the time is up or the load has ended (False)."""
        until = self._clock.monotonic() + timeout_s
        while True:
            if judge(self._order.kind, self.samples(), 0.0, "add", "")["reached"]:
                return True
            if not self.alive or self._clock.monotonic() >= until:
                return False
            self._clock.sleep(0.05)

    def stop(self) -> None:
        """End the load and return once every process of it is gone. Safe to call twice.

        Raises HealNotConfirmed, naming the processes, if one is still there after all.
        """
        self._write(b"stop\n")
        self._gone.wait(STOP_WITHIN_S)
        self._close()
        until = self._clock.monotonic() + STOP_WITHIN_S
        while left := [p for p in self._processes if is_running(p["pid"], p["started"])]:
            if self._clock.monotonic() > until:
                names = ", ".join(f"{p['kind']} {p['pid']}" for p in left)
                raise HealNotConfirmed(f"{self._order.kind}: still running after stop: {names}")
            self._clock.sleep(0.02)
        Path(self._order.records, f"{self._driver.pid}.json").unlink(missing_ok=True)

    def _write(self, data: bytes) -> None:
        assert self._driver.stdin is not None
        with contextlib.suppress(OSError, ValueError), self._lock:
            os.write(self._driver.stdin.fileno(), data)

    def _close(self) -> None:
        """Make sure that the driver is gone; its load ends with it."""
        if self._driver.poll() is None and not self._gone.is_set():
            self._driver.kill()
        self._driver.wait()
        self._gone.wait(STOP_WITHIN_S)
        with contextlib.suppress(OSError), self._lock:
            if self._driver.stdin is not None:
                self._driver.stdin.close()

    def _listen(self) -> None:
        assert self._driver.stdout is not None
        with self._driver.stdout as stdout:
            for line in stdout:
                with contextlib.suppress(ValueError):
                    self._take(json.loads(line))
        code = self._driver.wait()
        if not self._ended:
            self._ended = f"pressure lost: the driver ended with code {code}"
        self._gone.set()
        self._answered.set()

    def _take(self, message: dict[str, Any]) -> None:
        if "before_percent" in message:
            self._before = float(message["before_percent"])
        if "refused" in message:
            self._refusal = message
        elif "ready" in message:
            self._processes = message["processes"]
            self._answered.set()
        elif "ended" in message:
            self._ended = str(message["ended"])
        else:
            with self._lock:
                self._samples.append(message)
            # Every sample read renews the lease: a frozen owner reads none.
            self._write(b"\n")
            if self._on_sample is not None:
                with contextlib.suppress(Exception):
                    self._on_sample(message)
