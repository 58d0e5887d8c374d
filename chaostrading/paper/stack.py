"""The paper stack: exchange, fault proxy and trader, each a process of its own.

All three hold the read end of a pipe whose write end only this process has. However this process
ends, the kernel closes the pipe and they end too.

On request the trader gets a group of its own with a memory limit and a CPU quota, so that a load
can squeeze it and not the whole machine.
"""

import contextlib
import json
import os
import secrets
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chaostrading.core.clock import Clock, SystemClock
from chaostrading.core.errors import ChaosTradingError, HealNotConfirmed, Unreachable

if TYPE_CHECKING:
    from chaostrading.pressure import OwnGroup

__all__ = ["PaperStack", "Room", "start_stack"]

MIB = 1024 * 1024
READY_S = 20.0
_CLOCK = SystemClock()


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """What the trader may use at most, where this machine lets us limit it."""

    memory_mib: int = 512
    cores: float = 1.0


@dataclass(kw_only=True, slots=True)
class PaperStack:
    """A running stack and where to reach its parts."""

    token: str
    exchange_url: str = ""
    proxy_url: str = ""
    admin_url: str = ""
    trader_url: str = ""
    folder: Path
    seed: int = 1
    without: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    group: "OwnGroup | None" = None
    """The trader's own control group, None without."""
    room: str = ""
    """What limits the trader, or why nothing does; empty when no limit was asked for."""

    def pids(self) -> dict[str, int]:
        """Process ids by room: exchange, proxy, trader."""
        return {name: process.pid for name, process in self.processes.items()}

    def restart_trader(self, clock: Clock = _CLOCK) -> None:
        """Kill the trader and start it again at the same address, with the same state folder.

        Nothing is told to it beforehand: what it knows afterwards it has read. Raises Unreachable
        when it does not come up again.
        """
        old = self.processes.pop("trader")
        old.kill()
        _gone(old)
        _start_trader(self, urlsplit(self.trader_url).netloc, clock)

    def stop(self) -> None:
        """End all processes, the trader first, and wait until they are gone. Idempotent."""
        for process in reversed(self.processes.values()):
            if process.stdin is not None:
                process.stdin.close()
            process.terminate()
        for process in self.processes.values():
            _gone(process)
        self.processes.clear()
        if self.group is not None:
            # A group that still holds a process is removed by the next start.
            with contextlib.suppress(HealNotConfirmed):
                self.group.remove()
            self.group = None


def start_stack(
    folder: Path,
    *,
    seed: int,
    without: str = "",
    trader: bool = True,
    ports: Mapping[str, str] | None = None,
    proxy_arguments: tuple[str, ...] = (),
    room: Room | None = None,
    clock: Clock = _CLOCK,
) -> PaperStack:
    """Start the stack and wait until its parts serve.

    `folder` takes the logs and the trader's state. `without` is a comma-separated list of defences
    to leave out; without `trader` only exchange and proxy are started. `ports` may fix addresses
    of `exchange`, `proxy`, `admin` and `trader`
    (`HOST:PORT`); without, free loopback ports are taken. With `room` the trader runs in a group of
    its own where the machine permits it; `PaperStack.room` says what came of it. Raises Unreachable
    with the reason when a part does not come up; nothing is left running then.
    """
    where = {"exchange": "", "proxy": "", "admin": "", "trader": "", **(ports or {})}
    listen = {name: address or "127.0.0.1:0" for name, address in where.items()}
    folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(16)
    stack = PaperStack(token=token, folder=folder, seed=seed, without=without)
    common = ["--die-with-stdin"]
    if room is not None:
        _make_room(stack, room)
    try:
        exchange = _start(
            stack,
            "exchange",
            "chaostrading.paper.exchange",
            ["--listen", listen["exchange"], "--seed", str(seed), *common],
            clock,
        )
        stack.exchange_url = str(exchange["url"])
        proxy = _start(
            stack,
            "proxy",
            "chaostrading.proxy",
            [
                *("--upstream", stack.exchange_url, "--venue", "binance"),
                *("--listen", listen["proxy"], "--admin", listen["admin"]),
                *("--witness", str(folder / "witness.jsonl"), *proxy_arguments, *common),
            ],
            clock,
        )
        stack.proxy_url, stack.admin_url = str(proxy["url"]), str(proxy["admin"])
        if trader:
            _start_trader(stack, listen["trader"], clock)
    except ChaosTradingError:
        stack.stop()
        raise
    return stack


def _start_trader(stack: PaperStack, listen: str, clock: Clock) -> None:
    trader = _start(
        stack,
        "trader",
        "chaostrading.paper.trader",
        [
            *("--exchange", stack.proxy_url, "--listen", listen),
            *("--seed", str(stack.seed), "--without", stack.without),
            *("--state", str(stack.folder / "trader"), "--die-with-stdin"),
        ],
        clock,
    )
    stack.trader_url = str(trader["url"])


def _gone(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a process that was told to end, and make sure of it."""
    try:
        process.wait(timeout=3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _make_room(stack: PaperStack, room: Room) -> None:
    # Only pressure needs this room of the package, and it takes its time to load.
    from chaostrading.pressure import end_leftovers, own_scope

    end_leftovers()
    made = own_scope("paper", memory_bytes=room.memory_mib * MIB, cpu_cores=room.cores)
    if isinstance(made, str):
        stack.room = made
        return
    stack.group = made
    stack.room = f"a group of its own: {room.memory_mib} MiB, {room.cores:g} cores"


def _start(
    stack: PaperStack, name: str, module: str, arguments: list[str], clock: Clock
) -> dict[str, Any]:
    log = stack.folder / f"{name}.log"
    command = [sys.executable, "-m", module, *arguments]
    if name == "trader" and stack.group is not None:
        command = stack.group.inside(command)
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={
                **os.environ,
                "CHAOS_PAPER_TOKEN": stack.token,
                "CHAOS_PROXY_TOKEN": stack.token,
            },
            start_new_session=True,
        )
    stack.processes[name] = process
    line = _first_line(process, clock)
    try:
        ready = json.loads(line)
    except ValueError:
        ready = None
    if not isinstance(ready, dict) or ready.get("ready") is not True:
        raise Unreachable(f"paper stack: the {name} did not start: {_reason(line, log)}")
    return ready


def _first_line(process: subprocess.Popen[bytes], clock: Clock) -> str:
    if process.stdout is None:
        return ""
    deadline = clock.monotonic() + READY_S
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(max(0.0, deadline - clock.monotonic())):
            return ""
    return process.stdout.readline().decode(errors="replace")


def _reason(line: str, log: Path) -> str:
    if line.strip():
        return line.strip()
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else f"no answer within {READY_S:g} s, see {log}"


def temporary_folder() -> Path:
    """A folder for a stack whose run keeps no evidence."""
    return Path(tempfile.mkdtemp(prefix="chaostrading-"))
