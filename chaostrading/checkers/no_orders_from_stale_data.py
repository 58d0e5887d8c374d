"""Does the target stop trading on a price that is too old?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import orders, symbol
from chaostrading.checkers.sockets import data_of
from chaostrading.checkers.truth import affected_symbols, mid_at, reduces
from chaostrading.core.money import decimal_or_none
from chaostrading.records.types import RequestRecord

WATCH_S = 5.0
"""The rule must have been in force for so long before silence counts."""


@checker("no_orders_from_stale_data")
def check(
    evidence: Evidence,
    *,
    stale_s: float = 30.0,
    grace_s: float = 5.0,
    move_min: float = 0.0005,
    exits_allowed: bool = True,
) -> Finding:
    """From `stale_s` plus `grace_s` after the data froze no order uses the frozen price.

    Where the fault froze it with older stamps (`age_s`), it was that old from the start. Fine is an
    order nearer to the true price than to the frozen one while untouched data of the symbol is
    younger than `stale_s`, and with `exits_allowed` one that reduces the position. Where the true
    price never moved by `move_min`, silence proves nothing.
    """
    judge = Judge(
        checker="no_orders_from_stale_data",
        expected=f"no order uses a price that is older than {stale_s:g} s ({grace_s:g} s of grace)",
        evidence=evidence,
    )
    end = evidence.fault_s[1]
    traded = {symbol(item) for item in orders(evidence, *evidence.baseline_s)}
    affected = {name: at for name, (at, _) in affected_symbols(evidence).items() if name in traded}
    if not affected:
        return judge.unknown("the fault froze no symbol that the bot had traded before")
    told_s = float(evidence.parameters.get("stale_price", {}).get("age_s", 0.0))
    limit_s = max(0.0, stale_s - told_s) + grace_s
    watched = {name: at + limit_s for name, at in affected.items() if at + limit_s + WATCH_S <= end}
    if not watched:
        return judge.unknown(f"the data was frozen too short for a limit of {stale_s:g} s")
    judged = [
        item
        for item in orders(evidence, min(watched.values()), end)
        if symbol(item) in watched and item.mono_s >= watched[symbol(item)]
    ]
    entries = [item for item in judged if not (exits_allowed and reduces(evidence, item))]
    bad = [item for item in entries if not _fresh(evidence, item, affected[symbol(item)], stale_s)]
    if bad:
        age = bad[0].mono_s - affected[symbol(bad[0])] + told_s
        return judge.broken(
            f"{count(len(bad), 'order')} used a frozen price, the first on {symbol(bad[0])} when "
            f"its data was {age:.0f} s old",
            bad,
        )
    if not judged and not any(_moved(evidence, name, affected[name], move_min) for name in watched):
        return judge.unknown("the true price never left the frozen one: there was no temptation")
    return judge.held(
        f"data of {', '.join(sorted(watched))} was frozen for "
        f"{max(end - affected[name] for name in watched):.0f} s; {count(len(judged), 'order')} "
        "on it after the limit, none from the frozen price",
        judged,
    )


def _fresh(evidence: Evidence, order: RequestRecord, frozen_s: float, stale_s: float) -> bool:
    """Whether the bot had another source, and the price shows that it used it."""
    name = symbol(order)
    others = [item.mono_s for item in data_of(evidence, name) if item.mono_s > frozen_s]
    if not any(order.mono_s - stale_s <= at <= order.mono_s for at in others):
        return False
    price = decimal_or_none(order.meaning.get("price"))
    frozen, true = mid_at(evidence, name, frozen_s), mid_at(evidence, name, order.mono_s)
    if price is None or frozen is None or true is None:
        return True
    return abs(price - true) <= abs(price - frozen)


def _moved(evidence: Evidence, name: str, frozen_s: float, move_min: float) -> bool:
    if evidence.books is None or not any(own == name for _, own, _ in evidence.books.mids):
        return True
    frozen = mid_at(evidence, name, frozen_s)
    if not frozen:
        return True
    later = [
        decimal_or_none(text)
        for at, own, text in evidence.books.mids
        if own == name and frozen_s <= at <= evidence.fault_s[1]
    ]
    return any(price and abs(price / frozen - 1) >= move_min for price in later)
