"""Does trading go on where the data is good?"""

from collections import Counter

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import accepted_orders, rate, symbol
from chaostrading.checkers.truth import affected_symbols


@checker("other_symbols_trade")
def check(evidence: Evidence, *, rate_min: float = 0.3, orders_min: int = 3) -> Finding:
    """Symbols that the fault left alone keep `rate_min` of their baseline rate of orders, together.

    At least `orders_min` orders on such symbols must stand in the baseline.
    """
    judge = Judge(
        checker="other_symbols_trade",
        expected=f"symbols with good data are traded at {rate_min:.0%} of the usual rate or more",
        evidence=evidence,
    )
    affected = affected_symbols(evidence)
    if not affected:
        return judge.unknown("the fault changed no market data")
    before = [
        symbol(item)
        for item in accepted_orders(evidence, *evidence.baseline_s)
        if symbol(item) not in affected
    ]
    during = [
        symbol(item)
        for item in accepted_orders(evidence, *evidence.fault_s)
        if symbol(item) not in affected
    ]
    if len(before) < orders_min:
        return judge.unknown(
            f"the baseline has {count(len(before), 'order')} on symbols with good data, "
            f"{orders_min} are needed"
        )
    usual = rate(len(before), *evidence.baseline_s)
    due = usual * (evidence.fault_s[1] - evidence.fault_s[0])
    share = len(during) / due if due else 0.0
    rows = [
        {"symbol": name, "before": number, "during": Counter(during)[name]}
        for name, number in sorted(Counter(before).items())
    ]
    if share < rate_min:
        return judge.broken(
            f"trading of the other symbols fell to {share:.0%}: {count(len(during), 'order')}, "
            f"{due:.0f} would have been usual",
            rows,
        )
    return judge.held(
        f"{count(len(during), 'order')} on the other symbols, {share:.0%} of the usual rate", rows
    )
