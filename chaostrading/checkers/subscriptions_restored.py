"""Does every stream that was cut deliver data again?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import accepted_orders, of, touched
from chaostrading.checkers.sockets import Socket, data_of, head, losses, sockets
from chaostrading.records.types import MessageRecord


@checker("subscriptions_restored")
def check(evidence: Evidence, *, within_s: float = 30.0) -> Finding:
    """Each market stream of a lost connection has data on a new one, `within_s` after the fault.

    A private stream that was lost must bring events again once orders are accepted again.
    Connected is not enough.
    """
    judge = Judge(
        checker="subscriptions_restored",
        expected="every stream that was cut delivers data again on a new connection within "
        f"{within_s:g} s after the fault",
        evidence=evidence,
    )
    lost = losses(evidence)
    streams = {stream: socket for socket in lost for stream in socket.streams}
    private = [socket for socket in lost if socket.private]
    if not streams and not private:
        return judge.unknown("no connection was lost that had carried data")
    until = evidence.fault_s[1] + within_s
    gone = [name for name, socket in sorted(streams.items()) if not _back(evidence, name, socket)]
    late = [
        name
        for name, socket in sorted(streams.items())
        if name not in gone and _back(evidence, name, socket) > until
    ]
    if gone and evidence.end_s < until:
        return judge.unknown(f"{gone[0]} is silent, but the observation ended before its time")
    if gone or late:
        what = "never" if gone else f"later than {within_s:g} s after the fault"
        names = gone or late
        return judge.broken(
            f"{len(names)} of {count(len(streams), 'stream')} came back {what}, "
            f"the first is {names[0]}",
            [{"stream": name} for name in names],
        )
    fresh = _successors(evidence, private)
    if private and not fresh:
        if evidence.end_s < until:
            return judge.unknown("the private connection was not back when the observation ended")
        return judge.broken("the private connection was never opened again")
    deaf = _deaf(evidence, fresh)
    if deaf:
        return judge.broken(deaf)
    longest = max(
        (_back(evidence, name, socket) - socket.until_s for name, socket in streams.items()),
        default=0.0,
    )
    return judge.held(
        f"{count(len(streams), 'market stream')} back, {longest:.1f} s after the loss at most"
        + ("; private events arrive again" if private else "")
    )


def _back(evidence: Evidence, name: str, lost: Socket) -> float:
    """When the stream had data on another connection after the loss; 0 for never."""
    for record in data_of(evidence, stream=name):
        if record.connection != lost.connection and record.mono_s >= lost.until_s:
            return record.mono_s
    return 0.0


def _successors(evidence: Evidence, private: list[Socket]) -> list[Socket]:
    """The connections that were opened to the places of the lost private ones, after the loss."""
    gone_s = max((socket.until_s for socket in private), default=0.0)
    places = {head(socket.path) for socket in private}
    later = [item for item in sockets(evidence) if item.since_s > gone_s]
    return [item for item in later if head(item.path) in places]


def _deaf(evidence: Evidence, fresh: list[Socket]) -> str:
    """Why the private stream is believed dead; empty if it is not.

    Events count that reached the bot on a new connection: what the fault has swallowed on the old
    one was not heard."""
    if not fresh:
        return ""
    quiet_since = max(fresh[0].since_s, evidence.fault_s[1])
    new = {item.connection for item in fresh}
    placed = accepted_orders(evidence, quiet_since, evidence.end_s - 2.0)
    heard = [
        item
        for item in of(evidence, MessageRecord)
        if item.connection in new
        and item.meaning.get("role") == "private"
        and not touched(evidence, item)
    ]
    if placed and not heard:
        return f"{count(len(placed), 'order')} accepted since, but no private event arrived"
    return ""
