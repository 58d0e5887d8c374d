"""The record types of the witness.

Every record carries `seq` (its place in the order of writing), `mono_s` and `wall_s` (the moment of
what it tells: the arrival of the frame, seconds) and `connection` (the number of the client
connection, 0 where there is none). Numbers that an exchange or a bot wrote stay text, to the byte.
Keys, signatures and tokens are never part of a record.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar

from chaostrading.core.errors import InvalidInput

__all__ = [
    "ConnectionEvent",
    "LeaseEvent",
    "MarketSlice",
    "MessageRecord",
    "Record",
    "RequestRecord",
    "Sample",
    "Touch",
    "from_json",
    "to_json",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """Which lease changed a frame, and how."""

    lease: str
    fault: str
    fate: str
    """Name of the fate in lower case: delay, hold, answer, replace, drop, close, reset, drip."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What all records have."""

    kind: ClassVar[str] = ""
    seq: int
    mono_s: float
    wall_s: float
    connection: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestRecord(Record):
    """One HTTP request and what became of it. WS-API requests are recorded the same way."""

    kind: ClassVar[str] = "request"
    protocol: str = "http"
    """`http`, or `ws` for a request sent as a WebSocket message (WS-API)."""
    method: str = ""
    path: str = ""
    query: str = ""
    """The query with key, signature and token values replaced by `***`."""
    meaning: dict[str, Any] = field(default_factory=dict)
    """`venues.base.Meaning` of the request as a dict without empty fields."""
    outcome: str = "pending"
    """pending, answered, dropped (never answered), client_gone, upstream_failed, reset."""
    status: int = 0
    """Status that the client received, 0 for none."""
    code: str = ""
    """The venue's error code that the client received, e.g. `-1003`; empty where none."""
    retry_after_s: float | None = None
    """How long the answer told the client to stay away, in seconds from the answer."""
    used_weight: int | None = None
    forwarded_s: float | None = None
    """Monotonic time at which the request left for the exchange; None: never forwarded."""
    upstream_status: int = 0
    """Status of the exchange itself, 0 where it never answered."""
    upstream_latency_s: float | None = None
    answered_s: float | None = None
    """Monotonic time at which the last byte of the answer went to the client."""
    answer: dict[str, Any] = field(default_factory=dict)
    """What the exchange's answer means (order id, status, executed), without empty fields."""
    touched: tuple[Touch, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageRecord(Record):
    """One WebSocket message: all client messages, private events, control frames, touched ones."""

    kind: ClassVar[str] = "message"
    direction: str = "down"
    """`up` from the client, `down` from the exchange."""
    opcode: str = "text"
    """text, binary, ping, pong, close."""
    path: str = ""
    stream: str = ""
    size: int = 0
    meaning: dict[str, Any] = field(default_factory=dict)
    code: int | None = None
    """Close code of a close frame."""
    touched: tuple[Touch, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MarketSlice(Record):
    """Untouched market data of one stream on one connection within 100 ms."""

    kind: ClassVar[str] = "market"
    stream: str = ""
    symbol: str = ""
    count: int = 0
    bytes: int = 0
    event_time_ms: int | None = None
    """Newest event time in the slice, as the exchange stamped it."""
    price: str = ""
    """Last price in the slice (for a book ticker: the bid), as text."""
    sequence: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectionEvent(Record):
    """What happened to a client connection."""

    kind: ClassVar[str] = "connection"
    event: str = ""
    """opened, upgraded, subscribed, refused, upstream_failed, closed."""
    protocol: str = "http"
    path: str = ""
    by: str = ""
    """Who did it: client, upstream, fault, proxy."""
    how: str = ""
    """fin, rst, close_frame, timeout, status."""
    code: int | None = None
    """Close code or HTTP status where there is one."""
    touched: tuple[Touch, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaseEvent(Record):
    """A fault came into force or went."""

    kind: ClassVar[str] = "lease"
    event: str = ""
    """armed or ended."""
    lease: str = ""
    fault: str = ""
    owner: str = ""
    reason: str = ""
    """Why it ended: removed, duration, max_hits, owner_silent, lever, shutdown."""
    hits: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample(Record):
    """One reading of the recorder: named numbers of the target, the proxy and the exchange."""

    kind: ClassVar[str] = "sample"
    values: dict[str, Any] = field(default_factory=dict)


_TYPES: dict[str, type[Record]] = {
    cls.kind: cls
    for cls in (RequestRecord, MessageRecord, MarketSlice, ConnectionEvent, LeaseEvent, Sample)
}


_NAMES = {cls: tuple(item.name for item in fields(cls)) for cls in _TYPES.values()}


def to_json(record: Record) -> dict[str, Any]:
    """Turn a record into a JSON-able dict with its kind first. What it holds is not copied: most
    records are written down at once, a thousand times a second."""
    row: dict[str, Any] = {"kind": record.kind}
    for name in _NAMES[type(record)]:
        row[name] = getattr(record, name)
    if row.get("touched"):
        row["touched"] = [asdict(touch) for touch in row["touched"]]
    return row


def from_json(row: dict[str, Any]) -> Record:
    """Read a record back. Fields of a newer version are ignored; an unknown kind is refused."""
    kind = row.get("kind")
    cls = _TYPES.get(str(kind))
    if cls is None:
        raise InvalidInput(f"record: kind must be one of {', '.join(_TYPES)}, was {kind!r}")
    names = {item.name for item in fields(cls)}
    values = {name: value for name, value in row.items() if name in names}
    if "touched" in values:
        values["touched"] = tuple(Touch(**touch) for touch in values["touched"])
    return cls(**values)
