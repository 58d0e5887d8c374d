"""What may be asked of a lease: the parameters that every fault has in common."""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from chaostrading.core.errors import InvalidInput, unknown_name

if TYPE_CHECKING:
    from chaostrading.faults.base import Frame

__all__ = ["LeaseRequest", "Scope"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Which frames a lease may touch. Every part is a shell pattern (`*`, `?`, `[ab]`); "" matches
    all. A frame must match all parts that are set."""

    method: str = ""
    """HTTP methods, separated by commas: `POST,DELETE`."""
    path: str = ""
    """Path without the query: `/api/v3/order`, `/api/v3/*`, `/ws*`."""
    stream: str = ""
    """Stream name: `btcusdt@*`. A connection-wide frame (tick, ping, fin) matches if the
    connection carries such a stream."""
    symbol: str = ""
    """Symbol in the venue's spelling: `BTCUSDT`."""
    side: str = ""
    """`BUY` or `SELL`, of orders."""
    role: str = ""
    """`Meaning.role`s, separated by commas: `order,cancel`."""
    connection: int = 0
    """Number of one client connection, 0 for all."""
    direction: Literal["", "up", "down"] = ""

    def matches(self, frame: "Frame") -> bool:
        """Whether the lease may touch this frame."""
        meaning = frame.meaning
        return (
            (not self.connection or self.connection == frame.connection)
            and (not self.direction or self.direction == frame.direction)
            and _one_of(self.method, frame.method)
            and (not self.path or fnmatch.fnmatchcase(frame.path, self.path))
            and (not self.stream or self._matches_stream(frame))
            and (not self.symbol or fnmatch.fnmatchcase(meaning.symbol, self.symbol))
            and (not self.side or self.side == meaning.side)
            and _one_of(self.role, meaning.role)
        )

    def _matches_stream(self, frame: "Frame") -> bool:
        own = (frame.stream,) if frame.stream else frame.streams
        return any(fnmatch.fnmatchcase(stream, self.stream) for stream in own)


def _one_of(allowed: str, value: str) -> bool:
    return not allowed or value in allowed.split(",")


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaseRequest:
    """A fault to put in force. Times are seconds."""

    fault: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    scope: Scope = Scope()
    share: float = 1.0
    """Part of the matching frames to touch, 0..1."""
    mode: Literal["random", "alternate", "nth", "per_intent"] = "random"
    """How the share is chosen: seeded dice per frame; every second; every `every`-th; seeded dice
    per order intent (client id), so that all attempts of one intent meet the same fate."""
    every: int = 2
    seed: int = 0
    start_s: float = 0.0
    """Delay from arming to being in force."""
    duration_s: float = 30.0
    """How long the fault is in force; the proxy ends it by itself."""
    max_hits: int = 0
    """End after so many touched frames, 0 for no limit."""
    ttl_s: float = 3.0
    """The owner must renew within this time, else the proxy ends the lease."""
    existing_connections: bool = True
    """False: only connections opened after arming are touched."""
    owner: str = ""

    def __post_init__(self) -> None:
        _within("share", self.share, 0.0, 1.0)
        _within("every", self.every, 1, 1_000_000)
        _within("start_s", self.start_s, 0.0, 3_600.0)
        _within("duration_s", self.duration_s, 0.001, 86_400.0)
        _within("max_hits", self.max_hits, 0, 10**9)
        _within("ttl_s", self.ttl_s, 0.5, 86_400.0)
        if self.mode not in ("random", "alternate", "nth", "per_intent"):
            raise unknown_name("mode", self.mode, ("random", "alternate", "nth", "per_intent"))

    @classmethod
    def from_json(cls, row: object) -> "LeaseRequest":
        """Read a request body. Raises InvalidInput naming the field, the rule and the value."""
        values = _object("lease", row, {item.name for item in fields(cls)})
        if not isinstance(values.get("fault"), str) or not values["fault"]:
            raise InvalidInput(f"lease: fault must be a name, was {values.get('fault')!r}")
        scope = _object("scope", values.pop("scope", {}), {item.name for item in fields(Scope)})
        for name, value in scope.items():
            _typed(f"scope: {name}", value, int if name == "connection" else str)
        parameters = values.pop("parameters", {})
        if not isinstance(parameters, dict):
            raise InvalidInput(f"lease: parameters must be an object, was {parameters!r}")
        types: dict[str, type] = {
            "share": float, "every": int, "seed": int, "start_s": float, "duration_s": float,
            "max_hits": int, "ttl_s": float, "existing_connections": bool, "fault": str,
            "mode": str, "owner": str,
        }  # fmt: skip
        for name, value in values.items():
            _typed(f"lease: {name}", value, types[name])
        return cls(parameters=parameters, scope=Scope(**scope), **values)


def _object(thing: str, row: object, known: set[str]) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise InvalidInput(f"{thing}: must be a JSON object, was {row!r}")
    for name in row:
        if name not in known:
            raise unknown_name(f"{thing} field", name, known)
    return dict(row)


def _typed(thing: str, value: object, kind: type) -> None:
    allowed = (int, float) if kind is float else kind
    if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
        raise InvalidInput(f"{thing} must be of type {kind.__name__}, was {value!r}")


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InvalidInput(f"lease: {name} must be within {low:g}..{high:g}, was {value!r}")
