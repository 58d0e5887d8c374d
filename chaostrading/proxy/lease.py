"""One fault in force: what it may touch, whether it does, and what waits because of it."""

import fnmatch
import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, Protocol

from chaostrading.core.clock import Clock
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, State
from chaostrading.faults.lease_request import LeaseRequest

__all__ = ["Held", "Lease", "Plan", "Throws", "Traveller"]

Throws = dict[str, bool]
"""How the share fell, by lease, for a request and its answer."""

_UNMATCHED_KEPT = 50
_STATES_KEPT = 10_000

_log = logging.getLogger(__name__)


class Held(Protocol):
    """A frame in a lease's keeping."""

    def release(self) -> None:
        """The lease has ended: do with the frame what was said."""


class Traveller(Protocol):
    """A connection, as far as leases are concerned."""

    number: int
    connected_s: float
    path: str
    streams: set[str]


class Lease:
    """One fault in force. Its state is kept per connection, per address or once, as it declares."""

    def __init__(self, number: int, request: LeaseRequest, fault: Fault, clock: Clock) -> None:
        now_s = clock.monotonic()
        self.id = f"lease-{number}"
        self.request = request
        self.fault = fault
        self.kinds = fault.kinds
        self.armed_mono_s = now_s
        self.armed_wall_s = clock.wall()
        self.start_s = now_s + request.start_s
        self.expires_s = self.start_s + request.duration_s
        self.renewed_s = now_s
        self.hits = 0
        self.misses = 0
        self.first_hit_s: float | None = None
        self.last_hit_s: float | None = None
        self.unmatched: dict[str, int] = {}
        self.ended = False
        self.reason = ""
        self.waiting = 0
        """Frames that are delayed on this lease's behalf."""
        self.held: dict[Held, None] = {}
        self.on_idle: Callable[[Lease], None] = lambda lease: None
        """Called when nothing waits any more."""
        dice = Dice(request.seed).fork(request.fault)
        self._dice = dice.fork("decide")
        self._share_dice = dice.fork("share")
        self._thrown = 0
        self._fixed: dict[str, bool] = {}
        self._states: dict[int | str, State] = {}

    def took(self) -> None:
        self.waiting += 1

    def gave_back(self) -> None:
        self.waiting -= 1
        self.on_idle(self)

    def let_go(self, held: Held) -> None:
        """A held frame is in the lease's keeping no more."""
        if held in self.held:
            del self.held[held]
            self.on_idle(self)

    @property
    def idle(self) -> bool:
        return not self.waiting and not self.held

    @property
    def spent(self) -> bool:
        """It has touched all that it may. It stays while something waits because of it."""
        return bool(self.request.max_hits) and self.hits >= self.request.max_hits

    def may_match(self, kind: str, traveller: Traveller) -> bool:
        """Whether it could touch a frame of this kind on this connection at all."""
        scope = self.request.scope
        return (
            kind in self.kinds
            and self.reaches(traveller.number, traveller.connected_s)
            and (not scope.path or fnmatch.fnmatchcase(traveller.path, scope.path))
            and (
                not scope.stream
                or not traveller.streams
                or any(fnmatch.fnmatchcase(name, scope.stream) for name in traveller.streams)
            )
        )

    def reaches(self, connection: int, connected_s: float) -> bool:
        """Whether it reaches this connection."""
        wanted = self.request.scope.connection
        return (not wanted or wanted == connection) and (
            self.request.existing_connections or connected_s >= self.armed_mono_s
        )

    def decide(self, frame: Frame) -> Fate:
        key: int | str = ""
        if self.fault.state_per == "connection":
            key = frame.connection
        elif self.fault.state_per == "address":
            key = frame.address
        state = self._states.get(key)
        if state is None:
            if len(self._states) >= _STATES_KEPT:
                self._states.pop(next(iter(self._states)))
            state = self._states[key] = State(armed_s=self.start_s)
        state.hits = self.hits
        try:
            return self.fault.decide(frame, self._dice, state)
        except Exception:  # a fault with a bug must not take traffic down; it shows as misses
            _log.exception("fault %s failed to decide on a %s", self.request.fault, frame.kind)
            return PASS

    def chosen(self, frame: Frame, throws: Throws) -> bool:
        """Throw the share for a frame that the fault would touch."""
        request = self.request
        if request.share >= 1.0 and request.mode in ("random", "per_intent"):
            return True
        if frame.kind == "tick":
            return self._fix(f"connection/{frame.connection}")
        if self.id not in throws:
            throws[self.id] = self._throw(frame)
        return throws[self.id]

    def _throw(self, frame: Frame) -> bool:
        mode = self.request.mode
        if mode == "per_intent" and frame.meaning.client_id:
            return self._fix(f"intent/{frame.meaning.client_id}")
        if mode == "alternate":
            self._thrown += 1
            return self._thrown % 2 == 1
        if mode == "nth":
            self._thrown += 1
            return self._thrown % self.request.every == 0
        return self._share_dice.chance(self.request.share)

    def _fix(self, name: str) -> bool:
        """A throw that falls the same way every time for this name."""
        if name not in self._fixed:
            if len(self._fixed) >= _STATES_KEPT:
                self._fixed.clear()
            self._fixed[name] = self._share_dice.fork(name).chance(self.request.share)
        return self._fixed[name]

    def hit(self, now_s: float) -> None:
        self.hits += 1
        self.last_hit_s = now_s
        if self.first_hit_s is None:
            self.first_hit_s = now_s

    def pass_by(self, key: str, count: int = 1) -> None:
        """Count frames of its kinds that its scope did not match."""
        if key in self.unmatched or len(self.unmatched) < _UNMATCHED_KEPT:
            self.unmatched[key] = self.unmatched.get(key, 0) + count

    def forget(self, connection: int) -> None:
        """Drop the state of a connection that is gone."""
        if self.fault.state_per == "connection":
            self._states.pop(connection, None)
        self._fixed.pop(f"connection/{connection}", None)

    def row(self) -> dict[str, Any]:
        """The lease as the admin API shows it."""
        request = self.request
        return {
            "id": self.id,
            "fault": request.fault,
            "owner": request.owner,
            "parameters": dict(request.parameters),
            "scope": asdict(request.scope),
            "share": request.share,
            "mode": request.mode,
            "seed": request.seed,
            "armed_mono_s": self.armed_mono_s,
            "armed_wall_s": self.armed_wall_s,
            "expires_mono_s": self.expires_s,
            "hits": self.hits,
            "misses": self.misses,
            "first_hit_s": self.first_hit_s,
            "last_hit_s": self.last_hit_s,
            "unmatched": dict(self.unmatched),
            "state": "ended" if self.ended else "in_force",
            "reason": self.reason,
        }


class Plan:
    """Which leases may touch requests to one endpoint, and which would if their scope let them."""

    __slots__ = ("answer", "other", "request", "seen")

    def __init__(self, leases: Iterable[Lease], method: str, path: str) -> None:
        request: list[Lease] = []
        answer: list[Lease] = []
        other: list[Lease] = []
        for lease in leases:
            scope = lease.request.scope
            fits = (not scope.method or method in scope.method.split(",")) and (
                not scope.path or fnmatch.fnmatchcase(path, scope.path)
            )
            wants = lease.kinds & {"request", "answer"}
            if wants and not fits:
                other.append(lease)
            if fits and "request" in wants:
                request.append(lease)
            if fits and "answer" in wants:
                answer.append(lease)
        self.request = tuple(request)
        self.answer = tuple(answer)
        self.other = tuple(other)
        self.seen = 0
        """Requests that went this way, not yet told to `other`."""
