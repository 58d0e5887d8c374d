"""Does work that had to wait go on afterwards, cancels first?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.no_requests_while_forbidden import forbidden_windows
from chaostrading.checkers.reading import ORDERS, accepted_orders, orders, refused, requests
from chaostrading.records.types import RequestRecord


@checker("requests_are_queued")
def check(evidence: Evidence, *, resume_s: float = 10.0, pause_s: float = 1.0) -> Finding:
    """After the last forbidden window orders flow again within `resume_s`.

    Cancels that were refused are sent again before the first order of that time.
    """
    judge = Judge(
        checker="requests_are_queued",
        expected=f"orders flow again within {resume_s:g} s after the exchange allows requests, "
        "refused cancels before new orders",
        evidence=evidence,
    )
    windows = forbidden_windows(evidence, pause_s)
    if not windows:
        return judge.unknown("the exchange never told the bot to stay away")
    if not orders(evidence, *evidence.baseline_s):
        return judge.unknown("the bot sent no orders in the baseline, so none were missed")
    free_s = max(window.until_s for window in windows)
    if free_s + resume_s > evidence.end_s and not accepted_orders(evidence, free_s):
        return judge.unknown(
            f"watched only {max(0.0, evidence.end_s - free_s):.1f} s after the last window"
        )
    placed = accepted_orders(evidence, free_s)
    if not placed or placed[0].mono_s > free_s + resume_s:
        when = f"only after {placed[0].mono_s - free_s:.1f} s" if placed else "never again"
        return judge.broken(f"orders flowed {when} once requests were allowed", placed[:3])
    late = _cancels_behind(evidence, free_s)
    if late:
        return judge.broken(
            f"{count(len(late), 'refused cancel')} had to wait behind a new order", late
        )
    wanted = {_thing(item) for item in requests(evidence, evidence.fault_s[0]) if refused(item)}
    again = {_thing(item) for item in requests(evidence, free_s)} & wanted
    return judge.held(
        f"the first order was accepted {placed[0].mono_s - free_s:.1f} s after requests were "
        f"allowed; {len(again)} of {len(wanted)} refused things were asked for again",
        placed,
    )


def _cancels_behind(evidence: Evidence, free_s: float) -> list[RequestRecord]:
    """Refused cancels of orders whose next attempt came after a new order."""
    cancels = requests(evidence, evidence.fault_s[0], roles=("cancel",))
    late = []
    for item in cancels:
        if not refused(item):
            continue
        again = [other for other in cancels if other.mono_s > item.mono_s and _same(other, item)]
        placed = [
            other
            for other in requests(evidence, free_s, roles=ORDERS)
            if not again or other.mono_s < again[0].mono_s
        ]
        if again and again[0].mono_s >= free_s and placed:
            late.append(again[0])
    return late


def _same(one: RequestRecord, other: RequestRecord) -> bool:
    return _thing(one) == _thing(other)


def _thing(item: RequestRecord) -> tuple[str, ...]:
    names = ("symbol", "client_id", "order_id")
    return (item.method, item.path, *(str(item.meaning.get(name, "")) for name in names))
