"""Does the target ask the exchange what it missed before it trades again?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import orders, requests
from chaostrading.checkers.sockets import Socket, losses, sockets
from chaostrading.records.types import RequestRecord


@checker("resync_before_decision")
def check(evidence: Evidence) -> Finding:
    """After a private connection came back, the account is read before the next order.

    After a depth stream came back, the book is read. Reads since the loss count, if they were
    answered.
    """
    judge = Judge(
        checker="resync_before_decision",
        expected="after a private or book connection was lost the bot reads orders, account or "
        "book before its next order",
        evidence=evidence,
    )
    need = [socket for socket in losses(evidence) if socket.private or _has_book(socket)]
    if not need:
        return judge.unknown("no private and no book connection was lost")
    blind: list[RequestRecord] = []
    judged = 0
    for socket in need:
        fresh = [item for item in sockets(evidence) if item.since_s > socket.until_s]
        later = orders(evidence, fresh[0].since_s) if fresh else []
        if not later:
            continue
        judged += 1
        if not _read(evidence, socket, later[0].mono_s):
            blind.append(later[0])
    if not judged:
        return judge.unknown("the bot sent no order after it had reconnected")
    if blind:
        return judge.broken(
            f"after {len(blind)} of {count(judged, 'reconnect')} the bot sent an order without "
            "having asked the exchange what it had missed",
            blind,
        )
    return judge.held(f"after {count(judged, 'reconnect')} the bot read first, then traded")


def _has_book(socket: Socket) -> bool:
    return any(
        "depth" in stream.lower() or "book" in stream.lower().split("@")[-1].split(".")
        for stream in socket.streams
    )


def _read(evidence: Evidence, socket: Socket, until_s: float) -> bool:
    for item in requests(evidence, socket.until_s, until_s):
        if item.outcome != "answered" or item.status != 200 or item.code:
            continue
        role = item.meaning.get("role")
        if socket.private and role in ("query", "account"):
            return True
        if not socket.private and role == "market" and "depth" in _name(item):
            return True
    return False


def _name(item: RequestRecord) -> str:
    return f"{item.meaning.get('endpoint', '')} {item.path}".lower()
