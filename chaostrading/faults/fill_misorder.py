"""Order events in an order that the exchange's own books never had."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Delay, Fate, Fault, Frame, Hold, Replace, State
from chaostrading.faults.calls import call_key
from chaostrading.faults.executions import what
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["FillMisorder"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class FillMisorder(Fault):
    """Lets order events and answers overtake each other; each arrives, and exactly once.

    `event_before_answer`: the answer to an order comes `lead_s` late, after its fill was told.
    `fill_after_cancel`: fills come `wait_s` late, after the acknowledgement of a cancel that is
    sent meanwhile. `rejected_before_filled`: a rejection, made from the fill, comes right before
    it. Nothing else is held up, and what is kept back comes when the lease ends."""

    name = "fill_misorder"
    catalogue = "F51"
    category = "data"
    kinds = frozenset({"message", "answer"})
    state_per = "lease"

    form: str = "event_before_answer"
    """`event_before_answer`, `fill_after_cancel` or `rejected_before_filled`."""
    lead_s: float = 0.2
    """With `event_before_answer`: seconds of delay of the answer, 0.001..60."""
    wait_s: float = 5.0
    """With `fill_after_cancel`: seconds from a fill to its event, 0.1..3600. Longer than the client
    waits before it cancels."""

    def __post_init__(self) -> None:
        forms = ("event_before_answer", "fill_after_cancel", "rejected_before_filled")
        one_of(self.name, "form", self.form, forms)
        within(self.name, "lead_s", self.lead_s, 0.001, 60)
        within(self.name, "wait_s", self.wait_s, 0.1, 3_600)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if self.form == "event_before_answer":
            if not self._answers_order(frame, state):
                return PASS
            # Events may share a WebSocket with answers, and a delay would hold them up too.
            return (
                Hold(for_s=self.lead_s) if frame.kind == "message" else Delay(delay_s=self.lead_s)
            )
        if what(frame) != "TRADE":
            return PASS
        if self.form == "fill_after_cancel":
            return Hold(for_s=self.wait_s)
        status = f'"{frame.meaning.order_status}"'.encode()
        rejected = frame.payload.replace(status, b'"REJECTED"').replace(b'"TRADE"', b'"REJECTED"')
        return Replace(payloads=(rejected, frame.payload))

    @staticmethod
    def _answers_order(frame: Frame, state: State) -> bool:
        """A good answer to an order, over REST or over the WebSocket API."""
        if frame.kind == "answer":
            return frame.meaning.role == "order" and frame.status < 400
        asked: set[str] = state.memory.setdefault("asked", set())
        key = call_key(frame)
        if frame.direction == "up":
            if frame.meaning.role == "order" and frame.meaning.request_id:
                asked.add(key)
            return False
        known = key in asked
        asked.discard(key)
        return known and frame.meaning.status < 400
