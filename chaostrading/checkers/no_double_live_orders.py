"""Is an order replaced only when the old one is surely gone?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import failed, requests, touched
from chaostrading.checkers.truth import live_orders, most_live


@checker("no_double_live_orders")
def check(evidence: Evidence, *, live_max: int = 1) -> Finding:
    """While cancels fail there are never more live orders in one slot than before the fault.

    A slot is a symbol and a side. `live_max` are always allowed; a bot that rests more in the
    baseline may do so.
    """
    judge = Judge(
        checker="no_double_live_orders",
        expected="while cancels fail, no slot (symbol and side) has more live orders than usual",
        evidence=evidence,
    )
    begin, _ = evidence.fault_s
    cancels = [
        item
        for item in requests(evidence, *evidence.fault_s, roles=("cancel", "replace"))
        if touched(evidence, item) and failed(item)
    ]
    if not cancels:
        return judge.unknown("the fault made no cancel fail")
    live = live_orders(evidence)
    usual, _ = most_live(live, *evidence.baseline_s)
    most, together = most_live(live, begin, evidence.end_s)
    allowed = max(live_max, usual)
    rows = [
        {
            "t_s": judge.at(item.since_s),
            "client_id": item.client_id,
            "symbol": item.symbol,
            "side": item.side,
        }
        for item in together
    ]
    if most > allowed:
        return judge.broken(
            f"{count(most, 'order')} of one slot were live at once, {allowed} are usual: the bot "
            "took an order for cancelled that was not",
            rows,
        )
    return judge.held(
        f"{count(len(cancels), 'cancel')} failed; never more than {count(most, 'live order')} "
        "in one slot",
        cancels,
    )
