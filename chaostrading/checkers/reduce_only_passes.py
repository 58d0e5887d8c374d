"""Can the target still reduce its risk while it may not add any?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import accepted, attempts, orders, symbol
from chaostrading.checkers.truth import position_at
from chaostrading.checkers.trying import matched, text_of
from chaostrading.core.money import ZERO, decimal_or_none
from chaostrading.records.types import RequestRecord


@checker("reduce_only_passes")
def check(evidence: Evidence, *, within_s: float = 5.0) -> Finding:
    """Orders that reduce a position are taken while entries are blocked.

    Attempts marked `reduces` must all get through; without any, an order of the target itself that
    reduced its position in the books during the fault shows it.
    """
    judge = Judge(
        checker="reduce_only_passes",
        expected="orders that reduce a position still reach the exchange",
        evidence=evidence,
    )
    wanted = [row for row in attempts(evidence) if row.get("reduces")]
    if wanted:
        pairs = [pair for pair in matched(evidence, "accepted", within_s) if pair[0] in wanted]
        stuck = [attempt for attempt, item in pairs if item is None or not accepted(item)]
        if stuck:
            return judge.broken(
                f"{len(stuck)} of {count(len(pairs), 'exit')} did not get through",
                [text_of(attempt) for attempt in stuck],
            )
        if pairs:
            return judge.held(
                f"{count(len(pairs), 'exit')} got through",
                [item for _, item in pairs if item is not None],
            )
    exits = [item for item in orders(evidence, *evidence.fault_s) if _reduces(evidence, item)]
    passed = [item for item in exits if accepted(item)]
    if passed:
        return judge.held(f"{count(len(passed), 'exit')} got through during the fault", passed)
    if exits:
        return judge.broken(f"none of {count(len(exits), 'exit')} got through", exits)
    return judge.unknown("nothing was tried that would have reduced a position")


def _reduces(evidence: Evidence, item: RequestRecord) -> bool:
    held = position_at(evidence, symbol(item), item.mono_s)
    quantity = decimal_or_none(item.meaning.get("quantity"))
    if not held or quantity is None or quantity > abs(held):
        return False
    return item.meaning.get("side") == ("SELL" if held > ZERO else "BUY")
