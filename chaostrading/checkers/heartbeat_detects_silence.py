"""Does the target notice that an open connection is dead?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge
from chaostrading.checkers.reading import of
from chaostrading.checkers.sockets import Socket, head, silenced, tries
from chaostrading.records.types import MessageRecord


@checker("heartbeat_detects_silence")
def check(evidence: Evidence, *, limit_s: float = 60.0) -> Finding:
    """A connection that stays open but is silent is given up within `limit_s`.

    Given up means: the bot closes it, opens another to the same place, or (where only a stream is
    silent) subscribes again. A silence that was over before `limit_s` and went unnoticed is
    unknown.
    """
    judge = Judge(
        checker="heartbeat_detects_silence",
        expected=f"the bot gives up a silent connection within {limit_s:g} s",
        evidence=evidence,
    )
    quiet = silenced(evidence)
    if not quiet:
        return judge.unknown("the fault silenced no open connection")
    rows: list[dict[str, object]] = []
    times: list[float] = []
    late = short = 0
    for socket, since in quiet:
        noticed = _noticed(evidence, socket, since)
        watched = min(evidence.fault_s[1], evidence.end_s) - since
        took = None if noticed is None else noticed - since
        rows.append({"path": socket.path, "silent_t_s": judge.at(since), "noticed_after_s": took})
        if took is not None and took <= limit_s:
            times.append(took)
        elif watched < limit_s:
            short += 1
        else:
            late += 1
    if late:
        return judge.broken(
            f"{late} of {len(quiet)} silent connections were not given up within {limit_s:g} s",
            rows,
        )
    if short:
        return judge.unknown(
            f"a silence was shorter than {limit_s:g} s and went unnoticed, which is allowed", rows
        )
    return judge.held(
        f"{len(quiet)} silent connections were given up after {max(times):.1f} s at most", rows
    )


def _noticed(evidence: Evidence, socket: Socket, since_s: float) -> float | None:
    """When the bot first reacted to the silence."""
    moments = [
        item.at_s
        for item in tries(evidence, since_s)
        if item.connection != socket.connection
        and (not item.path or head(item.path) == head(socket.path))
    ]
    if not socket.lost and since_s <= socket.until_s < float("inf"):
        moments.append(socket.until_s)
    moments += [
        item.mono_s
        for item in of(evidence, MessageRecord)
        if item.connection == socket.connection
        and item.direction == "up"
        and item.mono_s > since_s
        and item.meaning.get("role") == "subscription"
    ]
    return min(moments) if moments else None
