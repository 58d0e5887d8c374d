"""Facts about the network between the target and its exchange, as the proxy sees it now.

Each returns a finite number and fails when there was nothing to measure. None of these numbers
decides a verdict; they stand in the journal, or carry the tolerance of an experiment of your own.
"""

import fnmatch
from typing import Any

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.checkers.reading import percentile, requests
from chaostrading.checkers.sockets import losses, sockets, tries
from chaostrading.core.errors import ChaosTradingError

__all__ = [
    "reconnect_attempts",
    "request_latency_ms",
    "requests_in_flight",
    "stream_age_s",
    "websockets_back_seconds",
    "websockets_lost",
    "websockets_open",
]

LOOK_EVERY_S = 0.25


def websockets_open() -> int:
    """
    How many WebSockets the target has open through the proxy now.

    Example:

        {"type": "probe", "name": "websockets-open", "tolerance": {"type": "range",
         "range": [1, 10]}, "provider": {"type": "python",
         "module": "chaostrading.probes.network", "func": "websockets_open"}}
    """
    return int(_stats()["connections"]["websocket"])


def stream_age_s(stream: str = "*") -> float:
    """
    Seconds since the last market data, of the stream of this shell pattern that is silent longest.

    Counted is what reached the proxy from the exchange and went on untouched. Fails when the target
    never had such a stream.

    Example:

        {"type": "probe", "name": "stream-age", "tolerance": {"type": "range",
         "range": [0, 2]}, "provider": {"type": "python",
         "module": "chaostrading.probes.network", "func": "stream_age_s",
         "arguments": {"stream": "btcusdt@*"}}}
    """
    stats = _stats()
    ages = [
        float(stats["mono_s"]) - float(row["last_s"])
        for name, row in stats["streams"].items()
        if fnmatch.fnmatchcase(name, stream) and row["last_s"] is not None
    ]
    if not ages:
        raise ActivityFailed(f"stream_age_s: no data of a stream like {stream!r} was ever seen")
    return round(max(0.0, *ages), 3)


def request_latency_ms(
    share: float = 0.99, last_s: float = 10.0, role: str = "", path: str = "*"
) -> float:
    """
    How long the target waited for its answers in the last `last_s` seconds, in milliseconds.

    Measured on the target's own requests, from arrival to the last byte of the answer, a fault's
    delay included. `share` is the percentile (0.5 is the median, 1 the slowest). `role` chooses
    requests of some roles (order, cancel, query, account, market, ..., separated by commas), `path`
    is a shell pattern. Fails when no such request was answered.

    Example:

        {"type": "probe", "name": "order-latency", "tolerance": {"type": "range",
         "range": [0, 500]}, "provider": {"type": "python",
         "module": "chaostrading.probes.network", "func": "request_latency_ms",
         "arguments": {"role": "order"}}}
    """
    if not 0 < share <= 1:
        raise ActivityFailed(
            f"request_latency_ms: share must be above 0 and at most 1, was {share}"
        )
    run = _run()
    evidence = run.evidence()
    roles = tuple(role.split(",")) if role else ()
    waits = [
        (item.answered_s - item.mono_s) * 1_000
        for item in requests(evidence, roles=roles)
        if item.answered_s is not None
        and item.answered_s > evidence.end_s - last_s
        and fnmatch.fnmatchcase(item.path, path)
    ]
    if not waits:
        raise ActivityFailed(
            f"request_latency_ms: no request was answered in the last {last_s:g} s"
        )
    return round(percentile(waits, share), 1)


def requests_in_flight() -> int:
    """
    How many requests of the target wait for their answer now.

    Example:

        {"type": "probe", "name": "in-flight", "provider": {"type": "python",
         "module": "chaostrading.probes.network", "func": "requests_in_flight"}}
    """
    pending = [item for item in requests(_run().evidence()) if item.outcome == "pending"]
    return len(pending)


def websockets_lost() -> int:
    """
    How many WebSockets the target has lost against its will since the first fault of the run.

    Example:

        {"type": "probe", "name": "lost", "provider": {"type": "python",
         "module": "chaostrading.probes.network", "func": "websockets_lost"}}
    """
    return len(losses(_run().evidence()))


def websockets_back_seconds(timeout_s: float = 30.0, settle_s: float = 3.0) -> float:
    """
    Wait until the target has as many WebSockets open as before the first fault, each for `settle_s`
    seconds, and return how long after the fault the last of them was opened, in seconds.

    Trading may be back before the last connection is: without this wait nobody would see whether
    that one came back at all. Fails after `timeout_s`, and while a fault is in force.

    Example:

        {"type": "probe", "name": "websockets-back-seconds", "provider": {"type": "python",
         "module": "chaostrading.probes.network", "func": "websockets_back_seconds"}}
    """
    run = _run()
    cleared_s = run.cleared_s()
    if cleared_s is None:
        raise ActivityFailed("websockets_back_seconds: a fault is still in force, or none ever was")
    while True:
        found = sockets(run.evidence())
        began_s, now_s = run.evidence().fault_s[0], run.clock.monotonic()
        wanted = sum(1 for item in found if item.since_s < began_s < item.until_s)
        opened = sorted(item.since_s for item in found if item.until_s > now_s)
        if len(opened) >= wanted and all(at <= now_s - settle_s for at in opened[:wanted]):
            return round(max(0.0, *(at - cleared_s for at in opened[:wanted]), 0.0), 3)
        if now_s > cleared_s + timeout_s:
            raise ActivityFailed(
                f"websockets_back_seconds: {len(opened)} of {wanted} WebSockets are open "
                f"{timeout_s:g} s after the fault"
            )
        try:
            run.hold(LOOK_EVERY_S)
        except ChaosTradingError as error:
            raise ActivityFailed(str(error)) from error


def reconnect_attempts() -> int:
    """
    How often the target has tried to open a WebSocket since the first fault of the run.

    Example:

        {"type": "probe", "name": "attempts", "provider": {"type": "python",
         "module": "chaostrading.probes.network", "func": "reconnect_attempts"}}
    """
    evidence = _run().evidence()
    return len(tries(evidence, evidence.fault_s[0]))


def _run() -> session.Session:
    try:
        return session.current()
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def _stats() -> dict[str, Any]:
    run = _run()
    try:
        return run.proxy.stats()
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
