"""Does the target try to come back soon after it lost a connection?"""

import math

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.sockets import Socket, head, losses, reachable_s, sockets, tries


@checker("reconnects_in_time")
def check(evidence: Evidence, *, limit_s: float = 10.0, overlap_s: float = 60.0) -> Finding:
    """Each connection that the bot lost is followed by a first attempt within `limit_s`.

    While a fault keeps the port closed attempts cannot be seen, so the time counts from its end.
    A connection that the bot had opened at most `overlap_s` before, since the fault began, counts
    as well: a planned rotation opens the new one first.
    """
    judge = Judge(
        checker="reconnects_in_time",
        expected=f"the bot tries to reconnect within {limit_s:g} s of each loss",
        evidence=evidence,
    )
    lost = losses(evidence)
    if not lost:
        return judge.unknown("the bot lost no WebSocket connection")
    waits = _waits(evidence, lost, overlap_s)
    rows = [
        {
            "t_s": judge.at(socket.until_s),
            "path": socket.path,
            "waited_s": round(wait, 3) if math.isfinite(wait) else "never",
        }
        for socket, wait in waits
    ]
    late = [(socket, wait) for socket, wait in waits if wait > limit_s]
    never = [socket for socket, wait in late if math.isinf(wait)]
    if never and all(
        reachable_s(evidence, item.until_s) + limit_s > evidence.end_s for item in never
    ):
        return judge.unknown("the observation ended before the time to reconnect was over", rows)
    if late:
        socket, wait = late[0]
        when = "never tried again" if math.isinf(wait) else f"tried again after {wait:.1f} s"
        return judge.broken(
            f"after losing {socket.path or 'a connection'} the bot {when} "
            f"({len(late)} of {count(len(lost), 'lost connection')})",
            rows,
        )
    worst = max(wait for _, wait in waits)
    return judge.held(
        f"{count(len(lost), 'connection')} lost, "
        f"the first attempt came {worst:.2f} s later at most",
        rows,
    )


def _waits(evidence: Evidence, lost: list[Socket], overlap_s: float) -> list[tuple[Socket, float]]:
    """Seconds from each loss to an attempt of its own; infinite for none."""
    free = tries(evidence, evidence.fault_s[0])
    open_now = {item.connection: item for item in sockets(evidence)}
    waits = []
    for socket in lost:
        fitting = [
            item
            for item in free
            if item.connection != socket.connection
            and (not item.path or head(item.path) == head(socket.path))
            and item.at_s >= socket.until_s - overlap_s
            and (item.at_s >= socket.until_s or _lives(open_now.get(item.connection), socket))
        ]
        if fitting:
            free.remove(fitting[0])
            since = reachable_s(evidence, socket.until_s)
            waits.append((socket, max(0.0, fitting[0].at_s - since)))
        else:
            waits.append((socket, math.inf))
    return waits


def _lives(candidate: Socket | None, lost: Socket) -> bool:
    return candidate is not None and candidate.until_s > lost.until_s
