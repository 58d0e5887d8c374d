"""What a fault sees, what it may decide, and what it may know.

A fault is a frozen dataclass with one pure method `decide(frame, dice, state) -> Fate`. It never
sleeps, opens a socket, reads a clock or draws from global chance: what it needs is handed in, the
link acts. Delay counts from the frame's arrival.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from chaostrading.core.seeds import Dice
from chaostrading.venues.base import Meaning, Venue

__all__ = [
    "PASS",
    "Answer",
    "Close",
    "Delay",
    "Drip",
    "Drop",
    "Fate",
    "Fault",
    "Frame",
    "FrameKind",
    "Hold",
    "Pass",
    "Replace",
    "Reset",
    "State",
]

FrameKind = Literal[
    "connect",  # a client opened a TCP connection; nothing was read yet
    "request",  # an HTTP request has arrived whole, WebSocket upgrades included (`upgrade`)
    "answer",  # the exchange's answer to a request has arrived: the exchange HAS acted
    "message",  # a WebSocket data message, either direction
    "ping",  # a WebSocket ping, either direction
    "pong",
    "close",  # a WebSocket close frame, either direction
    "fin",  # one side ended its TCP connection; direction says which way the end travels
    "tick",  # no frame: each open connection asks about 10 times a second, and once when armed
]


@dataclass(kw_only=True, slots=True)
class Frame:
    """What crosses the proxy. Read-only for faults. Times are seconds."""

    kind: FrameKind
    venue: Venue
    direction: Literal["up", "down"] = "up"
    """`up` from client to exchange, `down` from exchange to client."""
    now_s: float
    """Monotonic time of arrival."""
    now_ms: int
    """Wall time of arrival in milliseconds."""
    connection: int = 0
    connected_s: float = 0.0
    """Monotonic time at which the client connection was opened, or became a WebSocket."""
    address: str = ""
    """IP address of the client."""
    websocket: bool = False
    """The connection speaks WebSocket (true from its upgrade on)."""
    upgrade: bool = False
    """The request asks for an upgrade to WebSocket."""
    method: str = ""
    path: str = ""
    query: str = ""
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    payload: bytes = b""
    """Body of a request or answer, payload of a message or control frame."""
    meaning: Meaning = field(default_factory=Meaning)
    """Of the frame; for an answer: what the request meant, and what the answer fills in."""
    stream: str = ""
    streams: tuple[str, ...] = ()
    """Streams that the connection is subscribed to at this moment."""


@dataclass(kw_only=True, slots=True)
class State:
    """What a fault remembers between frames: per connection, per address or per lease."""

    armed_s: float
    """Monotonic time at which the lease came into force (after its `start_s`)."""
    hits: int = 0
    """Frames that this lease has touched so far, over all states."""
    memory: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pass:
    """The frame goes on untouched; the next lease is asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delay:
    """The frame goes on `delay_s` after its arrival; frames behind it on the connection wait."""

    delay_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """Withhold the frame until the lease ends or `for_s` after arrival, then do `then`.

    A held request is not forwarded while it is held; a held answer means that the exchange acted.
    When the client hangs up first, that is recorded and the frame is dropped."""

    for_s: float | None = None
    then: Literal["pass", "drop", "reset"] = "pass"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Answer the client with this instead. At a `request`: the exchange never sees it. At an
    `answer`: the exchange has acted. `headers` replace all but the framing ones. For a WS-API
    message the link sends `body` as one message back to the client."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay_s: float = 0.0
    close: bool = False
    """Close the connection after the answer instead of keeping it alive."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Replace:
    """Send these payloads in the frame's place: none, one or several messages; for a request or
    answer exactly one body. On a `tick` they are injected downwards. Raw bytes, not re-encoded."""

    payloads: tuple[bytes, ...]
    opcode: int | None = None
    """Another WebSocket opcode than the frame's own."""
    headers: tuple[tuple[str, str], ...] | None = None
    """For an answer: other headers than its own (framing headers excepted)."""
    framing: Literal["recompute", "keep"] = "recompute"
    """`keep` leaves a wrong Content-Length in place."""
    delay_s: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """The frame vanishes; the connection stays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Close:
    """End both legs. With a code: a close frame, then the end. Without: FIN, no close frame."""

    code: int | None = None
    reason: str = ""
    after: tuple[bytes, ...] = ()
    """Messages to send downwards before the close frame."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reset:
    """RST towards the client; the exchange's leg is closed. `sent` bytes of the frame go first."""

    sent: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Drip:
    """Send an answer slowly: the head after `head_s`, then the body at `bytes_per_s`."""

    bytes_per_s: float
    head_s: float = 0.0
    body_s: float = 0.0


Fate = Pass | Delay | Hold | Answer | Replace | Drop | Close | Reset | Drip
PASS = Pass()


class Fault(Protocol):
    """One kind of harm. Implementations are frozen dataclasses; their fields are the parameters.

    Field types are `str`, `int`, `float`, `bool` or `tuple[str, ...]`; every field has a default
    and a docstring beneath it with unit and range; `__post_init__` raises InvalidInput."""

    name: ClassVar[str]
    """The word experiments use, e.g. `http_429`."""
    catalogue: ClassVar[str]
    """Number in the catalogue, e.g. `F15`."""
    category: ClassVar[str]
    """network, exchange, data, system or trading."""
    kinds: ClassVar[frozenset[str]]
    """Frame kinds it wants to see; the link does not ask it about others."""
    state_per: ClassVar[Literal["connection", "address", "lease"]]
    refuses_connections: ClassVar[bool] = False
    """The proxy closes its listening socket while the lease is in force (ECONNREFUSED)."""

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate: ...
