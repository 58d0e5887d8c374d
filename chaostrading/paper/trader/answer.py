"""What comes back from a REST call, before and after somebody made sense of it."""

from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Answer", "Call", "Kind", "Outcome", "Priority"]

Kind = Literal[
    "ok",
    "rejected",  # the exchange refused: surely not executed
    "unknown",  # nobody knows whether it was executed
    "not_sent",  # it never left: queue, breaker, or no connection
    "shed",  # refused under overload: surely not executed
    "rate_limited",
    "banned",
    "blocked",  # web application firewall
    "clock",  # timestamp outside the window
    "filters",  # breaks a filter of the symbol
    "funds",
    "closed",  # the market does not trade
    "duplicate",  # the client id is already in use
    "not_found",
    "cancel_rejected",
]


class Priority:
    """Order of the queue: the smaller number goes first."""

    CANCEL = 0
    EXIT = 1
    QUERY = 2
    ORDER = 3
    ACCOUNT = 4
    POLL = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One REST call. `group` is the endpoint class that circuit breakers tell apart."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    signed: bool = False
    group: str = "market"
    priority: int = Priority.POLL
    patience_s: float = 4.0
    """How long it may wait in the queue before it is dropped unsent."""
    shape: type = dict
    """What the answer must be: dict or list."""
    past_breaker: bool = False
    """The kill switch does not wait for half-open probes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the wire saw. `status` is 0 when there was no answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    error: str = ""
    timed_out: bool = False
    sent: bool = True
    """False when the request surely never left this machine."""
    latency_s: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What an answer means."""

    kind: Kind
    data: Any = None
    status: int = 0
    code: int = 0
    message: str = ""
    timed_out: bool = False

    @property
    def ok(self) -> bool:
        """True when the answer can be used."""
        return self.kind == "ok"

    def words(self) -> str:
        """One line for people."""
        return f"{self.kind} status={self.status} code={self.code} {self.message}".strip()
