"""Can the target still cancel while its breaker blocks new orders?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import accepted, requests
from chaostrading.checkers.truth import live_orders

GONE = frozenset({"-2011", "-2013"})
"""Codes that say the order is not there any more: nothing is left to cancel."""


@checker("cancels_still_pass")
def check(evidence: Evidence, *, cancels_min: int = 1, age_s_max: float = 30.0) -> Finding:
    """During the fault cancels are sent and taken; no order is left lying in the book.

    An order that was live when the fault began and still is when it ends, `age_s_max` or older,
    while no cancel was sent, is broken.
    """
    judge = Judge(
        checker="cancels_still_pass",
        expected="cancels are sent and taken while new orders are blocked",
        evidence=evidence,
    )
    begin, end = evidence.fault_s
    cancels = requests(evidence, begin, end, roles=("cancel",))
    passed = [item for item in cancels if accepted(item) or item.code in GONE]
    if len(passed) >= cancels_min:
        return judge.held(
            f"{len(passed)} of {count(len(cancels), 'cancel')} passed during the fault", passed
        )
    if cancels and not passed:
        return judge.broken(f"none of {count(len(cancels), 'cancel')} passed", cancels)
    left = [
        item
        for item in live_orders(evidence)
        if item.since_s < begin and item.until_s > end and end - item.since_s >= age_s_max
    ]
    if left and requests(evidence, *evidence.baseline_s, roles=("cancel",)):
        return judge.broken(
            f"no cancel was sent, and {count(len(left), 'order')} lay in the book all the time",
            [{"client_id": item.client_id, "symbol": item.symbol} for item in left],
        )
    return judge.unknown("the bot had nothing to cancel during the fault")
