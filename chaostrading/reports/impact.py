"""What a run did to the trading: orders, success, positions, money. Computed from the evidence."""

from typing import Any

from chaostrading.checkers.base import Evidence
from chaostrading.checkers.reading import accepted, by_intent, orders, series
from chaostrading.core.money import ZERO, decimal_or_none
from chaostrading.records.types import RequestRecord

__all__ = ["impact"]

TARGET_NUMBERS = ("pnl_usdt", "drawdown_usdt", "risk_violations_total")


def impact(evidence: Evidence) -> dict[str, Any]:
    """Numbers of the fault window and what the target says of its money.

    `order_success_ratio` is accepted by attempted orders; `duplicate_orders` counts client ids
    that the exchange accepted more than once; `position_gaps` is per symbol what the target says
    minus what the exchange's books hold, where both are known.
    """
    since, until = evidence.fault_s
    attempts = orders(evidence, since, until)
    taken = [item for item in attempts if accepted(item)]
    row: dict[str, Any] = {
        "orders_attempted": len(attempts),
        "orders_accepted": len(taken),
        "order_success_ratio": round(len(taken) / len(attempts), 4) if attempts else None,
        "duplicate_orders": _duplicates(taken),
        "position_gaps": _position_gaps(evidence),
    }
    for name in TARGET_NUMBERS:
        readings = series(evidence, name)
        if readings:
            row[name] = round(readings[-1][1] - readings[0][1], 8)
    return row


def _duplicates(taken: list[RequestRecord]) -> int:
    return sum(1 for group in by_intent(taken).values() if len(group) > 1)


def _position_gaps(evidence: Evidence) -> dict[str, str]:
    told = evidence.target.get("positions")
    if evidence.books is None or not isinstance(told, dict):
        return {}
    gaps = {}
    for symbol in sorted({*told, *evidence.books.positions}):
        said = decimal_or_none(told.get(symbol, "0")) or ZERO
        held = decimal_or_none(evidence.books.positions.get(symbol, "0")) or ZERO
        if said != held:
            gaps[symbol] = str(said - held)
    return gaps
