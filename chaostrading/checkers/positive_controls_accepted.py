"""Would the same attempts have got through, had they been allowed?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import accepted
from chaostrading.checkers.trying import matched, text_of


@checker("positive_controls_accepted")
def check(evidence: Evidence, *, within_s: float = 5.0, controls_min: int = 1) -> Finding:
    """Each attempt below the limits, by the same ways, is taken by the exchange.

    One that the target denied is broken: its rules are too tight. One that failed otherwise (wrong
    token, no funds) is unknown: the blocked attempts may have died of the same.
    """
    judge = Judge(
        checker="positive_controls_accepted",
        expected="the same attempts within the limits are taken by the exchange",
        evidence=evidence,
    )
    pairs = matched(evidence, "accepted", within_s)
    if len(pairs) < controls_min:
        return judge.unknown(f"{count(len(pairs), 'control')} made, {controls_min} are needed")
    failed = [attempt for attempt, item in pairs if item is None or not accepted(item)]
    denied = [attempt for attempt in failed if attempt.get("denied")]
    if denied:
        return judge.broken(
            f"{len(denied)} of {count(len(pairs), 'control')} within the limits were denied, the "
            f"first with {denied[0]['denied']}",
            [text_of(attempt) for attempt in denied],
        )
    if failed:
        return judge.unknown(
            f"{len(failed)} of {count(len(pairs), 'control')} within the limits did not get "
            "through, so the blocked ones may have failed for another reason",
            [text_of(attempt) for attempt in failed],
        )
    return judge.held(
        f"{count(len(pairs), 'control')} within the limits got through",
        [item for _, item in pairs if item is not None],
    )
