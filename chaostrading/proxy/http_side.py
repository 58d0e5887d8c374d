"""HTTP/1.1 on a link: one request at a time, forwarded byte for byte, its fates carried out.

Bytes go on as they arrive, unless a lease wants to see the request or the answer whole; then the
message is collected first. What a client sends ahead of the answer to its request waits here.
"""

import json

from chaostrading.faults.base import Close, Replace
from chaostrading.proxy.answers import Answers
from chaostrading.proxy.errands import RequestParcel
from chaostrading.proxy.heads import (
    HEAD_END,
    LARGEST_HEAD,
    BadMessage,
    Head,
    answer_bytes,
    body_of,
    content,
    readable,
    with_header,
    without_headers,
)
from chaostrading.proxy.inflight import Inflight, Told, touch
from chaostrading.proxy.intake import Intake
from chaostrading.proxy.lease import Lease
from chaostrading.proxy.link import Link
from chaostrading.records.types import Touch

__all__ = ["HttpSide"]

_AHEAD = 64 * 1024
"""Bytes that a client may send ahead of the answer to its request."""
_SIMPLE_ROLES = ("market", "rules", "time", "other")
"""What nobody counts, and tells nothing of an order."""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class HttpSide:
    """What is spoken on a link until it is upgraded."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.relay = link.relay
        self._now = link.clock.monotonic
        self._wall = link.clock.wall
        self._known = link.relay.heads.known_request
        self.request: Inflight | None = None
        """The request that is being served."""
        self.answers = Answers(self)
        self.from_upstream = self.answers.from_upstream
        self.mute = False
        """A fault has swallowed a request or an answer, and the client waits."""
        self.blind = False
        """Bytes are handed on unread, because they are no HTTP."""
        self.said_continue = False
        """We have asked for the request's body ourselves."""
        self.ahead = b""
        self._intake: Intake | None = None
        """The body of a request that is not whole yet."""
        self._answered = False
        """The answer has gone, while the request's body still comes."""
        self._client_left = False

    @property
    def busy(self) -> bool:
        request = self.request
        return request is not None and request.forwarded_s is not None and not request.upstream

    @property
    def owes_client(self) -> bool:
        """Whether an answer is on its way to the client, so that an end has to wait for it."""
        return self.mute or (self.request is not None and self.request.upstream is not None)

    def from_client(self, data: bytes) -> None:
        if self.request is None and not self.ahead and not self.blind:
            head = self._known(data)
            if head is not None:  # seen before, and no more and no less than a head
                if not head.simple or not self._begin_simple(head):
                    self._begin(head, b"")
                return
        if self.blind:
            self.link.up.write(data)
            return
        if self._intake is not None:
            data = self._take_body(self._intake, data)
            if not data:
                return
        if self.ahead:
            data = self.ahead + data
            self.ahead = b""
        if self.request is None:
            self._next(data)
        else:
            self.ahead = data
            self.link.client.stop("it sends ahead", len(data) > _AHEAD)

    def _next(self, data: bytes) -> None:
        blank = len(data) - len(data.lstrip(b"\r\n")) if data[:1] in (b"\r", b"\n") else 0
        at = data.find(HEAD_END, blank)
        if at < 0:
            if len(data) > LARGEST_HEAD:
                self._go_blind(data)
            else:
                self.ahead = data
            return
        end = at + len(HEAD_END)
        try:
            head = self.relay.heads.request(data if end == len(data) else data[:end])
        except BadMessage:
            self._go_blind(data)
        else:
            self._begin(head, data[end:])

    def _go_blind(self, data: bytes) -> None:
        """What is no HTTP is handed on unread; the exchange will say what it thinks of it."""
        self.blind = True
        self.link.up.write(data)
        self.link.open_upstream()

    def _begin_simple(self, head: Head) -> bool:
        """Take the short way with a request that nobody may touch; False if there may be somebody.

        Most requests go this way. It does what `_begin` and `forward` do, in one step."""
        link, relay, table = self.link, self.relay, self.relay.table
        upstream = link.upstream
        if upstream is None or upstream.over or not head.role or relay.host_header is not None:
            return False
        if table.in_force:
            if head.plan_of != table.version:
                head.plan = table.plan(head.method, head.path, count=0)
                head.plan_of = table.version
            plan = head.plan
            if plan.request or plan.answer:
                return False
            plan.seen += 1
        link.path = head.path
        self.mute = self._answered = self.said_continue = False
        now_s = self._now()
        request = self.request = Inflight(
            link.number, now_s, self._wall(), head.method, head.path, head.query, head
        )
        request.role = head.role
        request.forwarded_s = now_s
        request.simple = head.role in _SIMPLE_ROLES and head.method != "HEAD"
        relay.witness.pending[request] = None
        relay.stats.arrived(request)
        link.up.write(head.raw)
        return True

    def _begin(self, head: Head, rest: bytes) -> None:
        link, relay = self.link, self.relay
        link.path = head.path
        self.mute = self._answered = self.said_continue = False
        if link.upstream is not None and link.upstream.over:
            link.drop_upstream()
        request = self.request = Inflight(
            link.number, self._now(), self._wall(), head.method, head.path, head.query, head
        )
        request.role = head.role or relay.stats.role(head.method, head.path)
        head.role = request.role
        relay.witness.begin(request)
        relay.stats.arrived(request)
        leases: tuple[Lease, ...] = ()
        outgoing = self._outgoing(head)
        if relay.table.in_force:
            plan = relay.table.plan(head.method, head.path)
            leases = plan.request
            if plan.answer:
                outgoing = readable(outgoing)
        if head.framing == "none":
            self.ahead = rest
            if leases:
                self._decide(request, outgoing, b"", leases)
            else:
                request.forwarded_s = request.mono_s
                self.forward(request, outgoing)
            return
        if leases and head.expects:  # nobody else can ask for the body that has to be seen
            link.down.write(_CONTINUE)
            self.said_continue = True
        self._intake = Intake(body_of(head), outgoing if leases else None, leases)
        if not leases:
            self.forward(request, outgoing)
        if rest:
            self.from_client(rest)

    def _outgoing(self, head: Head) -> bytes:
        """The head as it goes to the exchange."""
        raw = head.raw
        if self.relay.host_header is not None:
            raw = with_header(raw, b"Host", self.relay.host_header)
        if head.upgrade:
            raw = without_headers(raw, b"sec-websocket-extensions")
        return raw

    def _take_body(self, intake: Intake, data: bytes) -> bytes:
        """Take the request's body in; give what follows it."""
        request = self.request
        assert request is not None
        try:
            onward, end, whole = intake.take(data)
        except BadMessage:
            self._go_blind(intake.give_up() + data)
            return b""
        if onward:
            self.forward(request, onward)
        if whole:
            self._body_whole(request, intake)
        return data[end:]

    def _body_whole(self, request: Inflight, intake: Intake) -> None:
        self._intake = None
        request.body = raw_body = intake.raw_body()
        collected = intake.whole()
        if collected is not None and request.head is not None:
            self._decide(request, collected, content(request.head, raw_body), intake.leases)
        elif self._answered:
            self._done()

    def _decide(
        self, request: Inflight, outgoing: bytes, body: bytes, leases: tuple[Lease, ...]
    ) -> None:
        link, head = self.link, request.head
        assert head is not None
        frame = link.frame(
            "request",
            method=request.method,
            query=request.query,
            headers=head.headers,
            payload=body,
            upgrade=head.upgrade,
            meaning=request.meaning(self.relay.venue),
        )
        request.throws = {}
        found = link.ask(frame, leases, request.throws)
        if found is None:
            self.forward(request, outgoing)
            return
        touched = touch(*found)
        request.touched += (touched,)
        link.act(RequestParcel(self, request, outgoing, touched), *found)

    def forward(self, request: Inflight, data: bytes) -> None:
        """Send a request, or a piece of one, to the exchange."""
        if request is not self.request:
            return
        if request.forwarded_s is None:
            request.forwarded_s = self._now()
        self.link.up.write(data)
        if self.link.upstream is None:
            self.link.open_upstream()

    def finish(
        self,
        request: Inflight,
        outcome: str,
        status: int | None = None,
        now_s: float | None = None,
    ) -> None:
        """A request has come to its end; `status` is the client's if it is not the exchange's."""
        if request is not self.request or request.outcome != "pending":
            return
        if self._client_left and outcome in ("answered", "upstream_failed"):
            outcome, status = "client_gone", 0
        request.outcome = outcome
        if outcome in ("answered", "upstream_failed"):
            now_s = self._now() if now_s is None else now_s
            upstream_status = request.upstream.status if request.upstream else 0
            request.status = upstream_status if status is None else status
            if request.status:
                request.answered_s = now_s
                self.relay.stats.answered(request, now_s)
        self.relay.witness.finish(request)
        if self._intake is None:
            self._done()
        else:
            self._answered = True

    def finish_simple(self, request: Inflight, head: Head, data: bytes, now_s: float) -> bool:
        """Take the short way to the end of a simple request that this was the whole answer to;
        False if there is more to it than that."""
        if self.blind or self._client_left or self.link.owed_end is not None:
            return False
        request.whole = (head, data)
        request.outcome = "answered"
        request.status = head.status
        request.answered_s = now_s
        self.relay.stats.answered(request, now_s)
        self.relay.witness.finish(request)
        self.request = None
        if self.ahead:
            self._done()
        return True

    def _done(self) -> None:
        self.request = None
        self.answers.clear()
        link = self.link
        if link.owed_end is not None and not self.mute:
            link.pass_end("down", link.owed_end)
        elif self._client_left and not link.ended:
            link.finish("client", "fin")
        elif self.ahead:
            link.client.stop("it sends ahead", False)
            link.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        if self.request is None and self.ahead and not self.link.ended:
            ahead, self.ahead = self.ahead, b""
            self._next(ahead)

    def client_gone(self) -> None:
        self._client_left = True
        if self._intake is not None:  # it will never be whole: hand on what there is
            intake, self._intake = self._intake, None
            if self.request is not None and (rest := intake.give_up()):
                self.forward(self.request, rest)
        if self.request is not None and not self.busy and self.link.up.empty:
            self.finish(self.request, "client_gone")

    def upstream_gone(self) -> None:
        self.answers.ended()

    def upstream_failed(self, error: str) -> None:
        request = self.request
        body = json.dumps({"error": f"upstream {self.relay.upstream} failed: {error}"}).encode()
        headers = (("Content-Type", "application/json"),)
        raw = answer_bytes(502, headers, body, close=True, bodyless=False)
        if request is not None:
            self.link.down.write(raw)
            request.given = Told(status=502, body=body)
            self.finish(request, "upstream_failed", 502)
        self.link.finish("proxy", "status", 502)

    def cut(self, outcome: str, touched: Touch) -> None:
        if self.request is not None:
            self.request.touched += (touched,)
            self.finish(self.request, outcome)

    def last_words(self, fate: Close) -> bytes:
        return b""

    def inject(self, fate: Replace, touched: Touch) -> None:
        """HTTP has no messages; there is nothing to inject."""

    def leases_changed(self) -> None:
        """Leases are looked up for every request."""

    def flush(self) -> None:
        """Nothing is summed up."""
