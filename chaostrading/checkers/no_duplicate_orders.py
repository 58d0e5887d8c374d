"""Is every order intent executed at most once?"""

from collections import Counter

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import (
    HANG_UP_S,
    accepted,
    by_intent,
    client_id,
    ended_s,
    orders,
    outcome_unknown,
    same_order,
    touched,
)
from chaostrading.checkers.resolving import asked_about, told
from chaostrading.records.types import RequestRecord


@checker("no_duplicate_orders")
def check(evidence: Evidence, *, repeat_s: float = 30.0) -> Finding:
    """Per intent the exchange takes at most one order.

    One intent is one client id. It is also an order for the same thing (symbol, side, type,
    quantity, price) under a new client id within `repeat_s` after an attempt whose fate the bot did
    not know, where the exchange had taken the first and the bot had not asked about it.
    """
    judge = Judge(
        checker="no_duplicate_orders",
        expected="the exchange takes at most one order per intent",
        evidence=evidence,
    )
    sent = orders(evidence, evidence.fault_s[0])
    if not sent:
        return judge.unknown("the bot sent no orders while the fault was in force or after it")
    double = _same_id(evidence, sent)
    if double:
        name = client_id(double[0])
        return judge.broken(
            f"the exchange took {count(len(double), 'order')} under the client id {name}", double
        )
    pairs = repeats(evidence, repeat_s)
    if pairs:
        one, other = pairs[0]
        return judge.broken(
            f"{count(len(pairs), 'order')} went in twice: the same order was sent again under a "
            f"new client id {other.mono_s - one.mono_s:.1f} s after the first, "
            "which the exchange had taken",
            [item for pair in pairs for item in pair],
        )
    groups = by_intent(sent)
    retried = [items for items in groups.values() if len(items) > 1]
    hurt = [item for item in sent if touched(evidence, item) or outcome_unknown(item)]
    if not retried and not hurt:
        return judge.unknown("the fault touched no order and none was sent twice")
    taken = sum(1 for item in sent if accepted(item))
    return judge.held(
        f"{count(len(groups), 'intent')} in {count(len(sent), 'attempt')}, {taken} taken by the "
        f"exchange, none twice ({len(hurt)} attempts were disturbed)",
        hurt,
    )


def _same_id(evidence: Evidence, sent: list[RequestRecord]) -> list[RequestRecord]:
    """All attempts of the first client id that the exchange took more than once."""
    taken = Counter(client_id(item) for item in sent if accepted(item) and client_id(item))
    if evidence.books is not None:
        booked = Counter(str(order.get("client_id", "")) for order in evidence.books.orders)
        taken |= Counter({name: booked[name] for name in map(client_id, sent) if name})
    doubled = [name for name, number in taken.items() if number > 1]
    return [item for item in sent if doubled and client_id(item) == doubled[0]]


def repeats(evidence: Evidence, repeat_s: float) -> list[tuple[RequestRecord, RequestRecord]]:
    """Orders taken by the exchange whose twin under another client id was taken, too."""
    sent = orders(evidence, evidence.fault_s[0])
    booked = {
        str(order.get("client_id", ""))
        for order in (evidence.books.orders if evidence.books else ())
    } - {""}
    pairs = []
    for place, one in enumerate(sent):
        if not outcome_unknown(one) or not (accepted(one) or client_id(one) in booked):
            continue
        over_s = ended_s(evidence, one)
        for other in sent[place + 1 :]:
            late = other.mono_s > over_s + repeat_s
            renamed = client_id(other) != client_id(one) and same_order(one, other)
            if late or not renamed or not accepted(other) or other.mono_s < over_s - HANG_UP_S:
                continue
            asked = asked_about(evidence, one, over_s, other.mono_s)
            if not any(told(item) for item in asked):
                pairs.append((one, other))
            break
    return pairs
