"""Does the target find out what became of an order whose answer it did not get?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import HANG_UP_S, ended_s, orders, outcome_unknown, same_order
from chaostrading.checkers.resolving import asked_about, event_about, resolved_by
from chaostrading.records.types import RequestRecord


@checker("unknown_is_resolved")
def check(evidence: Evidence, *, within_s: float = 10.0) -> Finding:
    """After an order without an answer (or with a 5xx) the bot asks within `within_s`.

    It asks for that client id, or for the open orders or trades, before it repeats the order, and
    it goes on until it is told. A private event about the order counts as being told.
    """
    judge = Judge(
        checker="unknown_is_resolved",
        expected="after an order whose fate is unknown the bot asks the exchange within "
        f"{within_s:g} s and before it repeats the order",
        evidence=evidence,
    )
    open_ends = [item for item in orders(evidence, evidence.fault_s[0]) if outcome_unknown(item)]
    if not open_ends:
        return judge.unknown("no order was left without an answer")
    early = 0
    bad: list[RequestRecord] = []
    first = ""
    for item in open_ends:
        why = _trouble(evidence, item, within_s)
        if why == "early":
            early += 1
        elif why:
            bad.append(item)
            first = first or why
    if bad:
        return judge.broken(
            f"{len(bad)} of {count(len(open_ends), 'order')} with unknown fate: {first}", bad
        )
    if early:
        return judge.unknown("the observation ended before the time to ask was over", open_ends)
    return judge.held(
        f"{count(len(open_ends), 'order')} had an unknown fate; the bot found out each time",
        open_ends,
    )


def _trouble(evidence: Evidence, order: RequestRecord, within_s: float) -> str:
    """What is wrong with how the bot handled it; `early` if it is too early to tell."""
    over_s = ended_s(evidence, order)
    event = event_about(evidence, order, order.mono_s)
    if event is not None and event.mono_s <= over_s + within_s:
        return ""
    asked = asked_about(evidence, order, over_s)
    repeat = [
        item
        for item in orders(evidence, over_s - HANG_UP_S)
        if item is not order and same_order(item, order) and item.mono_s > order.mono_s
    ]
    blind = repeat and (not asked or repeat[0].mono_s < asked[0].mono_s)
    if blind and repeat[0].mono_s <= over_s + within_s:
        later_s = max(0.0, repeat[0].mono_s - over_s)
        return f"the order was repeated {later_s:.1f} s later without asking"
    if not asked or asked[0].mono_s > over_s + within_s:
        if evidence.end_s < over_s + within_s:
            return "early"
        when = "never" if not asked else f"only after {asked[0].mono_s - over_s:.1f} s"
        return f"the bot asked {when}"
    if resolved_by(evidence, order, over_s) is None:
        return "the bot asked and was never told: its exposure stays unknown"
    return ""
