"""F31: the cancel is refused."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, State
from chaostrading.faults.calls import call_key, is_call, is_reply, said
from chaostrading.faults.limits import one_of
from chaostrading.faults.registry import register
from chaostrading.venues.troubles import replace_partial, trouble

__all__ = ["CancelReject"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class CancelReject(Fault):
    """Answer cancels with `unknown order` although the truth is another.

    On the wire: `filled` and `live` answer in the exchange's place, which never sees the cancel, so
    the order stays and may fill (move the market over its price to make sure that it does);
    `canceled` lets the exchange cancel and replaces its answer. Cancel-and-replace requests fail as
    a whole (-2022, nothing happened) or in part (409, -2021: the new order stands, the cancel is
    said to have failed)."""

    name = "cancel_reject"
    catalogue = "F31"
    category = "exchange"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "lease"

    truth: str = "filled"
    """What is true of the order: filled, canceled or live."""
    replace: str = "failed"
    """What cancel-and-replace meets: failed, partial (HTTP only), or pass."""

    def __post_init__(self) -> None:
        one_of(self.name, "truth", self.truth, ("filled", "canceled", "live"))
        one_of(self.name, "replace", self.replace, ("failed", "partial", "pass"))

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        role, memory = frame.meaning.role, state.memory
        if is_call(frame):
            memory.pop(call_key(frame), None)
            if role == "replace" and self.replace == "failed":
                return said(frame, trouble(frame.venue, "replace_failed"))
            if role != "cancel":
                return PASS
            if self.truth != "canceled":
                return said(frame, trouble(frame.venue, "unknown_order"))
            memory[call_key(frame)] = True
            return PASS
        if not is_reply(frame):
            return PASS
        if role == "replace" and self.replace == "partial" and frame.status == 200:
            return said(frame, replace_partial(frame.payload))
        if memory.pop(call_key(frame), False) and (frame.status or frame.meaning.status) == 200:
            return said(frame, trouble(frame.venue, "unknown_order"))
        return PASS
