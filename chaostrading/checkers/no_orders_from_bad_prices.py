"""Does a corrupted value ever reach an order?"""

from decimal import Decimal

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import hits, orders, symbol
from chaostrading.checkers.truth import mid_at
from chaostrading.core.money import decimal_or_none, plain
from chaostrading.records.types import RequestRecord


@checker("no_orders_from_bad_prices")
def check(
    evidence: Evidence, *, band: float = 0.05, size_factor_max: float = 3.0, settle_s: float = 5.0
) -> Finding:
    """No order is priced more than `band` (0.05 is 5 %) off the true price, or oddly sized.

    A size is odd when the order is worth more than `size_factor_max` times the largest of the
    baseline, at true prices; or when quantity or price are no finite numbers. Judged from the first
    hit to `settle_s` after the fault.
    """
    judge = Judge(
        checker="no_orders_from_bad_prices",
        expected=f"no order is priced more than {band:.0%} off the true price or larger than "
        f"{size_factor_max:g} times the usual",
        evidence=evidence,
    )
    touched = hits(evidence)
    if not touched:
        return judge.unknown("the fault changed nothing")
    usual = [
        worth
        for item in orders(evidence, *evidence.baseline_s)
        if (worth := _worth(evidence, item)) is not None
    ]
    if not usual:
        return judge.unknown("the baseline has no order with a known true price")
    sent = orders(evidence, touched[0].mono_s, evidence.fault_s[1] + settle_s)
    if not sent and not orders(evidence, evidence.fault_s[1] + settle_s):
        return judge.unknown("the bot sent no order during the fault nor after it")
    limit = max(usual) * Decimal(str(size_factor_max))
    bad = [
        (item, why) for item in sent if (why := _fault(evidence, item, Decimal(str(band)), limit))
    ]
    if bad:
        return judge.broken(
            f"{count(len(bad), 'order')} came from bad values, the first {bad[0][1]}",
            [item for item, _ in bad],
        )
    return judge.held(
        f"{count(len(touched), 'bad value')} reached the bot, {count(len(sent), 'order')} "
        "followed, all priced and sized by the true market",
        sent,
    )


def _worth(evidence: Evidence, item: RequestRecord) -> Decimal | None:
    quantity = decimal_or_none(item.meaning.get("quantity"))
    mid = mid_at(evidence, symbol(item), item.mono_s)
    return None if quantity is None or mid is None else abs(quantity) * mid


def _fault(evidence: Evidence, item: RequestRecord, band: Decimal, limit: Decimal) -> str:
    """What is wrong with an order; empty for nothing."""
    for name in ("price", "quantity"):
        text = item.meaning.get(name, "")
        if text not in ("", None) and decimal_or_none(text) is None:
            return f"with the {name} {text}"
    mid = mid_at(evidence, symbol(item), item.mono_s)
    price = decimal_or_none(item.meaning.get("price"))
    if mid and price is not None and abs(price / mid - 1) > band:
        return f"at {price} where {symbol(item)} really was at {mid}"
    worth = _worth(evidence, item)
    if worth is not None and worth > limit:
        return f"worth {plain(worth, 2)} where up to {plain(limit, 2)} is allowed"
    return ""
