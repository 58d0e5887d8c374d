"""Do the pauses between refused attempts get longer?"""

from itertools import pairwise

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import grows, refused, requests
from chaostrading.records.types import RequestRecord

BURST_S = 0.25
"""Requests so close together are one attempt: they left before the first refusal was read."""


@checker("backoff_grows")
def check(
    evidence: Evidence,
    *,
    retries_min: int = 3,
    growth_min: float = 1.3,
    enough_s: float = 10.0,
) -> Finding:
    """Between refusals (429, 418) the bot waits as told, or longer each time if nothing is told.

    Judged over all endpoints together, because the limit is the address's. Where no time was told
    the later half of the pauses must be `growth_min` times the earlier half (or all `enough_s`);
    fewer than `retries_min` of them decide nothing.
    """
    judge = Judge(
        checker="backoff_grows",
        expected="after each refusal the bot waits longer before it tries again, "
        "or as long as it was told",
        evidence=evidence,
    )
    refusals = [item for item in requests(evidence, evidence.fault_s[0]) if refused(item)]
    if not refusals:
        return judge.unknown("no request was refused with 429 or 418")
    tries = _bursts(refusals)
    gaps = [(one, other.mono_s - one.mono_s) for one, other in pairwise(tries)]
    hasty = [(one, gap) for one, gap in gaps if gap < (one.retry_after_s or 0.0) - BURST_S]
    if hasty:
        one, gap = hasty[0]
        return judge.broken(
            f"{count(len(hasty), 'retry')} came too early, the first {gap:.2f} s after a refusal "
            f"that told the bot to wait {one.retry_after_s:g} s",
            [one for one, _ in hasty],
        )
    untold = [gap for one, gap in gaps if not one.retry_after_s]
    pauses = ", ".join(f"{gap:.2f}" for gap in untold[:8])
    if len(untold) < retries_min:
        if any(item.retry_after_s for item in refusals):
            return judge.held(
                f"{count(len(refusals), 'request')} were refused in {count(len(tries), 'burst')}; "
                "no retry came before its told time was over",
                tries,
            )
        return judge.unknown(
            f"only {len(untold)} retries after refusals without a told time, "
            f"{retries_min} are needed to see the pauses grow",
            tries,
        )
    if not grows(untold, growth_min=growth_min, enough_s=enough_s):
        return judge.broken(f"the pauses between retries do not grow: {pauses} s", tries)
    return judge.held(f"the pauses between retries grow: {pauses} s", tries)


def _bursts(items: list[RequestRecord]) -> list[RequestRecord]:
    """The last request of each burst: the pause counts from when the bot could know best.

    A burst lasts no longer than BURST_S, or a bot that never pauses would be one long burst.
    """
    last: list[RequestRecord] = []
    began_s = float("-inf")
    for item in items:
        if item.mono_s - began_s <= BURST_S:
            last[-1] = item
        else:
            last.append(item)
            began_s = item.mono_s
    return last
