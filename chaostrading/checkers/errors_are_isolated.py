"""Do endpoints that work stay in use while another one fails?"""

from collections import Counter

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import rate, requests, touched
from chaostrading.records.types import RequestRecord


@checker("errors_are_isolated")
def check(evidence: Evidence, *, rate_min: float = 0.5, uses_min: int = 5) -> Finding:
    """Endpoints that the fault did not touch keep `rate_min` of their baseline rate.

    Endpoints with fewer than `uses_min` requests in the baseline, or with fewer than two due in the
    fault's window, are not judged.
    """
    judge = Judge(
        checker="errors_are_isolated",
        expected=f"endpoints that work are used at {rate_min:.0%} of their usual rate or more",
        evidence=evidence,
    )
    during = requests(evidence, *evidence.fault_s)
    hurt = {_endpoint(item) for item in during if touched(evidence, item)}
    if not hurt:
        return judge.unknown("the fault touched no request")
    usual = Counter(_endpoint(item) for item in requests(evidence, *evidence.baseline_s))
    now = Counter(_endpoint(item) for item in during)
    rows = []
    starved = []
    for name, number in sorted(usual.items()):
        before = rate(number, *evidence.baseline_s)
        due = before * (evidence.fault_s[1] - evidence.fault_s[0])
        if name in hurt or number < uses_min or due < 2:
            continue
        share = rate(now[name], *evidence.fault_s) / before
        row = {"endpoint": name, "usual_per_s": round(before, 3), "share": round(share, 2)}
        rows.append(row)
        if share < rate_min:
            starved.append(row)
    if not rows:
        return judge.unknown("no other endpoint was in use often enough to be compared")
    if starved:
        return judge.broken(
            f"{count(len(starved), 'endpoint')} that worked fell below {rate_min:.0%} of the usual "
            f"rate, {starved[0]['endpoint']} to {starved[0]['share']:.0%}",
            starved,
        )
    lowest = min(rows, key=lambda row: float(str(row["share"])))
    return judge.held(
        f"{count(len(rows), 'working endpoint')} stayed in use, the least {lowest['endpoint']} at "
        f"{lowest['share']:.0%} of its usual rate",
        rows,
    )


def _endpoint(item: RequestRecord) -> str:
    return f"{item.method} {item.path}"
