"""F28: the account has not enough."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Reset, State
from chaostrading.faults.calls import is_call, said
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register
from chaostrading.venues.troubles import trouble

__all__ = ["InsufficientBalance"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class InsufficientBalance(Fault):
    """Reject orders for lack of funds, a few times or until their cause is gone.

    On the wire: new orders are answered in the exchange's place, which never sees them. With
    `lost_order` the first order reaches the exchange and its answer is lost with a reset: the funds
    are gone into an order that the client does not know of."""

    name = "insufficient_balance"
    catalogue = "F28"
    category = "exchange"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "lease"

    rejections: int = 3
    """Orders to reject before they pass again, 1..1000000."""
    cause: str = "plain"
    """plain; locked: a cancel frees the funds and ends the rejections; fee: only sells (the fee
    was taken from what was bought); lost_order: after an order whose answer was lost."""

    def __post_init__(self) -> None:
        within(self.name, "rejections", self.rejections, 1, 1_000_000)
        one_of(self.name, "cause", self.cause, ("plain", "locked", "fee", "lost_order"))

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        memory, role = state.memory, frame.meaning.role
        if frame.kind == "answer":
            if role == "order" and memory.get("losing") == frame.connection:
                memory["losing"] = None
                return Reset()
            return PASS
        if not is_call(frame) or role not in ("order", "cancel", "replace"):
            return PASS
        if self.cause == "locked" and role == "cancel":
            memory["rejected"] = self.rejections
        if role != "order" or (self.cause == "fee" and frame.meaning.side != "SELL"):
            return PASS
        if self.cause == "lost_order" and "losing" not in memory and frame.kind == "request":
            memory["losing"] = frame.connection
            return PASS
        if memory.get("rejected", 0) >= self.rejections:
            return PASS
        memory["rejected"] = memory.get("rejected", 0) + 1
        return said(frame, trouble(frame.venue, "no_funds"))
