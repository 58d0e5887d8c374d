"""Does the target stop sending orders to an exchange that does not answer?"""

import math

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import (
    accepted_orders,
    by_intent,
    failed,
    of,
    orders,
    sampled,
    series,
    touched,
)
from chaostrading.records.types import Sample

SAFE_WORDS = ("paper", "fallback", "simulat", "halted", "reducing")


@checker("fallback_to_paper")
def check(
    evidence: Evidence,
    *,
    failures_min: int = 3,
    after_s: float = 5.0,
    probe_every_s: float = 5.0,
    resume_s: float = 30.0,
) -> Finding:
    """After `failures_min` failed orders (and `after_s` more) new orders stay off the wire.

    One order per `probe_every_s` may probe whether the exchange answers again. After the fault an
    order is accepted within `resume_s`. What the target calls its mode is shown, not judged.
    """
    judge = Judge(
        checker="fallback_to_paper",
        expected=f"after {failures_min} failed orders the bot keeps new orders off the wire "
        f"(one probe per {probe_every_s:g} s) and sends them again within {resume_s:g} s after "
        "the fault",
        evidence=evidence,
    )
    end = evidence.fault_s[1]
    tried = orders(evidence, *evidence.fault_s)
    bad = [item for item in tried if failed(item) and touched(evidence, item)]
    if len(bad) < failures_min:
        return judge.unknown(
            f"only {count(len(bad), 'order')} failed, {failures_min} are needed to fall back", bad
        )
    since = bad[failures_min - 1].mono_s + after_s
    if since + probe_every_s > end:
        return judge.unknown("the fault ended before a fallback could be seen", bad)
    sent = by_intent(orders(evidence, since, end))
    allowed = math.ceil((end - since) / probe_every_s)
    if len(sent) > allowed:
        return judge.broken(
            f"{count(len(sent), 'new order')} went to the exchange in the {end - since:.0f} s "
            f"after it had failed {failures_min} times, {allowed} probes are allowed",
            [items[0] for items in sent.values()],
        )
    back = accepted_orders(evidence, end)
    if not back or back[0].mono_s > end + resume_s:
        if evidence.end_s < end + resume_s and not back:
            return judge.unknown("the observation ended before orders had to be back")
        return judge.broken(
            f"no order was accepted within {resume_s:g} s after the fault: the bot stays away"
        )
    return judge.held(
        f"{count(len(sent), 'order')} in the {end - since:.0f} s after the fallback, the next was "
        f"accepted {back[0].mono_s - end:.1f} s after the fault{_mode(evidence)}",
        bad,
    )


def _mode(evidence: Evidence) -> str:
    """What the target said of itself during the fault, if it spoke of a safe mode; else empty."""
    begin, end = evidence.fault_s
    entered = [value for at, value in series(evidence, "fallbacks_total") if at <= end]
    if entered and entered[-1] > entered[0]:
        return "; it said: fallback entered"
    for item in of(evidence, Sample):
        for name in ("mode", "trading_state", "venue_mode"):
            word = str(sampled(item, name) or "")
            if begin <= item.mono_s <= end and word.lower().startswith(SAFE_WORDS):
                return f"; it said: {name} {word}"
    return ""
