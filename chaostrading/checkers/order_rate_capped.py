"""Is the number of orders per minute limited by the target itself?"""

import bisect

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import attempts, orders, series


@checker("order_rate_capped")
def check(
    evidence: Evidence, *, orders_max: int = 60, window_s: float = 60.0, reach_min: float = 0.8
) -> Finding:
    """Every sliding `window_s` has at most `orders_max` attempts to place an order.

    Rejected attempts count. Less than `reach_min` of the cap in the busiest window decides nothing,
    unless as many were tried: `attempts`, `signals_total`, or sent and `orders_denied_total`.
    """
    judge = Judge(
        checker="order_rate_capped",
        expected=f"at most {orders_max} order attempts in any {window_s:g} s",
        evidence=evidence,
    )
    sent = orders(evidence, evidence.baseline_s[0])
    times = [item.mono_s for item in sent]
    busiest, place = 0, 0
    for number, at in enumerate(times):
        within = bisect.bisect_left(times, at + window_s) - number
        if within > busiest:
            busiest, place = within, number
    if busiest > orders_max:
        return judge.broken(
            f"{count(busiest, 'order attempt')} within {window_s:g} s, "
            f"{orders_max} are allowed, from {judge.at(times[place]):.1f} s on",
            sent[place : place + busiest],
        )
    denied = _growth(evidence, "orders_denied_total")
    tried = max(len(attempts(evidence)), _growth(evidence, "signals_total"), denied + busiest)
    if busiest < reach_min * orders_max and tried < orders_max:
        return judge.unknown(
            f"the busiest {window_s:g} s had {count(busiest, 'order attempt')}: "
            f"the cap of {orders_max} was not tried"
        )
    return judge.held(
        f"the busiest {window_s:g} s had {count(busiest, 'order attempt')}, {orders_max} allowed"
        + (f"; {tried} were tried" if tried > busiest else ""),
        sent[place : place + 3],
    )


def _growth(evidence: Evidence, name: str) -> int:
    values = [value for _, value in series(evidence, name)]
    return int(values[-1] - values[0]) if values else 0
