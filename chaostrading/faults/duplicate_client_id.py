"""F33: the same client id comes twice."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Answer, Fate, Fault, Frame, State
from chaostrading.faults.calls import is_call, said
from chaostrading.faults.limits import one_of
from chaostrading.faults.registry import register
from chaostrading.venues.troubles import trouble

__all__ = ["DuplicateClientId"]

_KEPT = 10_000


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class DuplicateClientId(Fault):
    """Decide what a second order with the same client id meets.

    On the wire: the first order passes. `rejected` answers a second one `Duplicate order sent.` in
    the exchange's place, `first` repeats the answer that the first one got; `accepted` lets it
    through, so that the exchange's own rule decides. Only orders seen while the fault is in force
    are known; one that the exchange rejected does not count."""

    name = "duplicate_client_id"
    catalogue = "F33"
    category = "exchange"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "lease"

    second: str = "rejected"
    """rejected, accepted, or first (the first one's answer again)."""

    def __post_init__(self) -> None:
        one_of(self.name, "second", self.second, ("rejected", "accepted", "first"))

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        order, known = frame.meaning, state.memory
        if order.role != "order" or not order.client_id or self.second == "accepted":
            return PASS
        if frame.kind == "answer":
            if frame.status >= 400:
                known.pop(order.client_id, None)
            elif known.get(order.client_id, False) is None:
                known[order.client_id] = Answer(
                    status=frame.status, headers=frame.headers, body=frame.payload
                )
            return PASS
        if not is_call(frame):
            return PASS
        if order.client_id not in known:
            if len(known) < _KEPT:
                known[order.client_id] = None
            return PASS
        first: Answer | None = known[order.client_id]
        if self.second == "first" and first is not None and frame.kind == "request":
            return first
        return said(frame, trouble(frame.venue, "duplicate_order"))
