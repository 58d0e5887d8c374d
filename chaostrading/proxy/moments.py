"""Parcels that carry no bytes: a new connection, the end of a half, a tick."""

from typing import TYPE_CHECKING, Literal

from chaostrading.faults.base import Answer, Drip, Replace
from chaostrading.proxy.heads import answer_bytes
from chaostrading.proxy.lease import Lease
from chaostrading.records.types import Touch

if TYPE_CHECKING:
    from chaostrading.proxy.link import Link

__all__ = ["ConnectParcel", "FinParcel", "How", "TickParcel"]

How = Literal["fin", "rst"]


class _Moment:
    """What all of them have: nothing to send, nothing to lose."""

    size = 0

    def __init__(self, link: "Link", touched: Touch) -> None:
        self.link = link
        self.lane = link.down
        self.touched = touched
        self.arrived_s = link.clock.monotonic()

    def forward(self) -> None:
        """Nothing to send."""

    def answer(self, fate: Answer) -> None:
        self.forward()

    def replace(self, fate: Replace) -> None:
        self.forward()

    def drip(self, fate: Drip, lease: Lease) -> None:
        self.forward()

    def vanish(self) -> None:
        """It did not happen, as far as the other leg can tell."""

    def first_bytes(self, count: int) -> bytes:
        return b""

    def cut(self, outcome: str) -> None:
        self.link.side.cut(outcome, self.touched)


class ConnectParcel(_Moment):
    """A client has opened a connection. Dropped, it stays open and mute."""

    def __init__(self, link: "Link", early: list[bytes], touched: Touch) -> None:
        super().__init__(link, touched)
        self._early = early

    def forward(self) -> None:
        self.link.start_reading(self._early)

    def answer(self, fate: Answer) -> None:
        """The answer goes out unasked, and the connection ends."""
        link = self.link
        link.down.write(
            answer_bytes(fate.status, fate.headers, fate.body, close=True, bodyless=False)
        )
        link.finish("fault", "status", fate.status, self.touched)


class FinParcel(_Moment):
    """One side has ended its connection. Dropped, the other side is not told."""

    def __init__(
        self, link: "Link", direction: Literal["up", "down"], how: How, touched: Touch
    ) -> None:
        super().__init__(link, touched)
        self._direction = direction
        self._how = how
        self.lane = link.up if direction == "up" else link.down

    def forward(self) -> None:
        self.link.pass_end(self._direction, self._how)

    def vanish(self) -> None:
        self.link.swallow_end(self._direction)


class TickParcel(_Moment):
    """No frame at all: the moment to inject something, or to end the connection."""

    def replace(self, fate: Replace) -> None:
        self.link.side.inject(fate, self.touched)
