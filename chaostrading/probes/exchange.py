"""Facts about the target's traffic with its exchange, read from the wire by the proxy's witness.

Each returns a finite number, and fails when there was nothing to count: no traffic is not zero
errors. Requests are chosen by `role` (order, cancel, replace, query, account, rules, market, time,
session; several separated by commas), `method` (the same) and `path` (a shell pattern); empty
chooses all. None of these numbers decides a verdict; they stand in the journal, or carry the
tolerance of an experiment of your own.
"""

import fnmatch
from collections.abc import Sized

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.checkers.base import Evidence
from chaostrading.checkers.reading import accepted, by_intent, failed, percentile, refused, touched
from chaostrading.checkers.reading import orders as orders_of
from chaostrading.checkers.reading import requests as requests_of
from chaostrading.core.errors import ChaosTradingError
from chaostrading.records.types import RequestRecord

__all__ = [
    "error_share",
    "failed_intents_share",
    "order_latency_ms",
    "orders_accepted",
    "refused_requests",
    "requests_per_s",
    "touched_share",
    "used_weight",
]


def requests_per_s(last_s: float = 10.0, role: str = "", method: str = "", path: str = "") -> float:
    """
    How many requests a second the target sent in the last `last_s` seconds.

    Example:

        {"type": "probe", "name": "requests-per-s", "tolerance": {"type": "range",
         "range": [0, 20]}, "provider": {"type": "python",
         "module": "chaostrading.probes.exchange", "func": "requests_per_s",
         "arguments": {"last_s": 10}}}
    """
    return len(_lately(last_s, role, method, path)) / last_s


def error_share(last_s: float = 10.0, role: str = "", method: str = "", path: str = "") -> float:
    """
    Which part of the requests of the last `last_s` seconds failed, 0..1.

    Failed are 4xx, 5xx, an error in a 200 body, and no answer at all; requests still under way do
    not count. Fails when the target sent none.
    """
    over = [item for item in _lately(last_s, role, method, path) if item.outcome != "pending"]
    return _share([item for item in over if failed(item)], over, f"the last {last_s:g} s")


def touched_share(role: str = "", method: str = "", path: str = "") -> float:
    """
    Which part of the requests to the endpoints that the faults have met was touched, 0..1.

    The share that was really reached since the first fault was armed, for a fault that is to hit a
    part of the calls: an endpoint (method and path) no call of which was touched does not count.
    0 when nothing was touched.

    Example:

        {"type": "probe", "name": "touched-share", "provider": {"type": "python",
         "module": "chaostrading.probes.exchange", "func": "touched_share",
         "arguments": {"role": "order,cancel"}}}
    """
    seen = _evidence()
    sent = _chosen(requests_of(seen, *seen.fault_s), role, method, path)
    hit = [item for item in sent if touched(seen, item)]
    endpoints = {(item.method, item.path) for item in hit}
    met = [item for item in sent if (item.method, item.path) in endpoints]
    return len(hit) / len(met) if met else 0.0


def failed_intents_share() -> float:
    """
    Which part of the orders since the first fault was armed failed in all their attempts, 0..1.

    An order is one client id. With retries this share is lower than that of failed requests: it is
    what the strategy feels. Fails when the target sent no order.
    """
    seen = _evidence()
    intents = list(by_intent(orders_of(seen, *seen.fault_s)).values())
    hopeless = [tries for tries in intents if all(failed(item) for item in tries)]
    return _share(hopeless, intents, "the fault")


def orders_accepted(last_s: float = 10.0) -> int:
    """
    How many orders the exchange took in the last `last_s` seconds, whatever the target heard.
    """
    return sum(1 for item in _lately(last_s, "order,replace", "", "") if accepted(item))


def refused_requests(last_s: float = 10.0) -> int:
    """
    How many requests of the last `last_s` seconds were answered 429 (slow down) or 418 (banned).
    """
    return sum(1 for item in _lately(last_s, "", "", "") if refused(item))


def used_weight() -> int:
    """
    The request weight that the exchange said is used up, in its newest answer that said it.

    Fails when no answer has said it.
    """
    told = [item.used_weight for item in requests_of(_evidence()) if item.used_weight is not None]
    if not told:
        raise ActivityFailed("used_weight: no answer of the exchange has told it")
    return told[-1]


def order_latency_ms(last_s: float = 10.0, quantile: float = 0.99) -> float:
    """
    How long the target waited for the answers to its orders of the last `last_s` seconds, in ms.

    - `quantile`: 0.5 is the median, 1 the longest, 0..1

    Fails when no order was answered.
    """
    waits = [
        item.answered_s - item.mono_s
        for item in _lately(last_s, "order,replace", "", "")
        if item.answered_s is not None and item.outcome == "answered"
    ]
    if not waits:
        raise ActivityFailed(f"order_latency_ms: no order was answered within {last_s:g} s")
    return 1_000 * percentile(waits, quantile)


def _evidence() -> Evidence:
    try:
        return session.current().evidence()
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def _lately(last_s: float, role: str, method: str, path: str) -> list[RequestRecord]:
    if not last_s > 0:
        raise ActivityFailed(f"last_s must be above 0 s, was {last_s!r}")
    seen = _evidence()
    return _chosen(requests_of(seen, seen.end_s - last_s, seen.end_s), role, method, path)


def _chosen(items: list[RequestRecord], role: str, method: str, path: str) -> list[RequestRecord]:
    return [
        item
        for item in items
        if (not role or item.meaning.get("role") in role.split(","))
        and (not method or item.method in method.split(","))
        and (not path or fnmatch.fnmatchcase(item.path, path))
    ]


def _share(part: Sized, whole: Sized, when: str) -> float:
    if not whole:
        raise ActivityFailed(f"no share can be told: no such request during {when}")
    return len(part) / len(whole)
