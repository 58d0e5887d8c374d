"""F36: the order would have met one of the same account."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Answer, Fate, Fault, Frame, State
from chaostrading.faults.limits import one_of
from chaostrading.faults.registry import register
from chaostrading.venues.troubles import order_expired

__all__ = ["SelfTradePrevention"]

_KEPT = 10_000


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class SelfTradePrevention(Fault):
    """Accept a new order and let it expire at once, as self-trade prevention does.

    On the wire: a new order over HTTP is answered 200 with status EXPIRED_IN_MATCH and nothing
    executed; the exchange never sees it. A later query for it by client id gets the same answer.
    Resting orders are left alone: a proxy cannot expire the maker."""

    name = "self_trade_prevention"
    catalogue = "F36"
    category = "exchange"
    kinds = frozenset({"request"})
    state_per = "lease"

    mode: str = "expire_taker"
    """expire_taker, expire_both or decrement: what the answer says was at work."""
    side: str = ""
    """BUY or SELL, empty for both."""

    def __post_init__(self) -> None:
        one_of(self.name, "mode", self.mode, ("expire_taker", "expire_both", "decrement"))
        one_of(self.name, "side", self.side, ("", "BUY", "SELL"))

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        order = frame.meaning
        expired: dict[str, Answer] = state.memory
        if order.role == "query":
            return expired.get(order.client_id, PASS)
        if order.role != "order" or (self.side and order.side != self.side):
            return PASS
        words = order_expired(frame.venue, order, frame.now_ms, self.mode)
        answer = Answer(status=words.status, headers=words.headers, body=words.body)
        if order.client_id and len(expired) < _KEPT:
            expired[order.client_id] = answer
        return answer
