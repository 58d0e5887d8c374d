"""Does the target answer pings while it is busy?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import of, touched
from chaostrading.checkers.sockets import sockets
from chaostrading.records.types import MessageRecord


@checker("pongs_on_time")
def check(evidence: Evidence, *, limit_s: float = 20.0, pings_min: int = 1) -> Finding:
    """Each ping of the exchange during the fault is answered on its connection within `limit_s`.

    Pings that the fault swallowed, and those of connections that ended before the limit, are left
    out.
    """
    judge = Judge(
        checker="pongs_on_time",
        expected=f"each ping is answered within {limit_s:g} s",
        evidence=evidence,
    )
    frames = of(evidence, MessageRecord)
    ends = {item.connection: item.until_s for item in sockets(evidence)}
    pongs: dict[int, list[float]] = {}
    for item in frames:
        if item.opcode == "pong" and item.direction == "up":
            pongs.setdefault(item.connection, []).append(item.mono_s)
    waits: list[tuple[MessageRecord, float]] = []
    for item in frames:
        begin, end = evidence.fault_s
        if item.opcode != "ping" or item.direction != "down" or not begin <= item.mono_s <= end:
            continue
        later = [at for at in pongs.get(item.connection, []) if at >= item.mono_s]
        over_s = min(ends.get(item.connection, evidence.end_s), evidence.end_s)
        if later:
            waits.append((item, later[0] - item.mono_s))
        elif not touched(evidence, item) and over_s > item.mono_s + limit_s:
            waits.append((item, float("inf")))
    if len(waits) < pings_min:
        return judge.unknown("the exchange sent no ping during the fault that could be judged")
    late = [(item, wait) for item, wait in waits if wait > limit_s]
    if late:
        return judge.broken(
            f"{len(late)} of {count(len(waits), 'ping')} were not answered within {limit_s:g} s",
            [item for item, _ in late],
        )
    return judge.held(
        f"{count(len(waits), 'ping')} answered within {max(wait for _, wait in waits):.2f} s"
    )
