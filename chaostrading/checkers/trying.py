"""What became of the orders that the experiment tried to place through the target."""

from typing import Any

from chaostrading.checkers.base import Evidence
from chaostrading.checkers.reading import attempts, client_id, orders, symbol
from chaostrading.core.money import decimal_or_none
from chaostrading.records.types import RequestRecord

__all__ = ["matched", "text_of"]

Attempt = dict[str, Any]


def matched(
    evidence: Evidence, expect: str, within_s: float
) -> list[tuple[Attempt, RequestRecord | None]]:
    """Attempts with this expectation, each with the order on the wire that came of it.

    Found by client id; else by symbol, side and quantity within `within_s` after the attempt, where
    an attempt without a symbol fits any. Each order on the wire belongs to one attempt.
    """
    free = orders(evidence)
    pairs: list[tuple[Attempt, RequestRecord | None]] = []
    for attempt in attempts(evidence):
        if str(attempt.get("expect", "blocked")) != expect:
            continue
        found = next((item for item in free if _fits(item, attempt, within_s)), None)
        if found is not None:
            free.remove(found)
        pairs.append((attempt, found))
    return pairs


def _fits(item: RequestRecord, attempt: Attempt, within_s: float) -> bool:
    name = str(attempt.get("client_id") or "")
    if name:
        return client_id(item) == name
    at = float(attempt.get("mono_s", 0.0))
    return (
        at <= item.mono_s <= at + within_s
        and attempt.get("symbol") in ("", None, symbol(item))
        and item.meaning.get("side") == attempt.get("side")
        and _same_quantity(item.meaning.get("quantity"), attempt.get("quantity"))
    )


def _same_quantity(sent: Any, tried: Any) -> bool:
    """Equal as numbers; what is no number must be there as it was tried."""
    if tried in ("", None):
        return True
    quantity = decimal_or_none(str(tried))
    return sent == tried if quantity is None else decimal_or_none(sent) == quantity


def text_of(attempt: Attempt) -> dict[str, Any]:
    """An attempt as a row of evidence."""
    names = ("way", "symbol", "side", "quantity", "price", "client_id", "status", "denied")
    return {name: attempt[name] for name in names if attempt.get(name) not in (None, "")}
