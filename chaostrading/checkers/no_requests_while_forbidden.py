"""Does the target stay away for as long as the exchange told it to?"""

from dataclasses import dataclass

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import ORDERS, rate, refused, requests
from chaostrading.records.types import RequestRecord

ORDER_LIMIT_CODES = frozenset({"-1015"})
"""Codes that forbid orders only. All other refusals forbid the whole address."""
EARLY_S = 0.1
"""A wait told in whole seconds may end this much early: clocks of two machines differ."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forbidden:
    """A time in which the exchange wants no requests."""

    since_s: float
    until_s: float
    told_s: float
    orders_only: bool

    def covers(self, request: RequestRecord, grace_s: float) -> bool:
        inside = self.since_s + grace_s < request.mono_s < self.until_s - EARLY_S
        return inside and (not self.orders_only or request.meaning.get("role") in ORDERS)


def forbidden_windows(evidence: Evidence, pause_s: float) -> list[Forbidden]:
    """One window per 429 or 418 answer, as long as it told, else `pause_s`.

    The windows of one address add up by themselves: a longer one told later reaches further.
    """
    return [
        Forbidden(
            since_s=item.mono_s if item.answered_s is None else item.answered_s,
            until_s=(item.mono_s if item.answered_s is None else item.answered_s)
            + (item.retry_after_s or pause_s),
            told_s=item.retry_after_s or 0.0,
            orders_only=item.code in ORDER_LIMIT_CODES,
        )
        for item in requests(evidence, evidence.fault_s[0])
        if refused(item)
    ]


@checker("no_requests_while_forbidden")
def check(
    evidence: Evidence, *, grace_s: float = 0.5, pause_s: float = 1.0, wanted_min: float = 3.0
) -> Finding:
    """No request arrives while a 429 or 418 answer forbids it.

    `grace_s`: requests that were on their way already. `pause_s`: the pause expected where the
    answer tells none, or 0. `wanted_min`: so many requests must be due in the forbidden time at the
    baseline's pace, or keeping quiet proves nothing.
    """
    judge = Judge(
        checker="no_requests_while_forbidden",
        expected="no request arrives while the exchange has told the bot to stay away "
        f"({grace_s:g} s of grace for requests already on their way)",
        evidence=evidence,
    )
    windows = forbidden_windows(evidence, pause_s)
    if not windows:
        return judge.unknown("the exchange never told the bot to stay away (no 429, no 418)")
    bad: list[tuple[RequestRecord, Forbidden]] = []
    for item in requests(evidence, evidence.fault_s[0]):
        covering = [window for window in windows if window.covers(item, grace_s)]
        if covering:
            bad.append((item, max(covering, key=lambda window: window.since_s)))
    if bad:
        request, window = bad[0]
        told = f"stay away for {window.told_s:g} s" if window.told_s else "slow down"
        return judge.broken(
            f"{count(len(bad), 'request')} fell into the forbidden window, the first "
            f"{request.mono_s - window.since_s:.2f} s after the exchange had said to {told}",
            [item for item, _ in bad],
        )
    quiet_s = _total([(item.since_s, item.until_s) for item in windows], evidence.end_s)
    usual = rate(len(requests(evidence, *evidence.baseline_s)), *evidence.baseline_s)
    if usual * quiet_s < wanted_min:
        return judge.unknown(
            f"at its usual pace the bot would have sent only {usual * quiet_s:.1f} requests in "
            f"the {quiet_s:.1f} forbidden seconds, so its silence proves nothing"
        )
    return judge.held(
        f"the exchange told the bot to stay away {len(windows)} times, {quiet_s:.1f} s in all; "
        f"no request came in that time ({usual * quiet_s:.0f} would have been usual)",
        [item for item in requests(evidence, evidence.fault_s[0]) if refused(item)],
    )


def _total(spans: list[tuple[float, float]], end_s: float) -> float:
    total, reached = 0.0, float("-inf")
    for since, until in sorted(spans):
        last = min(until, end_s)
        total += max(0.0, last - max(since, reached))
        reached = max(reached, last)
    return total
