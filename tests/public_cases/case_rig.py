"""Plays scripts against the paper trader, and keeps what was seen for the judges.

Each run has a paper stack of its own on free ports. Two or three run side by side: a stack takes
about a quarter of a core.
"""

import contextlib
import pickle
import shutil
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from case_script import Lease, Row, Script, Step

from chaostrading.checkers.base import Evidence, Finding, run_checker
from chaostrading.core.clock import SystemClock
from chaostrading.core.errors import Unreachable
from chaostrading.core.seeds import Dice
from chaostrading.paper.judge import PaperExchangeClient
from chaostrading.paper.stack import PaperStack, start_stack
from chaostrading.paper.stimulus import await_resting_order, move_through
from chaostrading.proxy.client import ProxyClient
from chaostrading.reports.recording import Recording
from chaostrading.session import books_from_json
from chaostrading.targets.paper import PaperTarget

__all__ = ["Played", "Rig", "judge", "outcome"]

COMMON: dict[str, dict[str, Any]] = {"fault_was_live": {}, "target_had_reason": {}}
"""Without these nothing was proven, whatever the oracle says."""
ORDERS_MIN = 6
PATIENCE_S = 15.0
CLOCK = SystemClock()


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """What a run left."""

    evidence: Evidence
    alive: bool
    """The trader is the process that it was."""


class Rig:
    """Runs each script once with and once without each set of defences that rows ask for."""

    def __init__(self, folder: Path, *, scripts: dict[str, Script], workers: int, seed: int = 7):
        self.folder = folder
        self.seed = seed
        self._scripts = scripts
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="stack")
        self._runs: dict[tuple[str, str], Future[Played]] = {}

    def plan(self, runs: Iterable[tuple[str, str]]) -> None:
        """Begin to play these pairs of script and missing defences, in this order."""
        for run in runs:
            if run not in self._runs:
                self._runs[run] = self._pool.submit(self._play, *run)

    def played(self, script: str, without: str = "") -> Played:
        """What a run left; waits for it."""
        self.plan([(script, without)])
        return self._runs[script, without].result()

    def forget(self, script: str, without: str = "") -> None:
        """Play this run anew when it is asked for again, as by a test that is tried once more."""
        self._runs.pop((script, without), None)
        shutil.rmtree(self._folder(script, without), ignore_errors=True)

    def close(self) -> None:
        """Start nothing more, and wait for what is under way."""
        self._pool.shutdown(cancel_futures=True)

    def _folder(self, script: str, without: str) -> Path:
        return self.folder / f"{script}-{without.replace(',', '-') or 'defended'}"

    def _play(self, script: str, without: str) -> Played:
        folder = self._folder(script, without)
        kept = folder / "played.pickle"
        if kept.exists():
            played: Played = pickle.loads(kept.read_bytes())
            return played
        # What an earlier trader left would be remembered by this one.
        shutil.rmtree(folder, ignore_errors=True)
        played = play(self._scripts[script], without, folder, self.seed)
        kept.write_bytes(pickle.dumps(played))
        return played


def judge(row: Row, played: Played) -> list[Finding]:
    """All findings of a row about a run, those that every run needs first."""
    wanted = {**COMMON, **row.oracle}
    return [run_checker(name, played.evidence, dict(limits)) for name, limits in wanted.items()]


def outcome(row: Row, played: Played) -> str:
    """`held`, `broken` or `unknown`; a trader that died has broken its oracle."""
    findings = judge(row, played)
    answers = {one.answer for one in findings}
    if "broken" in answers or not played.alive:
        return "broken"
    return "unknown" if "unknown" in answers else "held"


def play(script: Script, without: str, folder: Path, seed: int) -> Played:
    """Play one script against a stack of its own and take it down again."""
    stack = start_stack(folder, seed=seed, without=without)
    try:
        return _Run(script, stack).play()
    finally:
        stack.stop()


class _Run:
    def __init__(self, script: Script, stack: PaperStack) -> None:
        self.script = script
        self.stack = stack
        self.proxy = ProxyClient(stack.admin_url, stack.token, timeout_s=10)
        self.exchange = PaperExchangeClient(stack.exchange_url, stack.token, timeout_s=10)
        self.target = PaperTarget(stack.trader_url, token=stack.token)
        self.recording = Recording(
            stack.folder / "evidence",
            proxy=ProxyClient(stack.admin_url, stack.token, timeout_s=10),
            target=PaperTarget(stack.trader_url, token=stack.token),
            clock=CLOCK,
        )
        self.leases: list[dict[str, Any]] = []
        self.parameters: dict[str, Any] = {}

    def play(self) -> Played:
        self.recording.start()
        self._await_trading()
        self._wait_until(self.recording.began_s + self.script.baseline_s)
        resting = []
        if self.script.through:
            resting = await_resting_order(self.exchange, CLOCK, CLOCK.sleep)
        began = CLOCK.monotonic()
        for step in sorted(self.script.steps, key=lambda one: one.at_s):
            self._wait_until(began + step.at_s)
            self._take(step)
            if resting and step.at_s == 0:
                moves = move_through(
                    self.exchange, resting, Dice(7, "move"), self.script.through, 0.5
                )
                self.parameters["moves"], resting = moves, []
        self._wait_until(began + self.script.lasts_s)
        self.proxy.remove_owner("public cases")
        ended = CLOCK.monotonic()
        CLOCK.sleep(self.script.after_s)
        return self._evidence(ended)

    def _await_trading(self) -> None:
        ends_s = CLOCK.monotonic() + PATIENCE_S
        while CLOCK.monotonic() < ends_s:
            if len(self.exchange.books()["orders"]) >= ORDERS_MIN:
                return
            CLOCK.sleep(0.2)

    @staticmethod
    def _wait_until(moment_s: float) -> None:
        CLOCK.sleep(max(0.0, moment_s - CLOCK.monotonic()))

    def _take(self, step: Step) -> None:
        if not isinstance(step, Lease):
            if step.what == "restart":
                self.stack.restart_trader()
                return
            levers = {
                "market": self.exchange.move_market,
                "rules": self.exchange.change_rules,
                "limits": self.exchange.change_limits,
            }
            levers[step.what](dict(step.body))
            return
        request = {
            "fault": step.fault,
            "parameters": dict(step.parameters),
            "duration_s": step.for_s,
            "scope": dict(step.scope),
            "seed": self.stack.seed,
            "ttl_s": step.for_s + 30,
            "owner": "public cases",
            **step.more,
        }
        self.leases.append(self.proxy.arm(request))
        self.parameters[step.fault] = dict(step.parameters)

    def _evidence(self, ended: float) -> Played:
        looked_s = CLOCK.monotonic()
        told: dict[str, Any] = {}
        with contextlib.suppress(Unreachable):
            told = self.target.told()
        books = books_from_json(self.exchange.books(self.recording.began_s))
        self.recording.stop()
        first = min((float(one["armed_mono_s"]) for one in self.leases), default=ended)
        evidence = Evidence(
            records=self.recording.records(),
            baseline_s=(self.recording.began_s, first),
            fault_s=(first, ended),
            end_s=looked_s,
            leases=tuple(str(one["id"]) for one in self.leases),
            books=books,
            target=told,
            parameters=self.parameters,
        )
        return Played(evidence=evidence, alive=self.stack.processes["trader"].poll() is None)
