"""Is an order that took too long given up instead of executed late?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import accepted, by_intent, client_id, ended_s, orders, touched
from chaostrading.records.types import RequestRecord


@checker("deadlines_kept")
def check(evidence: Evidence, *, ttl_s: float = 5.0, timeout_s_max: float = 30.0) -> Finding:
    """No order is taken by the exchange later than `ttl_s` after the bot first sent it.

    The first attempt of the client id stands for the signal. The bot also hangs up within
    `timeout_s_max` on a request that gets no answer.
    """
    judge = Judge(
        checker="deadlines_kept",
        expected=f"the exchange takes no order later than {ttl_s:g} s after the bot first sent it, "
        f"and the bot waits {timeout_s_max:g} s for an answer at most",
        evidence=evidence,
    )
    sent = orders(evidence, evidence.fault_s[0])
    slow = [item for item in sent if touched(evidence, item)]
    if not slow:
        return judge.unknown("the fault touched no order")
    late: list[tuple[RequestRecord, float]] = []
    for tries in by_intent(sent).values():
        late += [
            (item, taken - tries[0].mono_s)
            for item in tries
            if (taken := _taken_s(evidence, item)) is not None and taken - tries[0].mono_s > ttl_s
        ]
    if late:
        age = late[0][1]
        return judge.broken(
            f"{count(len(late), 'order')} reached the exchange too late, the first {age:.1f} s "
            "after the bot had sent it",
            [item for item, _ in late],
        )
    patient = [item for item in sent if _waited_s(evidence, item) > timeout_s_max]
    if patient:
        return judge.broken(
            f"{count(len(patient), 'request')} waited for an answer longer than "
            f"{timeout_s_max:g} s, the first {_waited_s(evidence, patient[0]):.1f} s",
            patient,
        )
    gone = sum(1 for item in slow if item.outcome == "client_gone")
    taken = sum(1 for item in slow if accepted(item))
    return judge.held(
        f"{count(len(slow), 'order')} were slowed down: the bot hung up on {gone}, the exchange "
        f"took {taken}, none later than {ttl_s:g} s after it was sent",
        slow,
    )


def _taken_s(evidence: Evidence, item: RequestRecord) -> float | None:
    if not accepted(item) or item.forwarded_s is None:
        return None
    for order in evidence.books.orders if evidence.books else ():
        if client_id(item) and order.get("client_id") == client_id(item):
            return float(order["accepted_mono_s"])
    return item.forwarded_s


def _waited_s(evidence: Evidence, item: RequestRecord) -> float:
    if item.outcome == "pending":
        return evidence.end_s - item.mono_s
    return ended_s(evidence, item) - item.mono_s
