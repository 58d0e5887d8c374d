"""Does the target open the next connection before an announced end of the old one?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge
from chaostrading.checkers.reading import of, touched
from chaostrading.checkers.sockets import Socket, data_of, head, sockets, tries
from chaostrading.records.types import MessageRecord


@checker("rotates_before_the_end")
def check(evidence: Evidence, *, gap_s_max: float = 0.0, private_gap_s_max: float = 2.0) -> Finding:
    """A connection whose end was announced is replaced before it ends, however it ends.

    Each symbol that it carried has data on another connection, opened since the announcement, at
    most `gap_s_max` after the old one's end (0: before it). A connection without market data has a
    successor at most `private_gap_s_max` after it.
    """
    judge = Judge(
        checker="rotates_before_the_end",
        expected="after an announced shutdown the next connection has data before the old one ends",
        evidence=evidence,
    )
    announced = _announced(evidence)
    ended = [(old, at) for old, at in announced if old.until_s <= evidence.end_s]
    if not ended:
        return judge.unknown("no connection ended after its end had been announced")
    rows, late = [], 0
    for old, at in ended:
        after_s = _successor_s(evidence, old, at)
        gap = None if after_s is None else round(after_s - old.until_s, 3)
        allowed = gap_s_max if old.streams else private_gap_s_max
        late += gap is None or gap > allowed
        times = {"announced_t_s": judge.at(at), "ended_t_s": judge.at(old.until_s)}
        rows.append({"path": old.path, **times, "gap_s": "never" if gap is None else gap})
    if late:
        bad = max(rows, key=lambda row: float("inf") if row["gap_s"] == "never" else row["gap_s"])
        return judge.broken(
            f"{late} of {len(ended)} connections whose end was announced were not replaced in "
            f"time, the gap on {bad['path']} was {bad['gap_s']} s",
            rows,
        )
    return judge.held(
        f"{len(ended)} connections whose end was announced were replaced in time", rows
    )


def _announced(evidence: Evidence) -> list[tuple[Socket, float]]:
    """Connections on which the fault put a message of its own, and when it first did."""
    at: dict[int, float] = {}
    for item in of(evidence, MessageRecord):
        ours = touched(evidence, item) and any(mark.fate == "replace" for mark in item.touched)
        if ours and item.direction == "down":
            at.setdefault(item.connection, item.mono_s)
    return [
        (socket, at[socket.connection]) for socket in sockets(evidence) if socket.connection in at
    ]


def _successor_s(evidence: Evidence, old: Socket, announced_s: float) -> float | None:
    """When all that the connection carried was there on newer ones; None for never."""
    if not old.streams:
        successors = [
            item.at_s
            for item in tries(evidence, announced_s)
            if item.ok and item.connection != old.connection and head(item.path) == head(old.path)
        ]
        return min(successors, default=None)
    newer = {
        item.connection
        for item in sockets(evidence)
        if item.since_s >= announced_s and item.connection != old.connection
    }
    firsts = []
    for symbol in {stream.partition("@")[0] for stream in old.streams}:
        streams = [name for name in old.streams if name.partition("@")[0] == symbol]
        data = [
            record.mono_s
            for name in streams
            for record in data_of(evidence, stream=name)
            if record.connection in newer
        ]
        if not data:
            return None
        firsts.append(min(data))
    return max(firsts)
