"""Does the target go on reading after a frame that it could not read?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import accepted_orders, hits, orders, series
from chaostrading.checkers.sockets import Socket, data_of, sockets
from chaostrading.records.types import MessageRecord


@checker("reader_survives")
def check(evidence: Evidence, *, resume_s: float = 10.0, closes_max: int = 3) -> Finding:
    """After bad frames data flows on, the bot trades again, and its process is the same.

    Data of each disturbed stream comes within `resume_s` after its last bad frame, and an order is
    accepted within `resume_s` after the fault. Dropping the connection and opening another is fine,
    up to `closes_max` times.
    """
    judge = Judge(
        checker="reader_survives",
        expected=f"after bad frames the bot reads on within {resume_s:g} s and trades again, "
        "without a restart",
        evidence=evidence,
    )
    bad = [
        item
        for item in hits(evidence)
        if isinstance(item, MessageRecord) and item.direction == "down"
    ]
    if not bad:
        return judge.unknown("the fault changed no message")
    numbers = {value for _, value in series(evidence, "pid")}
    if len(numbers) > 1:
        return judge.broken(f"the bot's process was replaced {len(numbers) - 1} times")
    closed = _dropped(evidence, bad)
    if len(closed) > closes_max:
        return judge.broken(f"the bot dropped its connection {len(closed)} times", bad)
    silent = _silent(evidence, bad, resume_s)
    if silent is not None:
        if evidence.end_s < silent.mono_s + resume_s:
            return judge.unknown("the observation ended right after the last bad frame", bad)
        return judge.broken(
            f"no data of {silent.stream or 'the stream'} reached the bot within {resume_s:g} s "
            "after the last bad frame",
            bad,
        )
    if not orders(evidence, *evidence.baseline_s):
        return judge.unknown("the bot sent no orders in the baseline, so none show that it lives")
    end = evidence.fault_s[1]
    placed = accepted_orders(evidence, bad[-1].mono_s, end + resume_s)
    if not placed:
        if evidence.end_s < end + resume_s:
            return judge.unknown("the observation ended before trading had to be back", bad)
        return judge.broken(f"no order was accepted within {resume_s:g} s after the fault", bad)
    return judge.held(
        f"{count(len(bad), 'bad frame')}; data flowed on, and {count(len(placed), 'order')} "
        f"were accepted after the last of them, {count(len(closed), 'connection')} dropped",
        bad,
    )


def _dropped(evidence: Evidence, bad: list[MessageRecord]) -> list[Socket]:
    """Connections that carried bad frames and were closed by the bot."""
    carriers = {item.connection for item in bad}
    return [
        socket
        for socket in sockets(evidence)
        if socket.connection in carriers
        and not socket.lost
        and evidence.fault_s[0] <= socket.until_s <= evidence.end_s
    ]


def _silent(evidence: Evidence, bad: list[MessageRecord], resume_s: float) -> MessageRecord | None:
    """The last bad frame of a stream that had no good data soon after it."""
    last = {item.stream: item for item in bad}
    for stream, item in sorted(last.items()):
        later = [one.mono_s for one in data_of(evidence, stream=stream) if one.mono_s > item.mono_s]
        if not later or later[0] > item.mono_s + resume_s:
            return item
    return None
