"""Was the target busy, and was there something for it to get wrong?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import attempts, orders, requests, series, touched
from chaostrading.core.money import decimal_or_none


@checker("target_had_reason")
def check(evidence: Evidence, *, decisions_min: int = 3, move_min: float = 0.001) -> Finding:
    """The bot made `decisions_min` decisions in the baseline and met a stimulus in the window.

    Decisions are orders, or the growth of its own `decisions_total`. A stimulus is an order or
    cancel on the wire, an attempt of the experiment, a fill, or a true price that moved by
    `move_min` (0.001 is 0.1 %). Missing is unknown: a bot that does nothing passes everything.
    """
    judge = Judge(
        checker="target_had_reason",
        expected=f"the bot makes at least {decisions_min} decisions before the fault and meets "
        "something to decide during it",
        evidence=evidence,
    )
    counts = [
        value
        for at, value in series(evidence, "decisions_total")
        if evidence.baseline_s[0] <= at <= evidence.baseline_s[1]
    ]
    own = int(counts[-1] - counts[0]) if counts else 0
    decisions = max(own, len(orders(evidence, *evidence.baseline_s)))
    if decisions < decisions_min:
        return judge.unknown(
            f"the bot made {count(decisions, 'decision')} before the fault, "
            f"{decisions_min} are needed"
        )
    found = _stimuli(evidence, move_min)
    if not found:
        return judge.unknown(
            f"{count(decisions, 'decision')} before the fault, but nothing happened during it: "
            "no order, no fill, no price move"
        )
    return judge.held(
        f"{count(decisions, 'decision')} before the fault; during it: {', '.join(found)}"
    )


def _stimuli(evidence: Evidence, move_min: float) -> list[str]:
    begin, end = evidence.fault_s
    acts = requests(evidence, begin, end, roles=("order", "replace", "cancel"))
    found = []
    if acts:
        hurt = sum(1 for item in acts if touched(evidence, item))
        found.append(f"{count(len(acts), 'order or cancel attempt')} ({hurt} touched)")
    if attempts(evidence):
        found.append(f"{count(len(attempts(evidence)), 'attempt')} on the bot itself")
    if evidence.books is not None:
        fills = [fill for fill in evidence.books.fills if begin <= float(fill["mono_s"]) <= end]
        if fills:
            found.append(count(len(fills), "fill"))
        move = _largest_move(evidence)
        if move >= move_min:
            found.append(f"a price move of {move:.2%}")
    return found


def _largest_move(evidence: Evidence) -> float:
    prices: dict[str, list[float]] = {}
    for at, name, text in evidence.books.mids if evidence.books else ():
        value = decimal_or_none(text)
        if value and evidence.fault_s[0] <= at <= evidence.fault_s[1]:
            prices.setdefault(name, []).append(float(value))
    return max((max(mids) / min(mids) - 1.0 for mids in prices.values()), default=0.0)
