"""Does the target fall back to data that it can trust?"""

from decimal import Decimal

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import of, orders, rate, requests, sampled, symbol
from chaostrading.checkers.sockets import tries
from chaostrading.checkers.truth import affected_symbols, mid_at
from chaostrading.core.money import decimal_or_none
from chaostrading.records.types import RequestRecord, Sample


@checker("last_known_good_used")
def check(evidence: Evidence, *, band: float = 0.02) -> Finding:
    """While its data is frozen or bad the bot uses the last good price, or gets a fresh one.

    Seen as: limit orders on the symbol lie within `band` (0.02 is 2 %) of the last good or of the
    true price; or it asks for the price by request more often than before; or it opens its stream
    again; or it names another `source` for the symbol in its `market_data`. An order elsewhere is
    broken.
    """
    judge = Judge(
        checker="last_known_good_used",
        expected=f"while data is bad, orders stay within {band:.0%} of the last good or the true "
        "price, or the bot gets data from elsewhere",
        evidence=evidence,
    )
    affected = affected_symbols(evidence)
    if not affected:
        return judge.unknown("the fault changed no market data")
    end = evidence.fault_s[1]
    priced = [
        item
        for item in orders(evidence, min(begin for begin, _ in affected.values()), end)
        if symbol(item) in affected and decimal_or_none(item.meaning.get("price")) is not None
    ]
    wild = [item for item in priced if not _trusted(evidence, item, affected, Decimal(str(band)))]
    if wild:
        return judge.broken(
            f"{count(len(wild), 'order')} priced far from the last good and the true price, the "
            f"first at {wild[0].meaning['price']} for {symbol(wild[0])}",
            wild,
        )
    seen = []
    if priced:
        seen.append(f"{count(len(priced), 'order')} at a trusted price")
    asked = _asked(evidence, affected, evidence.fault_s[0], end)
    usual = _asked(evidence, affected, *evidence.baseline_s)
    if rate(len(asked), *evidence.fault_s) > 1.5 * rate(len(usual), *evidence.baseline_s):
        seen.append(f"{count(len(asked), 'price request')}")
    begin = min(first for first, _ in affected.values())
    if any(item.ok and item.at_s <= end for item in tries(evidence, begin)):
        seen.append("its stream opened again")
    source = _source(evidence, affected)
    if source:
        seen.append(f"it names the source {source}")
    if not seen:
        return judge.unknown("the bot did nothing that shows which data it used")
    return judge.held(f"while data was bad: {', '.join(seen)}", [*priced, *asked])


def _trusted(
    evidence: Evidence,
    order: RequestRecord,
    affected: dict[str, tuple[float, float]],
    band: Decimal,
) -> bool:
    name = symbol(order)
    price = decimal_or_none(order.meaning.get("price"))
    known = [mid_at(evidence, name, affected[name][0]), mid_at(evidence, name, order.mono_s)]
    near = [abs(price / mid - 1) <= band for mid in known if mid and price is not None]
    return any(near) or not near


def _asked(
    evidence: Evidence, affected: dict[str, tuple[float, float]], since_s: float, until_s: float
) -> list[RequestRecord]:
    return [
        item
        for item in requests(evidence, since_s, until_s, roles=("market",))
        if (not symbol(item) or symbol(item) in affected) and not item.touched
    ]


def _source(evidence: Evidence, affected: dict[str, tuple[float, float]]) -> str:
    """Another source than before that the bot names for an affected symbol."""
    usual: set[str] = set()
    for item in of(evidence, Sample):
        table = sampled(item, "market_data")
        for name in affected:
            row = table.get(name) if isinstance(table, dict) else None
            source = str(row.get("source", "")) if isinstance(row, dict) else ""
            if item.mono_s < evidence.fault_s[0]:
                usual.add(source)
            elif source and item.mono_s <= evidence.fault_s[1] and source not in usual:
                return source
    return ""
