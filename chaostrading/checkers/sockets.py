"""WebSocket connections of a run, put together from what the witness wrote about them."""

import math
from dataclasses import dataclass

from chaostrading.checkers.base import Evidence
from chaostrading.checkers.reading import of, symbol, touched
from chaostrading.records.types import (
    ConnectionEvent,
    LeaseEvent,
    MarketSlice,
    MessageRecord,
    Record,
    RequestRecord,
)

__all__ = [
    "Socket",
    "Try",
    "data_of",
    "head",
    "losses",
    "reachable_s",
    "silenced",
    "sockets",
    "tries",
]

SILENT_FATES = frozenset({"drop", "hold"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Socket:
    """One WebSocket connection of the bot, from its upgrade to its end."""

    connection: int
    path: str
    since_s: float
    until_s: float
    """Infinite while it is open."""
    lost: bool
    """It ended, and not by the bot's own will."""
    streams: frozenset[str]
    """Market streams that carried data on it."""
    private: bool
    """It carried events of the account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Try:
    """One attempt to open a WebSocket."""

    at_s: float
    connection: int
    path: str
    ok: bool


def head(path: str) -> str:
    """First part of a path: `/ws/btcusdt@trade` and `/ws/<key>` are both `/ws`."""
    return "/" + path.strip("/").partition("/")[0]


def sockets(evidence: Evidence) -> list[Socket]:
    """All WebSocket connections, in the order of their beginning."""
    rows: dict[int, list[Record]] = {}
    for record in evidence.records:
        if record.connection:
            rows.setdefault(record.connection, []).append(record)
    found = [_socket(number, own) for number, own in rows.items() if any(map(_is_ws, own))]
    return sorted(found, key=lambda socket: socket.since_s)


def _is_ws(record: Record) -> bool:
    if isinstance(record, ConnectionEvent):
        return record.event in ("upgraded", "subscribed")
    return isinstance(record, MessageRecord | MarketSlice)


def _socket(number: int, rows: list[Record]) -> Socket:
    events = [row for row in rows if isinstance(row, ConnectionEvent)]
    upgraded = [row for row in events if row.event == "upgraded"]
    ends = [row for row in events if row.event == "closed"]
    told = [row for row in rows if isinstance(row, MessageRecord)]
    places = [*(row.path for row in [*upgraded, *events]), *(row.path for row in told)]
    paths = [path for path in places if path]
    streams = {row.stream for row in rows if isinstance(row, MarketSlice) and row.stream}
    streams |= {row.stream for row in told if row.meaning.get("role") == "market" and row.stream}
    return Socket(
        connection=number,
        path=paths[0] if paths else "",
        since_s=upgraded[0].mono_s if upgraded else rows[0].mono_s,
        until_s=ends[0].mono_s if ends else math.inf,
        lost=bool(ends) and ends[0].by != "client",
        streams=frozenset(streams),
        private=any(row.meaning.get("role") == "private" for row in told),
    )


def losses(evidence: Evidence) -> list[Socket]:
    """Connections that the fault took from the bot, in the order of their end.

    They ended against its will while the fault was in force, or the fault had silenced them and the
    bot gave them up.
    """
    begin, end = evidence.fault_s
    dead = {socket.connection for socket, _ in silenced(evidence)}
    lost = [
        item
        for item in sockets(evidence)
        if (item.lost or item.connection in dead) and begin <= item.until_s <= end
    ]
    return sorted(lost, key=lambda socket: socket.until_s)


def tries(evidence: Evidence, since_s: float) -> list[Try]:
    """Attempts to open a WebSocket since then. A TCP connect that was refused has no path."""
    found: dict[int, Try] = {}
    loose = []
    for event in of(evidence, ConnectionEvent):
        if event.mono_s < since_s or event.event not in ("upgraded", "refused", "upstream_failed"):
            continue
        ok = event.event == "upgraded"
        row = Try(at_s=event.mono_s, connection=event.connection, path=event.path, ok=ok)
        if event.connection and (event.connection not in found or ok):
            found[event.connection] = row
        elif not event.connection:
            loose.append(row)
    heads = {head(item.path) for item in sockets(evidence) if item.path}
    for request in of(evidence, RequestRecord):
        if request.mono_s < since_s or request.protocol != "http" or request.method != "GET":
            continue
        if head(request.path) in heads and request.connection not in found:
            row = Try(
                at_s=request.mono_s,
                connection=request.connection,
                path=request.path,
                ok=request.status == 101,
            )
            found[request.connection] = row
    return sorted([*found.values(), *loose], key=lambda item: item.at_s)


def reachable_s(evidence: Evidence, at_s: float) -> float:
    """From when on attempts can be seen: while a fault closes the port, none reaches the proxy."""
    from chaostrading.faults.registry import registered  # probes load this module, few need faults

    closing = {name for name, fault in registered().items() if fault.refuses_connections}
    leases = [item for item in of(evidence, LeaseEvent) if item.fault in closing]
    ends = {item.lease: item.mono_s for item in leases if item.event == "ended"}
    for item in leases:
        end = ends.get(item.lease, evidence.end_s)
        if item.event == "armed" and item.mono_s <= at_s + 1.0 and at_s < end:
            return end
    return at_s


def data_of(evidence: Evidence, name: str = "", stream: str = "") -> list[Record]:
    """Good market data of a symbol or a stream, over WebSocket or by request, oldest first."""
    found: list[Record] = []
    for record in evidence.records:
        if touched(evidence, record):
            continue
        if isinstance(record, MarketSlice):
            about, of_stream = record.symbol, record.stream
        elif isinstance(record, MessageRecord) and record.direction == "down":
            if record.meaning.get("role") != "market":
                continue
            about, of_stream = symbol(record), record.stream
        elif isinstance(record, RequestRecord) and record.meaning.get("role") == "market":
            if record.status != 200 or record.answered_s is None:
                continue
            about, of_stream = symbol(record), ""
        else:
            continue
        if (not name or about == name) and (not stream or of_stream == stream):
            found.append(record)
    return found


def silenced(evidence: Evidence) -> list[tuple[Socket, float]]:
    """Connections on which the fault swallowed frames while they stayed open, and since when."""
    since: dict[int, float] = {}
    for record in evidence.records:
        fates = {mark.fate for mark in getattr(record, "touched", ())}
        if fates & SILENT_FATES and touched(evidence, record):
            since.setdefault(record.connection, record.mono_s)
    return [
        (socket, since[socket.connection])
        for socket in sockets(evidence)
        if socket.connection in since and since[socket.connection] < socket.until_s
    ]
