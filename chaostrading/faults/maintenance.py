"""F30: the market does not trade."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Answer, Drop, Fate, Fault, Frame, Replace, State
from chaostrading.faults.calls import is_call, is_reply, said
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register
from chaostrading.venues.rules import edit_status

__all__ = ["Maintenance"]

_JSON = (("Content-Type", "application/json"),)


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class Maintenance(Fault):
    """Halt trading as a maintenance does: orders are refused, data and cancels as you choose.

    On the wire: orders are answered in the exchange's place (Binance: `Market is closed.`); the
    status of all instruments in its rules is `state`. Public data that is frozen keeps streams
    silent and repeats the first answer to each question; data that is off is refused. Wiped orders
    are only hidden from the list of open orders: the exchange itself still has them."""

    name = "maintenance"
    catalogue = "F30"
    category = "exchange"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "lease"

    state: str = "HALT"
    """HALT, BREAK, CANCEL_ONLY, or POST_ONLY (orders that only add liquidity pass)."""
    public_data: str = "on"
    """on, off or frozen."""
    cancels_allowed: bool = True
    """Let cancels through."""
    orders_wiped_after_s: float = 0.0
    """From then on the list of open orders is empty, as after a wipe; 0 for never, ..86400."""

    def __post_init__(self) -> None:
        one_of(self.name, "state", self.state, ("HALT", "BREAK", "CANCEL_ONLY", "POST_ONLY"))
        one_of(self.name, "public_data", self.public_data, ("on", "off", "frozen"))
        within(self.name, "orders_wiped_after_s", self.orders_wiped_after_s, 0, 86_400)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.kind == "answer":
            return self._at_answer(frame, state)
        role = frame.meaning.role
        if not is_call(frame):
            streamed = role == "market" and frame.direction == "down" and not is_reply(frame)
            return Drop() if streamed and self.public_data != "on" else PASS
        refused = (
            (role in ("order", "replace") and not self._adds_liquidity(frame))
            or (role == "cancel" and not self.cancels_allowed)
            or (role == "market" and self.public_data == "off")
        )
        if refused:
            return said(frame, frame.venue.maintenance(state=self.state))
        if role == "market" and self.public_data == "frozen" and frame.kind == "request":
            known: Answer | None = state.memory.get(_question(frame))
            return known or PASS
        return PASS

    def _adds_liquidity(self, frame: Frame) -> bool:
        if self.state != "POST_ONLY":
            return False
        order_type = frame.meaning.order_type.lower()
        return "maker" in order_type or "post" in order_type

    def _at_answer(self, frame: Frame, state: State) -> Fate:
        role = frame.meaning.role
        if role == "rules":
            payload = edit_status(frame.venue, frame.payload, self.state)
            return Replace(payloads=(payload,)) if payload != frame.payload else PASS
        if role == "market" and self.public_data == "frozen" and len(state.memory) < 1_000:
            answer = Answer(status=frame.status, headers=frame.headers, body=frame.payload)
            state.memory.setdefault(_question(frame), answer)
        wiped_s = self.orders_wiped_after_s
        if (
            role == "query"
            and wiped_s
            and frame.now_s - state.armed_s >= wiped_s
            and "open" in frame.meaning.endpoint.lower()
        ):
            return Answer(status=200, headers=_JSON, body=b"[]")
        return PASS


def _question(frame: Frame) -> str:
    return f"{frame.path}?{frame.query}"
