"""Does the target's breaker act, and does it let trading back in?"""

from itertools import pairwise

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge
from chaostrading.checkers.reading import accepted_orders, of, sampled
from chaostrading.records.types import Sample


@checker("breaker_comes_back")
def check(evidence: Evidence, *, quiet_s_min: float = 5.0, within_s: float = 300.0) -> Finding:
    """Trading pauses for `quiet_s_min` once the fault began, and is back `within_s` after it.

    The pause is seen in the accepted orders, or said by the target (`breaker_open`, or a
    `trading_state` that is not active).
    """
    judge = Judge(
        checker="breaker_comes_back",
        expected=f"a breaker stops trading for {quiet_s_min:g} s or more and lets it back in "
        f"within {within_s:g} s after the fault",
        evidence=evidence,
    )
    begin, end = evidence.fault_s
    before = [item.mono_s for item in accepted_orders(evidence, *evidence.baseline_s)]
    if not before:
        return judge.unknown("the bot sent no orders in the baseline")
    placed = [item.mono_s for item in accepted_orders(evidence, begin)]
    back = [at for at in placed if at >= end]
    moments = [begin, *[at for at in placed if at < end], back[0] if back else evidence.end_s]
    quiet = max(later - earlier for earlier, later in pairwise(moments))
    usual = max((later - earlier for earlier, later in pairwise(before)), default=0.0)
    said = _said(evidence)
    if quiet < max(quiet_s_min, 1.5 * usual) and not said:
        return judge.unknown(
            f"trading never paused longer than {quiet:.1f} s, so no breaker was seen to act"
        )
    pause = f"trading paused for {quiet:.1f} s" + (f" ({said})" if said else "")
    if not back and evidence.end_s < end + within_s:
        return judge.unknown(f"{pause}; the observation ended before it had to be back")
    if not back or back[0] > end + within_s:
        return judge.broken(f"{pause} and was not back within {within_s:g} s after the fault")
    return judge.held(f"{pause} and was back {back[0] - end:.1f} s after the fault")


def _said(evidence: Evidence) -> str:
    for item in of(evidence, Sample):
        if item.mono_s < evidence.fault_s[0]:
            continue
        state = str(sampled(item, "trading_state") or "active")
        if state != "active":
            return f"it said {state}"
        if sampled(item, "breaker_open"):
            return "it said breaker open"
    return ""
