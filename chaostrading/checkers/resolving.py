"""How a bot learns what became of an order whose answer it did not get."""

from chaostrading.checkers.base import Evidence
from chaostrading.checkers.reading import (
    accepted_orders,
    client_id,
    of,
    requests,
    symbol,
    touched,
)
from chaostrading.records.types import MessageRecord, Record, RequestRecord

__all__ = ["asked_about", "event_about", "listed_since_s", "resolved_by"]

NOT_FOUND = frozenset({"-2013", "-2011"})
"""The exchange knows no such order: that is an answer, too."""


def listed_since_s(evidence: Evidence) -> float:
    """From when on the target's own list of orders can be expected to be whole.

    Many bots show only their latest orders: what is older than the oldest one shown that was seen
    on the wire is not asked for. Without a single match everything is.
    """
    shown = {str(row.get("client_id", "")) for row in evidence.target.get("orders", ())}
    seen = [item.mono_s for item in accepted_orders(evidence) if client_id(item) in shown]
    return min(seen, default=float("-inf"))


def asked_about(
    evidence: Evidence, order: RequestRecord, since_s: float, until_s: float = float("inf")
) -> list[RequestRecord]:
    """Queries since then that can tell: of this client id, or of the symbol's orders or trades."""
    found = []
    for item in requests(evidence, since_s, until_s, roles=("query", "cancel")):
        named = client_id(item)
        of_symbol = symbol(item) in ("", symbol(order))
        listing = not named and not item.meaning.get("order_id") and of_symbol
        own = bool(named) and named == client_id(order)
        if own or (listing and item.meaning.get("role") == "query"):
            found.append(item)
    return found


def told(item: RequestRecord) -> bool:
    """Whether the bot got a real answer to its query."""
    if item.outcome != "answered":
        return False
    return (200 <= item.status < 300 and not item.code) or item.code in NOT_FOUND


def event_about(evidence: Evidence, order: RequestRecord, since_s: float) -> MessageRecord | None:
    """The first private event about the order that reached the bot since then."""
    name = client_id(order)
    for item in of(evidence, MessageRecord):
        if item.direction != "down" or item.mono_s < since_s or not name:
            continue
        dropped = touched(evidence, item) and any(
            touch.fate in ("drop", "hold", "reset", "close") for touch in item.touched
        )
        if item.meaning.get("client_id") == name and not dropped:
            return item
    return None


def resolved_by(evidence: Evidence, order: RequestRecord, since_s: float) -> Record | None:
    """What told the bot of the order's fate since then: an answered query, an event, or None.

    Events count from the moment the order was sent, because they may overtake its answer.
    """
    answered = [item for item in asked_about(evidence, order, since_s) if told(item)]
    return answered[0] if answered else event_about(evidence, order, order.mono_s)
