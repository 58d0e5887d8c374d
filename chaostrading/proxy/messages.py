"""WebSocket messages and control frames as parcels: what each fate does to them."""

from typing import TYPE_CHECKING, Literal

from chaostrading.faults.base import Answer, Drip, Replace
from chaostrading.proxy.fates import dripping
from chaostrading.proxy.frames import TEXT, build
from chaostrading.proxy.inflight import Inflight
from chaostrading.proxy.lease import Lease
from chaostrading.records.types import Touch

if TYPE_CHECKING:
    from chaostrading.proxy.ws_side import WsSide

__all__ = ["MessageParcel"]


class MessageParcel:
    """One message, or one ping, pong or close frame."""

    def __init__(
        self, side: "WsSide", direction: Literal["up", "down"], opcode: int, payload: bytes,
        raw: bytes, key: bytes, call: Inflight | None, touched: Touch,
    ) -> None:  # fmt: skip
        link = side.link
        self.arrived_s = link.clock.monotonic()
        self.lane = link.up if direction == "up" else link.down
        self.size = len(raw)
        self.touched = touched
        self._side = side
        self._direction = direction
        self._opcode = opcode
        self._payload = payload
        self._raw = raw
        self._key = key
        """The mask that the client had chosen, empty downwards."""
        self._call = call
        """The request that this message is, or answers."""

    def _went(self) -> None:
        """It has reached the side that it was meant for."""
        if self._direction == "up":
            self._side.calls.sent(self._call)
        else:
            self._side.calls.finish(self._call, "answered")

    def forward(self) -> None:
        self._side.passes_close(self._direction, self._opcode, self._payload)
        self.lane.write(self._raw)
        self._went()

    def answer(self, fate: Answer) -> None:
        """The body goes to the client as one message."""
        side = self._side
        side.link.down.write(build(TEXT, fate.body))
        given = side.saw_ours(TEXT, fate.body, self.touched)
        side.calls.finish(self._call, "answered", given)
        if fate.close:
            side.link.finish("fault", "fin", touched=self.touched)

    def replace(self, fate: Replace) -> None:
        opcode = self._opcode if fate.opcode is None else fate.opcode
        for payload in fate.payloads:
            self.lane.write(build(opcode, payload, self._key))
        if self._direction == "up":
            self._side.calls.sent(self._call)
        elif self._call is not None and fate.payloads:
            given = self._side.read("down", opcode, fate.payloads[0])
            self._side.calls.finish(self._call, "answered", given)
        elif self._call is not None:
            self._side.calls.finish(self._call, "dropped")

    def vanish(self) -> None:
        self._side.calls.finish(self._call, "dropped")

    def drip(self, fate: Drip, lease: Lease) -> None:
        clock = self._side.link.clock
        action = dripping(self.lane, b"", self._raw, fate, lease, clock, self._went)
        self.lane.put(action, self.arrived_s + fate.head_s, self.size, lease)

    def first_bytes(self, count: int) -> bytes:
        return self._raw[:count]

    def cut(self, outcome: str) -> None:
        self._side.cut(outcome, self.touched)
