"""Does the target spare an endpoint that keeps failing?"""

import math

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import failed, rate, requests, touched
from chaostrading.records.types import RequestRecord


@checker("breaker_limits_probes")
def check(
    evidence: Evidence,
    *,
    settle_s: float = 5.0,
    probe_every_s: float = 5.0,
    dead_share: float = 0.8,
    amplify_max: float = 1.5,
    hits_min: int = 3,
) -> Finding:
    """An endpoint that fails is asked less, not more.

    Where `dead_share` of its answers fail, at most one request per `probe_every_s` may come from
    `settle_s` after the first failure on. Where it fails in part, its rate may be at most
    `amplify_max` times the baseline's: retries must not become a storm. A baseline with few
    requests is read generously, since a second one might have had more.
    """
    judge = Judge(
        checker="breaker_limits_probes",
        expected=f"an endpoint that always fails is probed once per {probe_every_s:g} s, one that "
        f"fails in part is asked at most {amplify_max:g} times as often as usual",
        evidence=evidence,
    )
    begin, end = evidence.fault_s
    groups: dict[str, list[RequestRecord]] = {}
    for item in requests(evidence, begin, end):
        groups.setdefault(_endpoint(item), []).append(item)
    rows, storms = [], []
    for name, items in sorted(groups.items()):
        bad = [item for item in items if touched(evidence, item) and failed(item)]
        since = bad[0].mono_s + settle_s if bad else end
        if len(bad) < hits_min or end - since < probe_every_s:
            continue
        later = [item for item in items if item.mono_s >= since]
        limit = 1 / probe_every_s
        if len(bad) < dead_share * len(items):
            limit = max(limit, amplify_max * _usual_rate(evidence, name))
        row = {"endpoint": name, "failed": len(bad), "of": len(items), "after_settling": len(later)}
        rows.append(row)
        if len(later) > limit * (end - since) + 1:
            storms.append(row)
    if not rows:
        return judge.unknown(
            f"no endpoint failed {hits_min} times with {probe_every_s:g} s left to spare it"
        )
    if storms:
        return judge.broken(
            f"{storms[0]['endpoint']} was asked {storms[0]['after_settling']} times after it had "
            f"begun to fail ({len(storms)} of {count(len(rows), 'failing endpoint')})",
            storms,
        )
    return judge.held(f"the bot spared {count(len(rows), 'failing endpoint')}", rows)


def _endpoint(item: RequestRecord) -> str:
    return f"{item.method} {item.path}"


def _usual_rate(evidence: Evidence, name: str) -> float:
    """Requests per second to an endpoint in the baseline, and as many more as chance may have
    kept out of it: by one standard deviation of a count, and one."""
    usual = requests(evidence, *evidence.baseline_s)
    seen = sum(1 for item in usual if _endpoint(item) == name)
    return rate(seen + math.sqrt(seen) + 1, *evidence.baseline_s)
