"""Answers of the exchange on an HTTP link: handed on as they come, or collected for a fault."""

from typing import TYPE_CHECKING

from chaostrading.proxy.errands import AnswerParcel, UpgradeParcel
from chaostrading.proxy.heads import (
    HEAD_END,
    LARGEST_HEAD,
    BadMessage,
    Head,
    body_of,
    content,
    plain_content,
)
from chaostrading.proxy.inflight import LARGEST_READ, LARGEST_SIMPLE, Inflight, Told, touch
from chaostrading.proxy.intake import LARGEST_WHOLE, Intake
from chaostrading.proxy.lease import Lease

if TYPE_CHECKING:
    from chaostrading.proxy.http_side import HttpSide

__all__ = ["Answers"]


class Answers:
    """Takes in the answer to the request that its side is serving."""

    def __init__(self, side: "HttpSide") -> None:
        self._side = side
        self._link = side.link
        self._relay = side.link.relay
        self._now = side.link.clock.monotonic
        self._known = side.link.relay.heads.known_answer
        self._head: Head | None = None
        self._intake: Intake | None = None
        self._partial = b""
        """The beginning of a head."""
        self._after_upgrade = b""
        """WebSocket bytes that came with a 101."""

    def clear(self) -> None:
        """The request is done with."""
        self._head = self._intake = None

    def from_upstream(self, data: bytes) -> None:
        """Take in what the exchange sends.

        Most answers come in one piece, may be touched by nobody, and begin with a head that was
        seen before: they are done with here, in one step. All others take the long way."""
        side = self._side
        request = side.request
        if request is not None and request.simple and not self._partial and self._intake is None:
            size = data.find(HEAD_END) + 4
            head = self._known(data[:size])
            if (
                head is not None
                and head.framing == "length"
                and len(data) == size + head.length
                and head.length <= LARGEST_SIMPLE
                and self._nobody_asks(request)
            ):
                request.upstream_s = now_s = self._now()
                self._link.down.write(data)
                if side.finish_simple(request, head, data, now_s):
                    return
                request.upstream = Told(head.status, head, data[size:])
                side.finish(request, "answered", None, now_s)
                return
        self._in_long(data)

    def _nobody_asks(self, request: Inflight) -> bool:
        """Whether no lease may touch the answer to a simple request."""
        table, asked = self._relay.table, request.head
        if not table.in_force:
            return True
        return asked is not None and asked.plan_of == table.version and not asked.plan.answer

    def _in_long(self, data: bytes) -> None:
        while data:
            request = self._side.request
            if self._intake is not None:
                data = self._take_body(self._intake, data)
            elif request is None or request.upstream is not None or self._side.blind:
                self._link.down.write(data)  # not asked for: the exchange's own business
                return
            else:
                data = self._take_head(request, data)

    def _take_head(self, request: Inflight, data: bytes) -> bytes:
        """Take in the head of an answer; give what is left to take in."""
        if self._partial:
            data = self._partial + data
            self._partial = b""
        at = data.find(HEAD_END)
        if at < 0:
            if len(data) > LARGEST_HEAD:
                return self._go_blind(request, data)
            self._partial = data
            return b""
        end = at + len(HEAD_END)
        try:
            head = self._relay.heads.answer(data if end == len(data) else data[:end])
        except BadMessage:
            return self._go_blind(request, data)
        if head.status == 101:
            if request.head is None or not request.head.upgrade:
                return self._go_blind(request, data)
            self._upgrading(request, head, data[end:])
            return b""
        if head.status < 200:
            if head.status != 100 or not self._side.said_continue:
                self._link.down.write(head.raw)
            return data[end:]
        return self._begin(request, head, data)

    def _go_blind(self, request: Inflight, data: bytes) -> bytes:
        """What is no HTTP is handed on unread, and so is all that follows it."""
        self._side.blind = True
        self._link.down.write(data)
        self._side.finish(request, "answered", 0)
        return b""

    def _begin(self, request: Inflight, head: Head, data: bytes) -> bytes:
        request.upstream_s = self._now()
        size = len(head.raw)
        leases = self._leases(request) if self._relay.table.in_force else ()
        if head.framing == "none" or request.method == "HEAD":
            self._whole(request, head, head.raw if leases else None, b"", leases, head.raw)
            return data[size:]
        if not leases and head.framing == "length" and len(data) == size + head.length:
            self._in_one_piece(request, head, data)  # as most are
            return b""
        self._head = head
        self._intake = Intake(body_of(head), head.raw if leases else None, leases)
        if not leases:
            self._link.down.write(head.raw)
        return data[size:]

    def _in_one_piece(self, request: Inflight, head: Head, data: bytes) -> None:
        self._link.down.write(data)
        if head.length <= LARGEST_READ:
            self._arrived(request, head, data[len(head.raw) :])
        else:
            self._arrived(request, head, b"")
        self._side.finish(request, "answered", None, request.upstream_s)

    def _arrived(self, request: Inflight, head: Head, raw_body: bytes) -> None:
        """Note what the exchange has answered, whatever becomes of it."""
        if request.simple and head.status < 300 and len(raw_body) > LARGEST_SIMPLE:
            raw_body = b""
        request.upstream = Told(head.status, head, raw_body)
        if request.role == "order":
            self._relay.stats.upstream_answered(request, request.upstream_s or 0.0)
        if request.head is not None and request.head.upgrade:
            self._link.note("refused", by="upstream", how="status", code=head.status)

    def _leases(self, request: Inflight) -> tuple[Lease, ...]:
        """Who may touch the answer. Asked when it comes, for leases come and go meanwhile."""
        table = self._relay.table
        if "answer" not in table.kinds:
            return ()
        return table.plan(request.method, request.path, count=0).answer

    def _take_body(self, intake: Intake, data: bytes) -> bytes:
        request, head = self._side.request, self._head
        assert request is not None
        assert head is not None
        try:
            onward, end, whole = intake.take(data)
        except BadMessage:
            return self._go_blind(request, intake.give_up() + data)
        if not whole:
            if onward:
                self._link.down.write(onward)
            return data[end:]
        self._intake = None
        self._whole(request, head, intake.whole(), intake.raw_body(), intake.leases, onward)
        return data[end:]

    def _whole(
        self, request: Inflight, head: Head, collected: bytes | None, raw_body: bytes,
        leases: tuple[Lease, ...], onward: bytes,
    ) -> None:  # fmt: skip
        """The answer is whole: hand on the end of it, or ask what is to become of it."""
        if collected is None and onward:
            self._link.down.write(onward)
        self._arrived(request, head, raw_body if len(raw_body) <= LARGEST_READ else b"")
        if collected is None:
            self._side.finish(request, "answered")
        else:
            self._decide(request, head, collected, raw_body, leases)

    def _decide(
        self, request: Inflight, head: Head, raw: bytes, raw_body: bytes,
        leases: tuple[Lease, ...],
    ) -> None:  # fmt: skip
        link, clock = self._link, self._relay.clock
        body = content(head, raw_body)
        plain = plain_content(head, body, LARGEST_WHOLE)
        meaning = request.meaning(self._relay.venue)
        if request.upstream is not None:
            meaning = request.upstream.read(self._relay.venue, meaning, int(clock.wall() * 1000))
        frame = link.frame(
            "answer",
            "down",
            method=request.method,
            path=request.path,
            query=request.query,
            status=head.status,
            headers=head.headers,
            payload=body if plain is None else plain,
            upgrade=request.head is not None and request.head.upgrade,
            meaning=meaning,
        )
        if request.throws is None:
            request.throws = {}
        found = link.ask(frame, leases, request.throws)
        if found is None:
            if head.status == 101:
                self.upgrade(request, head)
            else:
                link.down.write(raw)
                self._side.finish(request, "answered")
            return
        touched = touch(*found)
        request.touched += (touched,)
        kind = UpgradeParcel if head.status == 101 else AnswerParcel
        decoded = plain is not None
        link.act(kind(self._side, request, head, raw, touched, decoded=decoded), *found)

    def _upgrading(self, request: Inflight, head: Head, rest: bytes) -> None:
        request.upstream_s = self._now()
        self._after_upgrade = rest
        leases = self._leases(request)
        if not leases:
            self.upgrade(request, head)
            return
        if self._link.upstream is not None:
            self._link.upstream.stop("the upgrade is in question", True)
        request.upstream = Told(status=101, head=head)
        self._decide(request, head, head.raw, b"", leases)

    def upgrade(self, request: Inflight, head: Head) -> None:
        """Hand on the 101; from here on both sides speak WebSocket."""
        link, side = self._link, self._side
        if request is not side.request:
            return
        request.upstream = Told(status=101, head=head)
        link.down.write(head.raw)
        ahead, side.ahead = side.ahead, b""
        side.finish(request, "answered")
        self._relay.speak_websocket(link, request)
        upstream = link.upstream
        if upstream is not None:
            if self._after_upgrade:
                upstream.receive(self._after_upgrade)
            upstream.stop("the upgrade is in question", False)
        if ahead:
            link.client.receive(ahead)

    def ended(self) -> None:
        """The exchange has ended its connection."""
        side, request = self._side, self._side.request
        if self._partial:
            self._link.down.write(self._partial)
            self._partial = b""
        if request is None or request.upstream is not None:
            return
        intake, head = self._intake, self._head
        if intake is None or head is None:
            if request.forwarded_s is not None:
                side.finish(request, "upstream_failed")
            return
        self._intake = None
        if head.framing == "close":
            self._whole(request, head, intake.whole(), intake.raw_body(), intake.leases, b"")
        else:
            self._link.down.write(intake.give_up())
            side.finish(request, "upstream_failed", head.status)
