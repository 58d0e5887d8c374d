"""Does the target slow down before the exchange bans its address?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import refused, requests


@checker("ban_never_reached")
def check(evidence: Evidence, *, bans_max: int = 0, refusals_min: int = 1) -> Finding:
    """The bot is told to slow down (429) and never gets banned (418).

    `bans_max`: bans that are accepted. `refusals_min`: fewer refusals than this prove nothing.
    """
    judge = Judge(
        checker="ban_never_reached",
        expected=f"at most {bans_max} answers 418: the address is never banned",
        evidence=evidence,
    )
    refusals = [item for item in requests(evidence, evidence.fault_s[0]) if refused(item)]
    bans = [item for item in refusals if item.status == 418]
    if len(bans) > bans_max:
        before = sum(1 for item in refusals if item.mono_s < bans[0].mono_s)
        return judge.broken(
            f"the address was banned: {count(len(bans), 'answer')} 418, the first "
            f"{judge.at(bans[0].mono_s):.1f} s into the fault after {count(before, 'refusal')}",
            bans,
        )
    if len(refusals) < refusals_min:
        return judge.unknown(f"only {len(refusals)} requests were refused, so no ban was near")
    return judge.held(f"{count(len(refusals), 'request')} were refused, none with 418", refusals)
