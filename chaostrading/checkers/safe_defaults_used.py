"""When it cannot compute a size, does the target use a safe one or none?"""

from decimal import Decimal

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import attempts, hits, orders
from chaostrading.checkers.truth import notional
from chaostrading.core.money import plain


@checker("safe_defaults_used")
def check(evidence: Evidence, *, factor_max: float = 1.2, resume_s: float = 30.0) -> Finding:
    """Orders during the fault are worth at most `factor_max` times the largest of the baseline.

    Sending none is safe, too, if orders of the usual size are back within `resume_s` after the
    fault: a bot that is dead is not careful.
    """
    judge = Judge(
        checker="safe_defaults_used",
        expected=f"orders are worth at most {factor_max:g} times the usual while sizes cannot be "
        "computed, and usual again afterwards",
        evidence=evidence,
    )
    if not hits(evidence) and not attempts(evidence):
        return judge.unknown("the fault touched nothing and nothing was attempted")
    usual = [
        worth
        for item in orders(evidence, *evidence.baseline_s)
        if (worth := notional(evidence, item)) is not None
    ]
    if not usual:
        return judge.unknown("the baseline has no order whose value is known")
    limit = max(usual) * Decimal(str(factor_max))
    sent = orders(evidence, evidence.fault_s[0])
    values = [(item, notional(evidence, item)) for item in sent]
    large = [(item, worth) for item, worth in values if worth is None or worth > limit]
    if large:
        worth = large[0][1]
        return judge.broken(
            f"{count(len(large), 'order')} of an unsafe size, the first "
            + ("without a finite quantity" if worth is None else f"worth {plain(worth, 2)}")
            + f" where {plain(max(usual), 2)} is usual",
            [item for item, _ in large],
        )
    end = evidence.fault_s[1]
    after = [item for item in sent if end <= item.mono_s <= end + resume_s]
    if not after:
        if evidence.end_s < end + resume_s:
            return judge.unknown("the observation ended before trading had to be back")
        return judge.broken(f"no order within {resume_s:g} s after the fault: the bot stays away")
    during = len(sent) - sum(1 for item in sent if item.mono_s >= end)
    return judge.held(
        f"{count(during, 'order')} during the fault and {len(after)} soon after it, none worth "
        f"more than {plain(limit, 2)}",
        sent,
    )
