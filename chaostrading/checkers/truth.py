"""What was really so: true prices, positions and live orders over time. Money is Decimal."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chaostrading.checkers.base import Evidence, once
from chaostrading.checkers.reading import (
    accepted,
    accepted_orders,
    client_id,
    of,
    requests,
    symbol,
    touched,
)
from chaostrading.core.money import ZERO, decimal_or_none
from chaostrading.records.types import MarketSlice, MessageRecord, RequestRecord

__all__ = [
    "Live",
    "affected_symbols",
    "last_positions",
    "live_orders",
    "mid_at",
    "most_live",
    "notional",
    "position_at",
    "positions",
    "reduces",
]

INSTANT = frozenset({"MARKET", "IOC", "FOK"})


def affected_symbols(evidence: Evidence) -> dict[str, tuple[float, float]]:
    """Symbols whose market data the fault changed: first and last touch of each.

    A frame that cannot be read any more counts for all symbols of its connection.
    """
    carried: dict[int, set[str]] = {}
    for item in of(evidence, MarketSlice):
        carried.setdefault(item.connection, set()).add(item.symbol)
    found: dict[str, tuple[float, float]] = {}
    for record in evidence.records:
        if not touched(evidence, record) or not isinstance(record, MessageRecord | RequestRecord):
            continue
        if isinstance(record, MessageRecord) and record.direction == "up":
            continue
        if record.meaning.get("role", "market") not in ("market", "other"):
            continue
        own = symbol(record)
        names = {own} if own else set()
        if not own and isinstance(record, MessageRecord) and record.opcode in ("text", "binary"):
            names = carried.get(record.connection, set())
        for name in names:
            begin, _ = found.get(name, (record.mono_s, 0.0))
            found[name] = (begin, record.mono_s)
    return found


def mid_at(evidence: Evidence, name: str, at_s: float) -> Decimal | None:
    """The true price of a symbol: from the books, else the newest untouched market data.

    Before the first known price that one is taken. None where none is known.
    """
    known = _book_mids(evidence).get(name) or _wire_mids(evidence).get(name)
    if not known:
        return None
    after = bisect_right(known, at_s, key=lambda one: one[0])
    return decimal_or_none(known[max(0, after - 1)][1])


@once
def _book_mids(evidence: Evidence) -> dict[str, list[tuple[float, str]]]:
    found: dict[str, list[tuple[float, str]]] = {}
    for at, own, price in sorted(evidence.books.mids) if evidence.books else ():
        found.setdefault(own, []).append((at, price))
    return found


@once
def _wire_mids(evidence: Evidence) -> dict[str, list[tuple[float, str]]]:
    found: dict[str, list[tuple[float, str]]] = {}
    for item in of(evidence, MarketSlice):
        if item.price and not touched(evidence, item):
            found.setdefault(item.symbol, []).append((item.mono_s, item.price))
    return found


def notional(evidence: Evidence, order: RequestRecord) -> Decimal | None:
    """What an order is worth in quote currency: quantity times the greater of price and true mid.

    None where the quantity is no finite number, or no price is known at all.
    """
    quantity = decimal_or_none(order.meaning.get("quantity"))
    prices = [
        decimal_or_none(order.meaning.get("price")),
        mid_at(evidence, str(order.meaning.get("symbol", "")), order.mono_s),
    ]
    known = [price for price in prices if price is not None]
    if quantity is None or not known:
        return None
    return abs(quantity) * max(known)


@once
def positions(evidence: Evidence) -> list[tuple[float, str, Decimal]]:
    """(mono_s, symbol, position after it) for each fill in the books, oldest first.

    The position before the first fill is what the final one leaves over, so that books which do
    not reach back to the start of the exchange are read rightly.
    """
    level = dict(_first_positions(evidence))
    found = []
    for fill in _fills(evidence):
        name = str(fill["symbol"])
        level[name] += _signed(fill)
        found.append((float(fill["mono_s"]), name, level[name]))
    return found


def position_at(evidence: Evidence, name: str, at_s: float) -> Decimal | None:
    """The position in a symbol at a moment; None without books."""
    if evidence.books is None:
        return None
    own = _positions_of(evidence).get(name, [])
    after = bisect_right(own, at_s, key=lambda one: one[0])
    return own[after - 1][1] if after else _first_positions(evidence).get(name, ZERO)


@once
def _positions_of(evidence: Evidence) -> dict[str, list[tuple[float, Decimal]]]:
    found: dict[str, list[tuple[float, Decimal]]] = {}
    for at, name, amount in positions(evidence):
        found.setdefault(name, []).append((at, amount))
    return found


@once
def _first_positions(evidence: Evidence) -> dict[str, Decimal]:
    """Positions before the first fill."""
    told = evidence.books.positions if evidence.books else {}
    level = {name: decimal_or_none(text) or ZERO for name, text in told.items()}
    for fill in _fills(evidence):
        name = str(fill["symbol"])
        level[name] = level.get(name, ZERO) - _signed(fill)
    return level


@once
def _fills(evidence: Evidence) -> list[dict[str, Any]]:
    fills = evidence.books.fills if evidence.books else ()
    return sorted(fills, key=lambda fill: float(fill["mono_s"]))


def reduces(evidence: Evidence, order: RequestRecord) -> bool:
    """Whether an order makes the position smaller and does not turn it; False without books."""
    held = position_at(evidence, str(order.meaning.get("symbol", "")), order.mono_s)
    quantity = decimal_or_none(order.meaning.get("quantity"))
    if held is None or quantity is None:
        return False
    long = held > ZERO and order.meaning.get("side") == "SELL"
    short = held < ZERO and order.meaning.get("side") == "BUY"
    return (long or short) and quantity <= abs(held)


def last_positions(evidence: Evidence, name: str, settle_s: float) -> set[Decimal]:
    """All true positions in a symbol from `settle_s` before the end of observation on.

    The target and the books are not asked in the same instant: each of these may be what it knew.
    """
    since_s = evidence.end_s - settle_s
    later = {amount for at, own, amount in positions(evidence) if own == name and at >= since_s}
    return later | {position_at(evidence, name, since_s) or ZERO}


def _signed(fill: dict[str, Any]) -> Decimal:
    quantity = decimal_or_none(fill["quantity"]) or ZERO
    return quantity if fill["side"] == "BUY" else -quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """A resting order and the time in which the exchange could fill it."""

    client_id: str
    symbol: str
    side: str
    since_s: float
    until_s: float


def live_orders(evidence: Evidence) -> list[Live]:
    """All resting orders of the books and when each was live; of the wire where books are none.

    An order ends when a cancel of it (by id, or of its whole symbol) was accepted, when it was
    filled, or never.
    """
    if evidence.books is None:
        return [_from_wire(evidence, item) for item in accepted_orders(evidence) if _rests(item)]
    filled = {fill["order_id"]: float(fill["mono_s"]) for fill in evidence.books.fills}
    found = []
    for order in evidence.books.orders:
        if str(order.get("type", "")) in INSTANT:
            continue
        since = float(order["accepted_mono_s"])
        name, own = str(order["symbol"]), str(order.get("client_id", ""))
        ends = [math.inf]
        if order.get("status") == "FILLED":
            ends.append(filled.get(order["order_id"], math.inf))
        elif order.get("status") in ("NEW", "PARTIALLY_FILLED"):
            pass
        else:
            ends.append(_cancelled_s(evidence, own, str(order["order_id"]), name, since) or since)
        found.append(
            Live(
                client_id=own,
                symbol=name,
                side=str(order["side"]),
                since_s=since,
                until_s=min(ends),
            )
        )
    return found


def _rests(order: RequestRecord) -> bool:
    return order.meaning.get("order_type") not in INSTANT and (
        order.answer.get("order_status") not in ("FILLED", "EXPIRED")
    )


def _from_wire(evidence: Evidence, order: RequestRecord) -> Live:
    since = order.mono_s if order.forwarded_s is None else order.forwarded_s
    name = str(order.meaning.get("symbol", ""))
    number = str(order.answer.get("order_id", ""))
    end = _cancelled_s(evidence, client_id(order), number, name, since)
    return Live(
        client_id=client_id(order),
        symbol=name,
        side=str(order.meaning.get("side", "")),
        since_s=since,
        until_s=math.inf if end is None else end,
    )


def _cancelled_s(
    evidence: Evidence, own: str, number: str, name: str, since_s: float
) -> float | None:
    for item in requests(evidence, since_s, roles=("cancel", "replace")):
        meaning = item.meaning
        named = str(meaning.get("client_id", "")), str(meaning.get("order_id", ""))
        of_symbol = named == ("", "") and meaning.get("symbol", name) == name
        hit = (own and named[0] == own) or (number and named[1] == number) or of_symbol
        if hit and accepted(item):
            return item.mono_s if item.forwarded_s is None else item.forwarded_s
    return None


def most_live(orders: list[Live], since_s: float, until_s: float) -> tuple[int, list[Live]]:
    """The largest number of orders of one slot (symbol and side) that were live at once."""
    best: list[Live] = []
    for one in orders:
        at = max(one.since_s, since_s)
        if not at < min(one.until_s, until_s):
            continue
        together = [
            other
            for other in orders
            if (other.symbol, other.side) == (one.symbol, one.side)
            and other.since_s <= at < other.until_s
        ]
        best = max(best, together, key=len)
    return len(best), best
