"""Does the target notice that its prices are those of some seconds ago?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import orders, symbol
from chaostrading.checkers.truth import affected_symbols
from chaostrading.core.money import decimal_or_none
from chaostrading.records.types import RequestRecord

PRICED = frozenset({"LIMIT", "LIMIT_MAKER"})


@checker("no_orders_from_late_data")
def check(
    evidence: Evidence, *, age_s_max: float = 5.5, slack: float = 0.0008, move_min: float = 0.003
) -> Finding:
    """No limit order fits a true price older than `age_s_max` better than every younger one.

    Judged are orders on symbols whose data the fault touched, while the true price moved by
    `move_min` within `age_s_max` and the order's price lies further than `slack` (both are shares
    of the price) from every true price of that time. Needs the exchange's books.
    """
    judge = Judge(
        checker="no_orders_from_late_data",
        expected=f"no order is priced from data that is older than {age_s_max:g} s",
        evidence=evidence,
    )
    if evidence.books is None:
        return judge.unknown("the exchange's books are not at hand")
    begin, end = evidence.fault_s
    tempted: dict[str, list[float]] = {}
    for name in affected_symbols(evidence):
        tempted[name] = [
            at for at, _ in _mids(evidence, name, begin + age_s_max, end)
            if _moved(evidence, name, at, age_s_max, move_min)
        ]  # fmt: skip
    if not any(tempted.values()):
        return judge.unknown(
            f"no price whose data was touched moved by {move_min:.1%} within {age_s_max:g} s"
        )
    judged = [
        item
        for item in orders(evidence, begin, end)
        if tempted.get(symbol(item)) and item.meaning.get("order_type") in PRICED
    ]
    late = [item for item in judged if _late(evidence, item, age_s_max, slack)]
    if late:
        return judge.broken(
            f"{count(len(late), 'order')} priced from data that was more than {age_s_max:g} s "
            f"old, the first on {symbol(late[0])}",
            late,
        )
    return judge.held(
        f"{count(len(judged), 'order')} while data was late and prices moved, none from a price "
        f"older than {age_s_max:g} s",
        judged,
    )


def _mids(
    evidence: Evidence, name: str, since_s: float, until_s: float
) -> list[tuple[float, float]]:
    """(mono_s, true price) of a symbol within a time."""
    rows = evidence.books.mids if evidence.books is not None else ()
    within = [(at, decimal_or_none(text)) for at, own, text in rows if own == name]
    return [(at, float(price)) for at, price in within if price and since_s <= at <= until_s]


def _moved(evidence: Evidence, name: str, at_s: float, age_s: float, move_min: float) -> bool:
    prices = [price for _, price in _mids(evidence, name, at_s - age_s, at_s)]
    return len(prices) > 1 and max(prices) / min(prices) - 1 >= move_min


def _late(evidence: Evidence, item: RequestRecord, age_s_max: float, slack: float) -> bool:
    """Whether the order's price is far from all young true prices and nearer to an old one."""
    price = decimal_or_none(item.meaning.get("price"))
    edge_s = item.mono_s - age_s_max
    young = _mids(evidence, symbol(item), edge_s, item.mono_s)
    old = _mids(evidence, symbol(item), evidence.baseline_s[0], edge_s)
    if price is None or not young or not old:
        return False
    nearest_young = min(abs(float(price) / mid - 1) for _, mid in young)
    nearest_old = min(abs(float(price) / mid - 1) for _, mid in old)
    return nearest_young > slack and nearest_old < nearest_young
