"""Carry out what a fault decided about a frame."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol, assert_never

from chaostrading.core.clock import Clock
from chaostrading.faults.base import (
    Answer,
    Close,
    Delay,
    Drip,
    Drop,
    Fate,
    Hold,
    Pass,
    Replace,
    Reset,
)
from chaostrading.proxy.lane import Lane
from chaostrading.proxy.lease import Lease
from chaostrading.records.types import Touch

__all__ = ["DRIP_STEP_S", "HeldParcel", "Parcel", "Road", "carry_out", "dripping"]

DRIP_STEP_S = 0.05


class Parcel(Protocol):
    """A frame in the hands of its link, until its fate is done."""

    arrived_s: float
    lane: Lane
    """Its direction of travel."""
    size: int
    touched: Touch

    def forward(self) -> None:
        """Send it as it came."""

    def answer(self, fate: Answer) -> None:
        """Answer the client with something else."""

    def replace(self, fate: Replace) -> None:
        """Send something else in its place."""

    def vanish(self) -> None:
        """It is gone, and the connection stays."""

    def drip(self, fate: Drip, lease: Lease) -> None:
        """Send it slowly."""

    def first_bytes(self, count: int) -> bytes:
        """The first bytes of it, as they would have gone out."""

    def cut(self, outcome: str) -> None:
        """It is lost because its connection is ended by a fault (`reset` or `dropped`)."""


class Road(Protocol):
    """A link, as far as fates are concerned."""

    up: Lane
    down: Lane
    held: dict["HeldParcel", None]

    @property
    def loop(self) -> asyncio.AbstractEventLoop: ...

    @property
    def clock(self) -> Clock: ...

    def end(self, fate: Close, touched: Touch) -> None:
        """End both legs in good order."""

    def reset(self, touched: Touch, lane: Lane, data: bytes = b"") -> None:
        """RST towards the client, after these bytes on this lane."""


class HeldParcel:
    """A frame that is withheld until its lease ends or its time has come."""

    def __init__(self, road: Road, parcel: Parcel, lease: Lease, fate: Hold) -> None:
        self._road = road
        self._parcel = parcel
        self._lease = lease
        self._then = fate.then
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = 0.0
        lease.held[self] = None
        road.held[self] = None
        if fate.for_s is not None:
            self._due_s = parcel.arrived_s + fate.for_s
            self._wait()

    def _wait(self) -> None:
        left_s = self._due_s - self._road.clock.monotonic()
        if left_s > 0:
            self._timer = self._road.loop.call_later(left_s, self._wait)
        else:
            self.release()

    def release(self) -> None:
        """Let the frame go where it was to go in the end."""
        self.forget()
        parcel = self._parcel
        match self._then:
            case "pass":
                parcel.lane.put(parcel.forward, size=parcel.size)
            case "drop":
                parcel.vanish()
            case "reset":
                parcel.cut("reset")
                self._road.reset(parcel.touched, parcel.lane)
            case _:
                assert_never(self._then)

    def forget(self) -> None:
        """The connection is gone: there is nothing to give back."""
        if self._timer is not None:
            self._timer.cancel()
        self._road.held.pop(self, None)
        self._lease.let_go(self)


def carry_out(road: Road, parcel: Parcel, lease: Lease, fate: Fate) -> None:
    """Do with the frame what its fate says."""
    match fate:
        case Pass():
            parcel.lane.put(parcel.forward, size=parcel.size)
        case Delay():
            due_s = parcel.arrived_s + fate.delay_s
            parcel.lane.put(parcel.forward, due_s, parcel.size, lease)
        case Hold():
            HeldParcel(road, parcel, lease, fate)
        case Answer():
            due_s = parcel.arrived_s + fate.delay_s
            road.down.put(partial(parcel.answer, fate), due_s, len(fate.body), lease)
        case Replace():
            due_s = parcel.arrived_s + fate.delay_s
            size = sum(map(len, fate.payloads))
            parcel.lane.put(partial(parcel.replace, fate), due_s, size, lease)
        case Drop():
            parcel.vanish()
        case Close():
            parcel.cut("dropped")
            road.end(fate, parcel.touched)
        case Reset():
            parcel.cut("reset")
            road.reset(parcel.touched, parcel.lane, parcel.first_bytes(fate.sent))
        case Drip():
            parcel.drip(fate, lease)
        case _:
            assert_never(fate)


def dripping(
    lane: Lane, head: bytes, body: bytes, fate: Drip, lease: Lease, clock: Clock,
    done: Callable[[], None] = lambda: None,
) -> Callable[[], float | None]:  # fmt: skip
    """An action for a lane: the head at once, `body_s` later the body bit by bit.

    When its lease ends, all that is left goes at once."""
    sent = -1
    begun_s = 0.0

    def step() -> float | None:
        nonlocal sent, begun_s
        now_s = clock.monotonic()
        if sent < 0:
            lane.write(head)
            sent, begun_s = 0, now_s + fate.body_s
        due = len(body) if lease.ended else int((now_s - begun_s) * fate.bytes_per_s)
        until = min(len(body), max(sent, due))
        if until > sent:
            lane.write(body[sent:until])
            sent = until
        if sent >= len(body):
            done()
            return None
        return max(now_s, begun_s) + max(DRIP_STEP_S, 1.0 / fate.bytes_per_s)

    return step
