"""HTTP requests and answers as parcels: what each fate does to them."""

from functools import partial
from typing import TYPE_CHECKING

from chaostrading.faults.base import Answer, Drip, Replace
from chaostrading.proxy.fates import dripping
from chaostrading.proxy.heads import HEAD_END, Head, answer_bytes, framed, without_headers
from chaostrading.proxy.inflight import Inflight, Told
from chaostrading.proxy.lease import Lease
from chaostrading.records.types import Touch

if TYPE_CHECKING:
    from chaostrading.proxy.http_side import HttpSide

__all__ = ["AnswerParcel", "RequestParcel", "UpgradeParcel"]


class _Errand:
    """What requests and answers have in common: the client can be answered with something else."""

    def __init__(self, side: "HttpSide", request: Inflight, raw: bytes, touched: Touch) -> None:
        self.side = side
        self.link = side.link
        self.request = request
        self.raw = raw
        self.size = len(raw)
        self.touched = touched
        self.arrived_s = self.link.clock.monotonic()
        self.lane = self.link.up

    def answer(self, fate: Answer) -> None:
        request = self.request
        if request is not self.side.request:
            return
        close = fate.close or (request.head is not None and not request.head.keep_alive)
        raw = answer_bytes(
            fate.status, fate.headers, fate.body, close=close, bodyless=request.method == "HEAD"
        )
        if request.head is not None and request.head.upgrade:
            self.link.note(
                "refused", by="fault", how="status", code=fate.status, touched=(self.touched,)
            )
        self.give(raw, fate.status, fate.body)
        if close:
            self.link.finish("fault", "status", fate.status, self.touched)

    def give(self, raw: bytes, status: int, body: bytes) -> None:
        """Send the client an answer that is not the exchange's."""
        head = self.side.relay.heads.answer(raw[: raw.find(HEAD_END) + 4])
        # The body of what is given is read as it stands there, without any framing.
        self.request.given = Told(status=status, head=_plain(head), body=body)
        self.link.down.write(raw)
        self.side.finish(self.request, "answered", status)

    def vanish(self) -> None:
        self.side.mute = True
        self.side.finish(self.request, "dropped")

    def first_bytes(self, count: int) -> bytes:
        return self.raw[:count]

    def cut(self, outcome: str) -> None:
        self.side.finish(self.request, outcome)


def _plain(head: Head) -> Head:
    """The head of an answer whose body is neither chunked nor compressed any more."""
    plain = Head(head.raw)
    plain.status = head.status
    plain.headers = tuple(
        pair
        for pair in head.headers
        if pair[0].lower() not in ("content-encoding", "transfer-encoding")
    )
    return plain


class RequestParcel(_Errand):
    """A request that has arrived whole and has not been forwarded."""

    def forward(self) -> None:
        self.side.forward(self.request, self.raw)

    def replace(self, fate: Replace) -> None:
        body = fate.payloads[0] if fate.payloads else b""
        head = self.raw[: self.raw.find(HEAD_END) + 4]
        if fate.framing == "recompute":
            head = framed(head, len(body))
        self.side.forward(self.request, head + body)

    def drip(self, fate: Drip, lease: Lease) -> None:
        """The request itself goes up slowly."""
        self.side.forward(self.request, b"")
        at = self.raw.find(HEAD_END) + 4
        clock = self.link.clock
        action = dripping(self.lane, self.raw[:at], self.raw[at:], fate, lease, clock)
        self.lane.put(action, self.arrived_s + fate.head_s, self.size, lease)


class AnswerParcel(_Errand):
    """An answer that has arrived whole: the exchange has acted."""

    def __init__(
        self, side: "HttpSide", request: Inflight, head: Head, raw: bytes, touched: Touch,
        *, decoded: bool,
    ) -> None:  # fmt: skip
        super().__init__(side, request, raw, touched)
        self.lane = self.link.down
        self._head = head
        self._decoded = decoded

    def forward(self) -> None:
        if self.request is self.side.request:
            self.link.down.write(self.raw)
            self.side.finish(self.request, "answered")

    def replace(self, fate: Replace) -> None:
        if self.request is not self.side.request:
            return
        body = fate.payloads[0] if fate.payloads else b""
        status = self._head.status
        if fate.headers is not None:
            raw_head = answer_bytes(status, fate.headers, body, close=False, bodyless=True)
        else:
            raw_head = self._head.raw
            if self._decoded:  # a fault is given the body as plain text, and gives it back so
                raw_head = without_headers(raw_head, b"content-encoding")
        lost = fate.framing == "keep" and self._head.length not in (0, len(body))
        if lost:
            raw_head = framed(raw_head, self._head.length)
        elif fate.headers is None:
            raw_head = framed(raw_head, len(body))
        sent = b"" if self.request.method == "HEAD" else body
        self.give(raw_head + sent, status, body)
        if lost:  # with a wrong length nobody knows where the next answer begins
            self.link.finish("fault", "fin", touched=self.touched)

    def drip(self, fate: Drip, lease: Lease) -> None:
        at = len(self._head.raw)
        clock = self.link.clock
        done = partial(self.side.finish, self.request, "answered")
        action = dripping(self.lane, self.raw[:at], self.raw[at:], fate, lease, clock, done)
        self.lane.put(action, self.arrived_s + fate.head_s, self.size, lease)


class UpgradeParcel(AnswerParcel):
    """A 101: with it the connection turns to WebSocket. Until then the exchange is not read."""

    def forward(self) -> None:
        self.side.answers.upgrade(self.request, self._head)

    def replace(self, fate: Replace) -> None:
        self.forward()

    def drip(self, fate: Drip, lease: Lease) -> None:
        self.forward()

    def answer(self, fate: Answer) -> None:
        self.link.drop_upstream()
        super().answer(fate)
