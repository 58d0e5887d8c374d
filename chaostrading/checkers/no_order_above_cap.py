"""Is every order on the wire within the size limit?"""

from decimal import Decimal

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import attempts, hits, orders, series
from chaostrading.checkers.truth import notional
from chaostrading.core.errors import InvalidInput
from chaostrading.core.money import decimal, decimal_or_none, plain
from chaostrading.records.types import RequestRecord


@checker("no_order_above_cap")
def check(evidence: Evidence, *, notional_max: str = "", quantity_max: str = "") -> Finding:
    """No order of any type that reaches the proxy is larger than the cap. Caps are decimal texts.

    A market order is valued at the true price, a limit order at the greater of its price and the
    true one. A quantity that is no finite number or not above 0 is over any cap. Silence holds only
    if the target was seen to refuse (`orders_denied_total`, or a denied attempt) and sent an order
    of the right size afterwards.
    """
    if not notional_max and not quantity_max:
        raise InvalidInput("no_order_above_cap: give notional_max or quantity_max")
    caps = [f"worth more than {notional_max}"] if notional_max else []
    caps += [f"of more than {quantity_max}"] if quantity_max else []
    judge = Judge(
        checker="no_order_above_cap",
        expected=f"no order {' or '.join(caps)} reaches the exchange, whatever its type",
        evidence=evidence,
    )
    begin, end = evidence.fault_s
    if not hits(evidence) and not attempts(evidence):
        return judge.unknown("the fault touched nothing and nothing was attempted")
    sent = orders(evidence, begin)
    bad = [
        (item, why) for item in sent if (why := _over(evidence, item, notional_max, quantity_max))
    ]
    if bad:
        return judge.broken(
            f"{count(len(bad), 'order')} over the cap reached the exchange, the first {bad[0][1]}",
            [item for item, _ in bad],
        )
    if any(item.mono_s < end for item in sent):
        return judge.held(f"{count(len(sent), 'order')}, all within the cap", sent)
    denied = _denied(evidence)
    if sent and denied:
        return judge.held(
            f"no order during the fault, {count(denied, 'refusal')} by the bot itself, and "
            f"{count(len(sent), 'order')} within the cap afterwards",
            sent,
        )
    return judge.unknown("no order was sent during the fault and no refusal was seen: why is open")


def _over(evidence: Evidence, item: RequestRecord, notional_max: str, quantity_max: str) -> str:
    text = item.meaning.get("quantity", "")
    quantity = decimal_or_none(text)
    if text not in ("", None) and (quantity is None or quantity <= 0):
        return f"with the quantity {text}"
    worth = notional(evidence, item)
    if notional_max and worth is not None and worth > decimal(notional_max, "notional_max"):
        return f"worth {plain(worth, 2)}"
    limit = decimal(quantity_max, "quantity_max") if quantity_max else Decimal("Infinity")
    if quantity is not None and quantity > limit:
        return f"of {quantity:f}"
    return ""


def _denied(evidence: Evidence) -> int:
    told = [
        value
        for at, value in series(evidence, "orders_denied_total")
        if at >= evidence.baseline_s[1] - 1.0
    ]
    grown = int(told[-1] - told[0]) if told else 0
    return max(grown, sum(1 for attempt in attempts(evidence) if attempt.get("denied")))
