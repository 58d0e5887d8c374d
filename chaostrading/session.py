"""The one armed run in this process.

`controls/guard.py` arms it, every action asks for it: without a guard there is no session, and
without a session nothing is injected. It holds what a run is made of (proxy, target, books, seed)
and owns its leases: it renews them while the run lives and takes them out of force at the end.
"""

import contextlib
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from chaostrading.checkers.base import Books, Evidence
from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.errors import (
    ChaosTradingError,
    HealNotConfirmed,
    NotArmed,
    Refused,
    Unreachable,
)
from chaostrading.proxy.client import ProxyClient
from chaostrading.safety import lever, undo
from chaostrading.safety.processes import is_alive

if TYPE_CHECKING:  # every activity loads this module
    from chaostrading.paper.judge import PaperExchangeClient
    from chaostrading.reports.recording import Recording
    from chaostrading.safety.settings import Settings
    from chaostrading.targets.base import Target

__all__ = ["Injection", "Session", "arm", "armed", "current", "disarm"]

RENEW_EVERY_S = 1.0
TTL_S = 3.0


@dataclass(kw_only=True, slots=True)
class Injection:
    """One fault that this run put in force. Times are monotonic seconds."""

    fault: str
    parameters: dict[str, Any]
    began_s: float
    duration_s: float = 0.0
    """How long it is to be in force; it ends by itself then."""
    lease: str = ""
    ended_s: float | None = None
    end: Callable[[], None] | None = None
    """How to end a fault that is not a lease at the proxy (memory, CPU, a market move)."""
    undo: str = ""
    """Id of the write-ahead undo record."""
    report: dict[str, Any] = field(default_factory=dict)
    """What was really reached: the lease at its end, or the level of a pressure."""


@dataclass(kw_only=True)
class Session:
    """A guarded run. Made by the guard only."""

    run_id: str
    test: str
    variant: str
    seed: int
    settings: "Settings"
    admin_url: str
    """The proxy's admin API."""
    token: str = field(repr=False)
    """Its bearer token."""
    proxy_url: str
    """Where the target connects."""
    target: "Target"
    exchange: "PaperExchangeClient | None" = None
    paper_stack: bool = False
    restart_target: Callable[[], None] | None = None
    """Kills the target and starts it again with the state it had; None where nobody can."""
    quick: bool = False
    decisions_min: int = 6
    """Decisions that the baseline needs."""
    recording: "Recording"
    attestation: dict[str, str]
    """The proof of paper mode."""
    approval: dict[str, str] = field(default_factory=dict)
    """Who approved a critical test, and when."""
    clock: Clock = field(default_factory=SystemClock)
    injections: list[Injection] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    """What actions and probes leave for the judges, by name; JSON-able."""
    stopped: threading.Event = field(default_factory=threading.Event)
    stop_reason: str = ""
    ended: bool = False
    """The run came to its own end; a stop has a `stop_reason` instead."""
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _renewer: threading.Thread | None = None
    _clients: threading.local = field(default_factory=threading.local)

    @property
    def proxy(self) -> ProxyClient:
        """A client of the proxy that belongs to the calling thread."""
        client: ProxyClient | None = getattr(self._clients, "proxy", None)
        if client is None:
            client = self._clients.proxy = ProxyClient(self.admin_url, self.token)
        return client

    # --- injecting ------------------------------------------------------------------------------
    def inject(self, request: dict[str, Any]) -> Injection:
        """Put a fault in force at the proxy; `request` is a `LeaseRequest` as JSON.

        The undo record is on disk before the proxy is asked. Raises Refused when the run has been
        stopped, InvalidInput for a bad request, Unreachable when the proxy does not answer.
        """
        self.refuse_when_stopped()
        request = {"seed": self.seed, "ttl_s": TTL_S, **request, "owner": self.run_id}
        if self.settings.max_duration_ms is not None:
            cap_s = self.settings.max_duration_ms / 1_000
            request["duration_s"] = min(float(request["duration_s"]), cap_s)
        record = undo.write(
            self.run_id,
            {
                "kind": "remove_lease",
                "admin_url": self.admin_url,
                "token": self.token,
                "owner": self.run_id,
            },
        )
        lease = self.proxy.arm(request)
        injection = Injection(
            fault=str(lease["fault"]),
            parameters=dict(request.get("parameters", {})),
            began_s=float(lease["armed_mono_s"]),
            duration_s=float(request["duration_s"]),
            lease=str(lease["id"]),
            undo=record,
            report=lease,
        )
        self.add(injection)
        self._keep_renewing()
        return injection

    def add(self, injection: Injection) -> None:
        """Take an injection into the run's care, so that `heal` ends it."""
        with self._lock:
            self.injections.append(injection)

    def hold(self, seconds: float) -> float:
        """Wait, but not past a stop. Returns the seconds really waited.

        Raises Refused when the run is stopped meanwhile.
        """
        began = self.clock.monotonic()
        self.stopped.wait(timeout=max(0.0, seconds))
        self.refuse_when_stopped()
        return self.clock.monotonic() - began

    def remaining_s(self) -> float:
        """How long the faults in force will last if nobody ends them."""
        now_s = self.clock.monotonic()
        ends = [one.began_s + one.duration_s for one in self.injections if one.ended_s is None]
        return max(0.0, max(ends, default=now_s) - now_s)

    def heal(self) -> list[dict[str, Any]]:
        """Take every fault of this run out of force and confirm it. Idempotent.

        Returns the ended leases and levels. Raises HealNotConfirmed naming what could not be
        proven gone; the proxy ends such a lease by itself within 3 s of silence.
        """
        failures = []
        with self._lock:
            open_ones = [one for one in self.injections if one.ended_s is None]
            # Leases first: they end at once, while a target that hangs may take its time.
            for injection in sorted(open_ones, key=lambda one: not one.lease):
                try:
                    self._end(injection)
                except (HealNotConfirmed, Unreachable) as error:
                    failures.append(f"{injection.fault}: {error}")
        if failures:
            raise HealNotConfirmed("; ".join(failures))
        return [{"fault": one.fault, **one.report} for one in open_ones]

    def _end(self, injection: Injection) -> None:
        if injection.end is not None:
            injection.end()
        if injection.lease:
            self.proxy.remove(injection.lease)
            ended = self.proxy.leases()["ended"]
            reports = [lease for lease in ended if lease["id"] == injection.lease]
            injection.report = reports[-1] if reports else injection.report
        injection.ended_s = self.clock.monotonic()
        if injection.undo:
            undo.done(injection.undo)

    # --- judging --------------------------------------------------------------------------------
    def cleared_s(self) -> float | None:
        """When the last fault was confirmed gone; None while one is in force or none was."""
        ends = [one.ended_s for one in self.injections]
        return max((end for end in ends if end is not None), default=None) if all(ends) else None

    def evidence(self, *, final: bool = False) -> Evidence:
        """Everything seen so far, for checkers and tolerances.

        With `final`, the exchange's books and the target's own word are fetched too; what does not
        answer is left out, and the checkers that need it find `unknown`.
        """
        now_s = self.clock.monotonic()
        began = min((one.began_s for one in self.injections), default=now_s)
        ended = max((one.ended_s or now_s for one in self.injections), default=now_s)
        parameters = {one.fault: one.parameters for one in self.injections} | self.facts
        books, told = self._ask_books() if final else (None, {})
        return Evidence(
            records=self.recording.records(),
            baseline_s=(self.recording.began_s, began),
            fault_s=(began, ended),
            end_s=now_s,
            leases=tuple(one.lease for one in self.injections if one.lease),
            books=books,
            target=told,
            parameters=parameters,
        )

    def _ask_books(self) -> tuple[Books | None, dict[str, Any]]:
        told: dict[str, Any] = {}
        books = None
        with contextlib.suppress(Unreachable):
            told = self.target.told()
        if self.exchange is not None:
            with contextlib.suppress(Unreachable):
                books = books_from_json(self.exchange.books(self.recording.began_s))
        return books, told

    # --- stopping -------------------------------------------------------------------------------
    def stop(self, reason: str) -> None:
        """Stop the run: nothing more is injected, waits end, faults go. Never raises."""
        with self._lock:
            if not self.stopped.is_set():
                self.stop_reason = reason
                self.stopped.set()
        try:
            self.heal()
        except HealNotConfirmed as error:
            self.stop_reason = f"{self.stop_reason} (not confirmed: {error})"

    def finish(self) -> None:
        """End the run in peace: faults go, and the guard stops watching. Idempotent.

        Raises HealNotConfirmed when a fault could not be proven gone.
        """
        try:
            self.heal()
        finally:
            with self._lock:
                if not self.stopped.is_set():
                    self.ended = True
                    self.stopped.set()

    def refuse_when_stopped(self) -> None:
        """Raise Refused when the run has been stopped."""
        if self.stopped.is_set():
            why = "has ended" if self.ended else f"was stopped: {self.stop_reason}"
            raise Refused(f"not injecting: the run {why}")

    # --- renewing -------------------------------------------------------------------------------
    def _keep_renewing(self) -> None:
        with self._lock:
            if self._renewer is None:
                self._renewer = threading.Thread(target=self._renew, name="leases", daemon=True)
                self._renewer.start()

    def _renew(self) -> None:
        while not self.stopped.wait(timeout=RENEW_EVERY_S):
            with self._lock:
                leases = [one.lease for one in self.injections if one.lease and not one.ended_s]
            for lease in leases:
                # A lease that ended by itself, or a proxy that is gone, needs no renewal.
                with contextlib.suppress(ChaosTradingError):
                    self.proxy.renew(lease)


def run_id_for(test: str) -> str:
    """Name a run of this test: as `CHAOS_RUN_ID` says, else by the time and chance."""
    moment = iso(SystemClock().wall())[:19].replace("-", "").replace(":", "")
    return os.environ.get("CHAOS_RUN_ID") or f"{moment}-{test}-{secrets.token_hex(2)}"


def undo_executors() -> dict[str, undo.Executor]:
    """How the records of the write-ahead undo are executed, by kind."""
    return {
        "remove_lease": _remove_lease,
        "kill_scope": _kill_scope,
        "restore_target": _restore_target,
    }


def _kill_scope(record: undo.UndoRecord) -> str:
    if record.owner is not None and is_alive(record.owner) and not lever.read().engaged:
        raise Refused("its run still presses; engage the lever (`chaos trading stop`) to end it")
    from chaostrading.pressure import end_leftovers

    ended = end_leftovers()
    if not ended:
        raise undo.AlreadyGone("no process of it is left: each ends with its run and by the lever")
    return f"{len(ended)} processes ended"


def _remove_lease(record: undo.UndoRecord) -> str:
    client = ProxyClient(str(record.action["admin_url"]), record.token)
    try:
        client.health()
    except Unreachable as error:
        cause = error.__cause__
        if isinstance(cause, requests.ConnectionError) and not isinstance(cause, requests.Timeout):
            raise undo.AlreadyGone("the proxy has ended, and its leases with it") from error
        raise  # A proxy that does not answer may still hold the lease.
    removed = client.remove_owner(str(record.action["owner"]))
    return f"{len(removed)} leases taken out of force"


def _restore_target(record: undo.UndoRecord) -> str:
    from chaostrading.targets.order_entry import OrderEntry
    from chaostrading.targets.standing import restore

    entry = OrderEntry(str(record.action["url"]), record.token, SystemClock())
    return restore(entry, dict(record.action["before"]))


def books_from_json(row: dict[str, Any]) -> Books:
    """Read the books as the paper exchange hands them out."""
    return Books(
        orders=tuple(row["orders"]),
        fills=tuple(row["fills"]),
        positions=dict(row["positions"]),
        balances=dict(row["balances"]),
        mids=tuple((float(at), str(symbol), str(price)) for at, symbol, price in row["mids"]),
    )


_current: Session | None = None
_refusal: str = ""


def refuse(reason: str) -> None:
    """Remember why this process runs nothing, for the journal."""
    global _refusal
    _refusal = reason


def refusal() -> str:
    """Why a guard said no in this process; empty when none did."""
    return _refusal


def arm(session: Session) -> None:
    """Make this the run of the process. Only the guard calls it.

    Raises Refused when another run is armed: Chaos Toolkit runs one experiment a process.
    """
    global _current
    if _current is not None:
        raise Refused(f"not injecting: run {_current.run_id} is still armed in this process")
    _current = session


def armed() -> Session | None:
    """The armed run, or None."""
    return _current


def current() -> Session:
    """The armed run. Raises NotArmed: an action outside a guarded run injects nothing."""
    if _current is None:
        raise NotArmed(
            "not injecting: guard has not armed this run (the experiment needs the control "
            "chaostrading.controls.guard)"
        )
    return _current


def disarm() -> None:
    """End the armed run: faults go, and no action can inject any more. Never raises."""
    global _current
    session, _current = _current, None
    if session is not None:
        session.stop("the run has ended")
