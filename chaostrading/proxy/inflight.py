"""A request on its way: what the witness will say of it once it has come to an end."""

import functools
from typing import Any

from chaostrading.faults.base import Fate
from chaostrading.proxy.heads import Head, content, plain_content
from chaostrading.proxy.lease import Lease, Throws
from chaostrading.proxy.redaction import safe, safe_query
from chaostrading.records.types import RequestRecord, Touch
from chaostrading.venues.base import Meaning, Venue, meaning_to_json

__all__ = ["LARGEST_READ", "LARGEST_SIMPLE", "Inflight", "Told", "meaning_row", "touch"]

LARGEST_READ = 256 * 1024
"""Bytes of a body above which nobody looks into it to see what it means."""
LARGEST_SIMPLE = 4 * 1024
"""The same for the answer to a simple request: a good one of this size is a table of data, and
many of them are kept."""


def touch(lease: Lease, fate: Fate) -> Touch:
    """The note on a record that this lease gave the frame this fate."""
    return _touch(lease.id, lease.request.fault, type(fate).__name__.lower())


@functools.lru_cache(maxsize=256)
def _touch(lease: str, fault: str, fate: str) -> Touch:
    return Touch(lease=lease, fault=fault, fate=fate)


def meaning_row(meaning: Meaning) -> dict[str, Any]:
    """The meaning without empty fields and without listen keys."""
    row = meaning_to_json(meaning)
    for name in ("endpoint", "stream"):
        if name in row:
            row[name] = safe(row[name])
    if "streams" in row:
        row["streams"] = tuple(safe(name) for name in row["streams"])
    return row


class Told:
    """An answer: head and raw body over HTTP, or what it means where that is known already."""

    __slots__ = ("body", "head", "meaning", "status")

    def __init__(
        self, status: int, head: Head | None = None, body: bytes = b"",
        meaning: Meaning | None = None,
    ) -> None:  # fmt: skip
        self.status = status
        self.head = head
        self.body = body
        self.meaning = meaning

    def read(self, venue: Venue, request: Meaning, now_ms: int) -> Meaning:
        """What the answer says, added to what the request meant."""
        if self.meaning is None:
            plain: bytes | None = b""
            if self.head is not None and self.body:
                plain = plain_content(self.head, content(self.head, self.body), LARGEST_READ)
            headers = self.head.lower if self.head is not None else {}
            self.meaning = venue.read_answer(request, self.status, headers, plain or b"", now_ms)
            self.body = b""
        return self.meaning


class Inflight:
    """One request from its arrival to its end. It reads what things mean when asked, not before."""

    protocol = "http"
    body = b""
    role = ""
    """Its role by its endpoint alone."""
    simple = False
    """It went the short way to the exchange, and its answer may come the same way."""
    seq = 0
    outcome = "pending"
    status = 0
    forwarded_s: float | None = None
    answered_s: float | None = None
    upstream: Told | None = None
    """What the exchange answered."""
    whole: tuple[Head, bytes] | None = None
    """In place of `upstream`, where nobody has looked at it yet: the head of the answer and all of
    its bytes."""
    upstream_s: float | None = None
    """Monotonic time at which its answer began to arrive."""
    given: Told | None = None
    """What the client was answered, where that is something else."""
    touched: tuple[Touch, ...] = ()
    throws: Throws | None = None
    _meaning: Meaning | None = None

    def __init__(
        self, connection: int, mono_s: float, wall_s: float, method: str, path: str,
        query: str = "", head: Head | None = None,
    ) -> None:  # fmt: skip
        self.connection = connection
        self.mono_s = mono_s
        self.wall_s = wall_s
        self.method = method
        self.path = path
        self.query = query
        self.head = head

    @classmethod
    def over_websocket(
        cls, connection: int, mono_s: float, wall_s: float, path: str, meaning: Meaning
    ) -> "Inflight":
        """A request that is a message on a WebSocket."""
        request = cls(connection, mono_s, wall_s, "", path)
        request.protocol = "ws"
        request.role = meaning.role
        request._meaning = meaning
        return request

    def meaning(self, venue: Venue) -> Meaning:
        """What the request means."""
        if self._meaning is None:
            head = self.head
            if head is not None and head.framing == "none":
                if head.meaning is None:
                    head.meaning = venue.read_request(self.method, self.path, self.query, b"")
                self._meaning = head.meaning
            else:
                plain = content(head, self.body) if head is not None else self.body
                self._meaning = venue.read_request(self.method, self.path, self.query, plain)
            self.body = b""
        return self._meaning

    def accepted(self, venue: Venue) -> bool:
        """Whether the exchange took it: a good status and no error code in the answer."""
        if self.upstream is None or not 200 <= self.upstream.status < 300:
            return False
        return not self.upstream.read(venue, self.meaning(venue), self._now_ms()).code

    def _now_ms(self) -> int:
        later_s = (self.upstream_s or self.mono_s) - self.mono_s
        return int((self.wall_s + later_s) * 1000)

    def record(self, venue: Venue) -> RequestRecord:
        """The record of it, as things stand."""
        if self.whole is not None:
            head, raw = self.whole
            self.upstream, self.whole = Told(head.status, head, raw[len(head.raw) :]), None
        meaning = self.meaning(venue)
        now_ms = self._now_ms()
        upstream = self.upstream.read(venue, meaning, now_ms) if self.upstream else None
        told, weight = (self.given or self.upstream) if self.status else None, None
        given = told.read(venue, meaning, now_ms) if told else None
        if told is not None and told.head is not None:
            weight = venue.used_weight(told.head.lower)
        latency_s = None
        if self.upstream_s is not None and self.forwarded_s is not None:
            latency_s = self.upstream_s - self.forwarded_s
        return RequestRecord(
            seq=self.seq,
            mono_s=self.mono_s,
            wall_s=self.wall_s,
            connection=self.connection,
            protocol=self.protocol,
            method=self.method,
            path=safe(self.path),
            query=safe_query(venue, self.query),
            meaning=meaning_row(meaning),
            outcome=self.outcome,
            status=self.status,
            code=given.code if given else "",
            retry_after_s=given.retry_after_s if given else None,
            used_weight=weight,
            forwarded_s=self.forwarded_s,
            upstream_status=self.upstream.status if self.upstream else 0,
            upstream_latency_s=latency_s,
            answered_s=self.answered_s,
            answer=meaning_row(upstream) if upstream else {},
            touched=self.touched,
        )
