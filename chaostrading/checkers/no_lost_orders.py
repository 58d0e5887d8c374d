"""Does the target know the fate of every order it sent?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import (
    accepted,
    by_intent,
    client_id,
    ended_s,
    orders,
    outcome_unknown,
    touched,
)
from chaostrading.checkers.resolving import listed_since_s, resolved_by
from chaostrading.records.types import RequestRecord


@checker("no_lost_orders")
def check(evidence: Evidence, *, settle_s: float = 2.0) -> Finding:
    """Every order that the exchange took is known to the target, and every intent has a fate.

    Orders of the last `settle_s` of the observation are left out: the target may be about to learn
    of them. The target's own list of orders is compared where it has one.
    """
    judge = Judge(
        checker="no_lost_orders",
        expected="the bot knows every order that the exchange took, and learns what became of "
        "every order it sent",
        evidence=evidence,
    )
    sent = orders(evidence, evidence.fault_s[0], evidence.end_s - settle_s)
    if not sent:
        return judge.unknown("the bot sent no orders while the fault was in force or after it")
    tried = [item for item in sent if touched(evidence, item) or outcome_unknown(item)]
    if not tried:
        return judge.unknown("the fault touched no order")
    lost = _unknown_to_target(evidence, sent, settle_s)
    if lost:
        return judge.broken(
            f"the exchange took {count(len(lost), 'order')} that the bot does not know, "
            f"the first is {lost[0]}",
            [{"client_id": name} for name in lost],
        )
    open_ends = [items[-1] for items in by_intent(sent).values() if _no_fate(evidence, items)]
    if open_ends:
        return judge.broken(
            f"{count(len(open_ends), 'order')} got no answer and the bot never found out "
            "what became of them",
            open_ends,
        )
    listed = "orders" in evidence.target
    return judge.held(
        f"all {count(len(by_intent(sent)), 'order')} sent since the fault began have a known fate"
        + ("" if listed else "; the bot shows no list of its own, so only the wire was judged"),
        tried,
    )


def _unknown_to_target(evidence: Evidence, sent: list[RequestRecord], settle_s: float) -> list[str]:
    if "orders" not in evidence.target:
        return []
    known = {str(order.get("client_id", "")) for order in evidence.target["orders"]}
    begin, end = max(evidence.fault_s[0], listed_since_s(evidence)), evidence.end_s - settle_s
    taken = [
        client_id(item)
        for item in sent
        if accepted(item) and client_id(item) and item.mono_s >= begin
    ]
    if evidence.books is not None:
        taken += [
            str(order["client_id"])
            for order in evidence.books.orders
            if order.get("client_id") and begin <= float(order["accepted_mono_s"]) < end
        ]
    return sorted(set(taken) - known)


def _no_fate(evidence: Evidence, tries: list[RequestRecord]) -> bool:
    """Whether the last word on an intent is a request that nobody answered."""
    last = tries[-1]
    if last.outcome == "pending":
        return True
    return outcome_unknown(last) and not resolved_by(evidence, last, ended_s(evidence, last))
