"""All faults in force: who asked for them, when they begin and end, what becomes of a frame.

No I/O and no timers: the owner of a `LeaseTable` calls `expire` when `next_due_s` has come. Ending
a lease takes it out of the table first, and then gives back what it held; nothing is waited for.

How a frame's fate is found: the leases in force are asked in the order of arming, and the first
fate that is not Pass wins. A lease is asked about frames of its fault's kinds within its scope.
Its fault decides first; the share is thrown for frames that the fault would touch, once for a
request and its answer together, once per connection for ticks. A frame that was a candidate and
was not touched is a miss (ticks are not counted).
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chaostrading.core.clock import Clock
from chaostrading.core.errors import Refused
from chaostrading.faults.base import Fate, Fault, Frame, Pass
from chaostrading.faults.lease_request import LeaseRequest
from chaostrading.proxy.lease import Lease, Plan, Throws, Traveller
from chaostrading.proxy.redaction import safe

__all__ = ["LeaseTable", "Make"]

Make = Callable[[str, Mapping[str, Any]], Fault]

_ENDED_KEPT = 100
_PLANS_KEPT = 4_096


class LeaseTable:
    """All leases of one proxy.

    `make` makes a fault from its name and parameters. `changed` is called after every change of
    what is in force, `told` with every lease that was armed or ended. `longest_s` is the longest
    duration that is granted, None for no limit of its own.
    """

    def __init__(
        self, make: Make, clock: Clock, *, longest_s: float | None = None,
        changed: Callable[[], None] = lambda: None,
        told: Callable[[str, Lease], None] = lambda event, lease: None,
    ) -> None:  # fmt: skip
        self.in_force: tuple[Lease, ...] = ()
        """Those that act now, in the order of arming."""
        self.kinds: frozenset[str] = frozenset()
        """Frame kinds that any of them wants to see."""
        self.version = 0
        """Changes whenever remembered plans do not hold any more."""
        self.lever_reason: str | None = None
        """Why nothing may be armed, None while the lever is released."""
        self._make = make
        self._clock = clock
        self._longest_s = longest_s
        self._changed = changed
        self._told = told
        self._leases: dict[str, Lease] = {}
        self._ended: deque[Lease] = deque(maxlen=_ENDED_KEPT)
        self._plans: dict[tuple[str, str], Plan] = {}
        self._number = 0

    def arm(self, request: LeaseRequest) -> Lease:
        """Put a fault in force. Raises InvalidInput or Refused, and then nothing has changed."""
        if self.lever_reason is not None:
            raise Refused(f"the lever is engaged, nothing can be armed: {self.lever_reason}")
        if self._longest_s is not None and request.duration_s > self._longest_s:
            raise Refused(
                f"lease: duration_s must be at most {self._longest_s:g} on this proxy, was "
                f"{request.duration_s:g}"
            )
        fault = self._make(request.fault, request.parameters)
        self._number += 1
        lease = Lease(self._number, request, fault, self._clock)
        lease.on_idle = self._on_idle
        self._leases[lease.id] = lease
        self._told("armed", lease)
        self._rebuild()
        return lease

    def renew(self, lease_id: str) -> Lease | None:
        """Note that the owner lives. None when the lease is not in force."""
        lease = self._leases.get(lease_id)
        if lease is not None:
            lease.renewed_s = self._clock.monotonic()
        return lease

    def remove(self, lease_id: str) -> list[str]:
        """End one lease; a lease that is not in force any more needs no ending."""
        return self._end([self._leases[lease_id]] if lease_id in self._leases else [], "removed")

    def remove_all(self, owner: str = "", reason: str = "removed") -> list[str]:
        """End all leases, or those of an owner."""
        leases = self._leases.values()
        return self._end([one for one in leases if owner in ("", one.request.owner)], reason)

    def lever(self, engaged: bool, reason: str) -> list[str]:
        """Engage or release the lever. Engaging it ends all leases."""
        self.lever_reason = (reason or "no reason was given") if engaged else None
        return self.remove_all(reason="lever") if engaged else []

    def expire(self) -> None:
        """Put in force what has come to its start, and end what has come to its end."""
        now_s = self._clock.monotonic()
        for lease in list(self._leases.values()):
            if now_s >= lease.expires_s:
                self._end([lease], "duration")
            elif now_s >= lease.renewed_s + lease.request.ttl_s:
                self._end([lease], "owner_silent")
        acting = [lease for lease in self._leases.values() if self._acts(lease, now_s)]
        if tuple(acting) != self.in_force:
            self._rebuild()

    def next_due_s(self) -> float | None:
        """Monotonic time at which `expire` has something to do."""
        now_s = self._clock.monotonic()
        times: list[float] = []
        for lease in self._leases.values():
            times.append(min(lease.expires_s, lease.renewed_s + lease.request.ttl_s))
            if lease.start_s > now_s:
                times.append(lease.start_s)
        return min(times, default=None)

    def _acts(self, lease: Lease, now_s: float) -> bool:
        return lease.start_s <= now_s < lease.expires_s and not lease.spent

    def _on_idle(self, lease: Lease) -> None:
        if lease.spent and lease.idle and not lease.ended:
            self._end([lease], "max_hits")

    def _end(self, leases: list[Lease], reason: str) -> list[str]:
        for lease in leases:
            del self._leases[lease.id]
            lease.ended = True
            lease.reason = reason
        if leases:
            self._rebuild()
        for lease in leases:
            self._ended.append(lease)
            for held in list(lease.held):
                held.release()
            self._told("ended", lease)
        return [lease.id for lease in leases]

    def _rebuild(self) -> None:
        self._settle_plans()
        self._plans.clear()
        now_s = self._clock.monotonic()
        self.in_force = tuple(one for one in self._leases.values() if self._acts(one, now_s))
        self.kinds = frozenset().union(*(one.kinds for one in self.in_force))
        self.version += 1
        self._changed()

    def __len__(self) -> int:
        return len(self._leases)

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Leases that have not ended, and the last ones that have."""
        self._settle_plans()
        return {
            "leases": [lease.row() for lease in self._leases.values()],
            "ended": [lease.row() for lease in self._ended],
        }

    @property
    def refuses_connections(self) -> bool:
        """Whether a lease in force wants the door shut."""
        return any(lease.fault.refuses_connections for lease in self.in_force)

    def plan(self, method: str, path: str, count: int = 1) -> Plan:
        """Who may touch requests to this endpoint. Remembered until the next change.

        `count` requests are told to the leases that this endpoint does not concern."""
        plan = self._plans.get((method, path))
        if plan is None:
            if len(self._plans) >= _PLANS_KEPT:
                self._settle_plans()
                self._plans.clear()
                self.version += 1
            plan = self._plans[method, path] = Plan(self.in_force, method, path)
        plan.seen += count
        return plan

    def _settle_plans(self) -> None:
        for (method, path), plan in self._plans.items():
            if plan.seen:
                for lease in plan.other:
                    lease.pass_by(f"{method} {safe(path)}", plan.seen)
                plan.seen = 0

    def watching(self, kind: str, traveller: Traveller) -> tuple[Lease, ...]:
        """Who may touch frames of this kind on this connection."""
        if kind not in self.kinds:
            return ()
        return tuple(lease for lease in self.in_force if lease.may_match(kind, traveller))

    def ask(
        self, frame: Frame, leases: Iterable[Lease], throws: Throws | None = None
    ) -> tuple[Lease, Fate] | None:
        """Find the fate of a frame: the first that is not Pass, and whose it is."""
        if throws is None:
            throws = {}
        for lease in leases:
            if lease.ended or lease.spent or frame.kind not in lease.kinds:
                continue
            if not lease.reaches(frame.connection, frame.connected_s):
                continue
            if not lease.request.scope.matches(frame):
                if frame.kind != "tick":
                    lease.pass_by(_key(frame))
                continue
            fate = lease.decide(frame)
            if not isinstance(fate, Pass) and lease.chosen(frame, throws):
                lease.hit(frame.now_s)
                return lease, fate
            if frame.kind != "tick":
                lease.misses += 1
        return None

    def done(self, lease: Lease) -> None:
        """The fate of a frame has been carried out; the lease may have reached its last hit."""
        if lease.spent and not lease.ended:
            self._rebuild()
            self._on_idle(lease)

    def forget(self, connection: int) -> None:
        """A connection is gone."""
        for lease in self._leases.values():
            lease.forget(connection)


def _key(frame: Frame) -> str:
    if frame.kind in ("request", "answer"):
        return f"{frame.method} {safe(frame.path)}"
    return f"{frame.kind} {safe(frame.stream or frame.path)}".strip()
