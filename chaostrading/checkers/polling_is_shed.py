"""Under load, does the target give up polling before it gives up orders?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge
from chaostrading.checkers.reading import READS, rate, requests


@checker("polling_is_shed")
def check(
    evidence: Evidence,
    *,
    trade_min: float = 0.7,
    shed_max: float = 0.8,
    uses_min: int = 5,
    required: bool = False,
) -> Finding:
    """Orders and cancels keep `trade_min` of their usual rate; polling yields first, if anything.

    Polling at `shed_max` of its usual rate or less counts as shed. A bot that keeps both was not
    under stress that it felt, which is fine; with `required` it is not, for a fault that surely
    left it no room. At least `uses_min` of each must be in the baseline.
    """
    judge = Judge(
        checker="polling_is_shed",
        expected=f"under load orders and cancels keep {trade_min:.0%} of their usual rate, polling "
        "yields first",
        evidence=evidence,
    )
    shares = {}
    for name, roles in (("trading", ("order", "cancel", "replace")), ("polling", READS)):
        before = len(requests(evidence, *evidence.baseline_s, roles=roles))
        if before < uses_min:
            return judge.unknown(f"the baseline has only {before} requests of {name}")
        now = rate(len(requests(evidence, *evidence.fault_s, roles=roles)), *evidence.fault_s)
        shares[name] = now / rate(before, *evidence.baseline_s)
    text = f"trading went on at {shares['trading']:.0%}, polling at {shares['polling']:.0%}"
    rows = [{"what": name, "share": round(share, 2)} for name, share in shares.items()]
    if shares["trading"] < trade_min:
        return judge.broken(f"{text} of the usual rate", rows)
    shed = "was shed" if shares["polling"] <= shed_max else "need not be shed"
    if required and shares["polling"] > shed_max:
        return judge.broken(f"{text} of the usual rate: polling was not shed", rows)
    return judge.held(f"{text} of the usual rate: polling {shed}", rows)
