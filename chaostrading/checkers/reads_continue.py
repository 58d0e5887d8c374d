"""Does the target keep itself informed while a part of the exchange fails?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import READS, hits, of, rate, requests
from chaostrading.records.types import MarketSlice


@checker("reads_continue")
def check(evidence: Evidence, *, rate_min: float = 0.5, uses_min: int = 5) -> Finding:
    """Reads, and market data over WebSocket, go on at `rate_min` of their baseline rate.

    Whichever of the two the bot used `uses_min` times in the baseline is judged.
    """
    judge = Judge(
        checker="reads_continue",
        expected=f"the bot goes on reading at {rate_min:.0%} of its usual rate or more",
        evidence=evidence,
    )
    if not hits(evidence):
        return judge.unknown("the fault touched nothing")
    reads = [item.mono_s for item in requests(evidence, roles=READS)]
    feeds = [item.mono_s for item in of(evidence, MarketSlice)]
    shares = {}
    for name, times in (("reads", reads), ("market data", feeds)):
        before = sum(1 for at in times if evidence.baseline_s[0] <= at < evidence.baseline_s[1])
        during = sum(1 for at in times if evidence.fault_s[0] <= at < evidence.fault_s[1])
        if before >= uses_min:
            usual = rate(before, *evidence.baseline_s)
            shares[name] = rate(during, *evidence.fault_s) / usual
    if not shares:
        return judge.unknown(f"the baseline has fewer than {count(uses_min, 'read')}")
    rows = [{"what": name, "share": round(share, 2)} for name, share in shares.items()]
    name, share = min(shares.items(), key=lambda item: item[1])
    if share < rate_min:
        return judge.broken(f"{name} fell to {share:.0%} of the usual rate", rows)
    return judge.held(f"{name} went on at {share:.0%} of the usual rate", rows)
