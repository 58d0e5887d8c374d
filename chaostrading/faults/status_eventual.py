"""F32: what was accepted cannot be seen yet."""

import re
from dataclasses import dataclass
from typing import Any

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.calls import call_key, is_call, is_reply, said
from chaostrading.faults.limits import within
from chaostrading.faults.registry import register
from chaostrading.venues.editing import list_items
from chaostrading.venues.troubles import trouble

__all__ = ["StatusEventual"]

_KEPT = 10_000
_ORDER_ID = re.compile(rb'"(?:orderId|ordId|order_id|orderID)"\s*:\s*"?([\w-]+)')


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class StatusEventual(Fault):
    """Let queries lag behind: a new order is not found, open orders are those of a while ago.

    On the wire: a query for an order is answered `order does not exist` in the exchange's place for
    `absent_s` after the order was accepted. Lists of open orders over HTTP lose the orders accepted
    within `open_orders_lag_s`, and keep those that vanished within it, byte for byte."""

    name = "status_eventual"
    catalogue = "F32"
    category = "exchange"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "lease"

    absent_s: float = 5.0
    """Seconds after acceptance for which a query does not find the order, 0..600."""
    open_orders_lag_s: float = 30.0
    """How old the lists of open orders are, in seconds, 0..600."""

    def __post_init__(self) -> None:
        within(self.name, "absent_s", self.absent_s, 0, 600)
        within(self.name, "open_orders_lag_s", self.open_orders_lag_s, 0, 600)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        order, memory = frame.meaning, state.memory
        accepted: dict[str, float] = memory.setdefault("accepted", {})
        if is_call(frame):
            memory.pop(call_key(frame), None)
            if order.role == "order":
                memory[call_key(frame)] = order.client_id
            asked = (f"client/{order.client_id}", f"order/{order.order_id}")
            since_s = max(accepted.get(key, -1e9) for key in asked)
            if order.role == "query" and frame.now_s - since_s < self.absent_s:
                return said(frame, trouble(frame.venue, "order_absent"))
            return PASS
        if not is_reply(frame):
            return PASS
        client_id = memory.pop(call_key(frame), None)
        if client_id is not None and (frame.status or order.status) == 200:
            _remember(accepted, "order", order.order_id, frame.now_s)
            _remember(accepted, "client", client_id or order.client_id, frame.now_s)
            return PASS
        if frame.kind == "answer" and order.role == "query" and "open" in order.endpoint.lower():
            return self._lagging(frame, memory, accepted)
        return PASS

    def _lagging(self, frame: Frame, memory: dict[str, Any], accepted: dict[str, float]) -> Fate:
        since_s = frame.now_s - self.open_orders_lag_s
        seen: dict[str, tuple[float, bytes]] = memory.setdefault(f"list/{frame.meaning.symbol}", {})
        kept: list[bytes] = []
        now: set[str] = set()
        for start, end in list_items(frame.payload):
            row = frame.payload[start:end]
            found = _ORDER_ID.search(row)
            order_id = found.group(1).decode() if found else ""
            now.add(order_id)
            if accepted.get(f"order/{order_id}", -1e9) <= since_s:
                kept.append(row)
                seen[order_id] = (frame.now_s, row)
        for order_id, (last_s, row) in list(seen.items()):
            if last_s <= since_s:
                del seen[order_id]
            elif order_id not in now:
                kept.append(row)
        payload = b"[" + b",".join(kept) + b"]"
        unchanged = len(kept) == len(now) and all(item in frame.payload for item in kept)
        return PASS if unchanged else Replace(payloads=(payload,))


def _remember(accepted: dict[str, float], kind: str, name: str, now_s: float) -> None:
    if name:
        if len(accepted) >= _KEPT:
            del accepted[next(iter(accepted))]
        accepted[f"{kind}/{name}"] = now_s
