"""Order events in an order that the exchange's own books never had."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Delay, Fate, Fault, Frame, Replace, State
from chaostrading.faults.executions import what
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["FillMisorder"]

Kept = list[tuple[float, int, str, bytes]]
"""What waits: until when at the latest, for which connection, of which symbol, the bytes."""


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class FillMisorder(Fault):
    """Lets order events and answers overtake each other; each arrives, and exactly once.

    `event_before_answer`: the answer to an order comes `lead_s` late, after its fill was told.
    `fill_after_cancel`: fills are kept back until a cancel of the same symbol was acknowledged.
    `rejected_before_filled`: a rejection, made from the fill, comes right before it."""

    name = "fill_misorder"
    catalogue = "F51"
    category = "data"
    kinds = frozenset({"message", "answer", "tick"})
    state_per = "lease"

    form: str = "event_before_answer"
    """`event_before_answer`, `fill_after_cancel` or `rejected_before_filled`."""
    lead_s: float = 0.2
    """With `event_before_answer`: seconds of delay of the answer, 0.001..60."""
    wait_s: float = 5.0
    """With `fill_after_cancel`: seconds to wait for a cancel before the fill is told anyway,
    0.1..3600."""

    def __post_init__(self) -> None:
        forms = ("event_before_answer", "fill_after_cancel", "rejected_before_filled")
        one_of(self.name, "form", self.form, forms)
        within(self.name, "lead_s", self.lead_s, 0.001, 60)
        within(self.name, "wait_s", self.wait_s, 0.1, 3_600)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        kept: Kept = state.memory.setdefault("kept", [])
        if frame.kind == "tick":
            return self._due(frame, kept)
        role = self._answers(frame, state)
        if self.form == "event_before_answer":
            return self._late(frame, kept) if role == "order" else PASS
        if role == "cancel" and self.form == "fill_after_cancel":
            symbol = frame.meaning.symbol
            kept[:] = [(0.0 if row[2] == symbol else row[0], *row[1:]) for row in kept]
        if what(frame) != "TRADE":
            return PASS
        if self.form == "fill_after_cancel":
            until_s = frame.now_s + self.wait_s
            kept.append((until_s, frame.connection, frame.meaning.symbol, frame.payload))
            return Replace(payloads=())
        status = f'"{frame.meaning.order_status}"'.encode()
        rejected = frame.payload.replace(status, b'"REJECTED"').replace(b'"TRADE"', b'"REJECTED"')
        return Replace(payloads=(rejected, frame.payload))

    def _late(self, frame: Frame, kept: Kept) -> Fate:
        if frame.kind == "answer":
            return Delay(delay_s=self.lead_s)
        # Events may share the connection, so the answer must not hold up what is behind it.
        kept.append((frame.now_s + self.lead_s, frame.connection, "", frame.payload))
        return Replace(payloads=())

    @staticmethod
    def _due(frame: Frame, kept: Kept) -> Fate:
        due = [row for row in kept if row[0] <= frame.now_s and row[1] == frame.connection]
        for row in due:
            kept.remove(row)
        return Replace(payloads=tuple(row[3] for row in due), opcode=1) if due else PASS

    @staticmethod
    def _answers(frame: Frame, state: State) -> str:
        """Role of the request that this frame answers, over REST or the WebSocket API."""
        if frame.kind == "answer":
            return frame.meaning.role if frame.status < 400 else ""
        asked: dict[tuple[int, str], str] = state.memory.setdefault("asked", {})
        request = (frame.connection, frame.meaning.request_id)
        if frame.direction == "up" and frame.meaning.role in ("order", "cancel"):
            asked[request] = frame.meaning.role
        return asked.pop(request, "") if frame.direction == "down" else ""
