"""Puts an ordinary program of a library before one fault after another, and judges what it did.

The program runs as a process of its own on a paper exchange behind a proxy, which see nobody else.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chaostrading.checkers.base import Evidence, Finding, run_checker
from chaostrading.core.clock import SystemClock
from chaostrading.core.errors import Unreachable
from chaostrading.paper.judge import PaperExchangeClient
from chaostrading.paper.stack import PaperStack, start_stack
from chaostrading.proxy.client import ProxyClient
from chaostrading.records.types import MessageRecord
from chaostrading.reports.recording import Recording
from chaostrading.session import books_from_json

__all__ = ["Meeting", "Met", "Program", "all_met", "told"]

CLOCK = SystemClock()
PROGRAMS = Path(__file__).parent / "programs"
PATIENCE_S = 12.0
"""A program that does not trade and hear well by itself within this time is started again."""
BASELINE_S = 6.0
FRESH_S = 4.0
SEED = 7
BELOW = 0.02
"""All programs bid so much below the market; a bid that is `APART` from that is on old data."""
APART = 0.01


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A fault that a program meets, and who judges what it does."""

    fault: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    scope: Mapping[str, Any] = field(default_factory=dict)
    for_s: float
    after_s: float
    max_hits: int = 0
    rise: float = 0.0
    """So much (0.01 is 1 %) the true price rises under the fault, so that an old one is wrong."""
    judges: Mapping[str, Mapping[str, Any]]
    """Checkers and their limits."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program, what it listens to, and what it meets."""

    name: str
    module: str
    """The library, as it is imported."""
    streams: tuple[str, ...] = ()
    account: bool = False
    """It listens to events of the account."""
    meetings: tuple[Meeting, ...]
    always: Mapping[str, Mapping[str, str]]
    """Per fault the answers of checkers that were the same each time."""


@dataclass(kw_only=True)
class Met:
    """What came of a meeting."""

    fault: str
    findings: list[Finding]
    said: list[str]
    """What the program printed, once each."""
    afterwards: str
    """Empty when the program was well by itself soon after, else what was wrong with it."""

    def answer(self, checker: str) -> str:
        return next(one.answer for one in self.findings if one.checker == checker)


class Mute:
    """A target that says nothing of itself: only the wire is judged."""

    name = url = ""

    def metrics(self):
        raise Unreachable("it has no API")


class Rig:
    """One program on a paper exchange behind a proxy."""

    def __init__(self, program: Program, python: str, stack: PaperStack) -> None:
        self.program = program
        self.command = [python, str(PROGRAMS / f"{program.name}.py")]
        self.stack = stack
        self.log = stack.folder / "program.log"
        self.proxy = ProxyClient(stack.admin_url, stack.token, timeout_s=10)
        self.exchange = PaperExchangeClient(stack.exchange_url, stack.token, timeout_s=10)
        self.recording = Recording(
            stack.folder / "evidence",
            proxy=ProxyClient(stack.admin_url, stack.token, timeout_s=10),
            target=Mute(),
            clock=CLOCK,
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        where = {
            "EXCHANGE_HTTP": self.stack.proxy_url,
            "EXCHANGE_WS": self.stack.proxy_url.replace("http", "ws", 1),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env={**os.environ, **where}, stdout=log, stderr=subprocess.STDOUT
            )
        ill = self.illness(after_s=30.0)
        assert not ill, f"{self.program.name} does not get well on a healthy exchange: {ill}"

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def illness(self, after_s: float) -> str:
        """Wait until the program is well; what is wrong with it if it is not after so long."""
        ends_s = CLOCK.monotonic() + after_s
        while (ill := self._illness()) and CLOCK.monotonic() < ends_s:
            CLOCK.sleep(0.25)
        return ill

    def _illness(self) -> str:
        if self.process.poll() is not None:
            return f"the program has ended with exit code {self.process.returncode}"
        stats, now_s = self.proxy.stats(), CLOCK.monotonic()
        if now_s - (stats["last_order_accepted_s"] or 0.0) > FRESH_S:
            return "it places no orders"
        for stream in self.program.streams:
            if now_s - (stats["streams"].get(stream) or {"last_s": 0.0})["last_s"] > FRESH_S:
                return f"no data of {stream} reaches it"
        if self.program.account and not any(
            isinstance(one, MessageRecord) and one.meaning.get("role") == "private"
            for one in self.recording.records()
            if one.mono_s > now_s - FRESH_S
        ):
            return "no events of the account reach it"
        return self._old_price(now_s)

    def _old_price(self, now_s: float) -> str:
        """What is wrong with the price of its newest order: data that arrives may not be read."""
        books = books_from_json(self.exchange.books(now_s - FRESH_S))
        mids = [float(price) for _, symbol, price in books.mids if symbol == "BTCUSDT"]
        if not books.orders or not mids:
            return "it places no orders"
        bid = float(max(books.orders, key=lambda one: float(one["accepted_mono_s"]))["price"])
        if abs(1 - bid / mids[-1] - BELOW) <= APART:
            return ""
        return f"data reaches it, but it bids {bid:g} where the market is at {mids[-1]:g}"

    def meet(self, meeting: Meeting) -> Met:
        """Put one fault before the program; it is well before, started again if need be."""
        since_s, said_before = CLOCK.monotonic(), self.log.stat().st_size
        CLOCK.sleep(BASELINE_S)
        lease = self.proxy.arm(
            {
                "fault": meeting.fault,
                "parameters": dict(meeting.parameters),
                "scope": dict(meeting.scope),
                "duration_s": meeting.for_s + 10,
                "ttl_s": meeting.for_s + 10,
                "max_hits": meeting.max_hits,
                "seed": SEED,
            }
        )
        if meeting.rise:
            rise = {"symbol": "BTCUSDT", "move": f"{meeting.rise:g}", "over_s": 1}
            self.exchange.move_market(rise)
        CLOCK.sleep(meeting.for_s)
        self.proxy.remove(lease["id"])
        ended_s = CLOCK.monotonic()
        CLOCK.sleep(meeting.after_s)
        evidence = self._evidence(meeting, lease, since_s, ended_s)
        judges = {"fault_was_live": {}, **meeting.judges}
        met = Met(
            fault=meeting.fault,
            findings=[run_checker(name, evidence, dict(own)) for name, own in judges.items()],
            said=self._said(said_before),
            afterwards=self.illness(after_s=PATIENCE_S),
        )
        if met.afterwards:
            self.stop()
            self.start()
        return met

    def _evidence(self, meeting, lease, since_s, ended_s) -> Evidence:
        began_s = float(lease["armed_mono_s"])
        return Evidence(
            records=self.recording.records(),
            baseline_s=(since_s, began_s),
            fault_s=(began_s, ended_s),
            end_s=CLOCK.monotonic(),
            leases=(str(lease["id"]),),
            books=books_from_json(self.exchange.books(since_s)),
            parameters={meeting.fault: dict(meeting.parameters)},
        )

    def _said(self, since: int) -> list[str]:
        lines = self.log.read_bytes()[since:].decode(errors="replace").splitlines()
        usual = (
            "placed",
            "own order",
            "account: ex",
            "account: out",
            " ",
            "Traceback",
            "The above",
        )
        return list(dict.fromkeys(one[:160] for one in lines if not one.startswith(usual)))[:8]


def python_with(module: str) -> str:
    """The Python that has the library; the test is skipped where none has."""
    for python in (sys.executable, os.environ.get("CLIENTS_PYTHON", "")):
        with contextlib.suppress(OSError):
            asked = [python, "-c", f"import {module}"]
            if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
                return python
    pytest.skip(f"no Python with {module}: name one as CLIENTS_PYTHON")


def all_met(program: Program, folder: Path) -> list[Met]:
    """What came of all meetings of one program, in their order."""
    python = python_with(program.module)
    stack = start_stack(folder / "stack", seed=SEED, trader=False)
    rig = Rig(program, python, stack)
    try:
        rig.recording.start()
        rig.start()
        return [rig.meet(meeting) for meeting in program.meetings]
    finally:
        rig.stop()
        rig.recording.stop()
        stack.stop()


def told(program: Program, met: list[Met]) -> str:
    """The findings as text."""
    lines = [program.name]
    for one in met:
        lines += [f"  {one.fault}: {one.afterwards or 'well by itself afterwards'}"]
        lines += [f"    {each.answer:8}{each.checker}: {each.observed}" for each in one.findings]
        lines += [f"    said    {each}" for each in one.said]
    return "\n".join(lines)
