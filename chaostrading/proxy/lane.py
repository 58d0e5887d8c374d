"""One direction of one connection: keeps order, delays, never sends early, gives back at once."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

from chaostrading.core.clock import Clock
from chaostrading.proxy.alarm import Cancellable, Timers

__all__ = ["LARGEST_QUEUE", "Holder", "Lane"]

LARGEST_QUEUE = 64 * 1024 * 1024
"""Bytes that may wait in one direction of one connection. Above it the sender is no longer read
from, so that a delay of a faster stream than this grows longer than it was asked to be."""

Action = Callable[[], float | None]
"""What happens when an item's turn has come. A returned time asks for another turn then, before
everything that waits behind."""


class Holder(Protocol):
    """A lease, as far as a lane is concerned: it is told of what waits on its behalf."""

    def took(self) -> None:
        """Something waits because of the lease."""

    def gave_back(self) -> None:
        """It does not wait any more."""


class _Item:
    __slots__ = ("action", "due_s", "holder", "size")

    def __init__(self, action: Action, due_s: float, size: int, holder: Holder | None) -> None:
        self.action = action
        self.due_s = due_s
        self.size = size
        self.holder = holder


class Lane:
    """What travels in one direction. Without delays it is one call to the transport."""

    def __init__(self, timers: Timers, clock: Clock, crowded: Callable[[bool], None]) -> None:
        self.transport: asyncio.Transport | None = None
        """Where it goes; while there is none, what is sent waits."""
        self.closed = False
        self._timers = timers
        self._clock = clock
        self._crowded = crowded
        self._is_crowded = False
        self._items: deque[_Item] = deque()
        self._bytes = 0
        self._timer: Cancellable | None = None
        self._running = False
        self._early: list[bytes] = []

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._items

    def write(self, data: bytes) -> None:
        """Send bytes behind everything that waits."""
        if self._items and not self._running:
            self.put(partial(self._send, data), size=len(data))
        elif self.transport is None or self.closed:
            self._send(data)
        else:
            self.transport.write(data)

    def _send(self, data: bytes) -> None:
        if self.closed:
            return
        if self.transport is not None:
            self.transport.write(data)
            return
        self._early.append(data)
        self._bytes += len(data)
        self._check_crowd()

    def put(
        self, action: Action, due_s: float = 0.0, size: int = 0, holder: Holder | None = None
    ) -> None:
        """Let something happen at `due_s` (monotonic), behind everything that waits already."""
        if self.closed:
            return
        self._items.append(_Item(action, due_s, size, holder))
        self._bytes += size
        if holder is not None:
            holder.took()
        self._check_crowd()
        if not self._running and self._timer is None:
            self.run()

    def run(self) -> None:
        """Do what is due."""
        if self._running:
            return
        self._running = True
        try:
            while self._items:
                item = self._items[0]
                left_s = item.due_s - self._clock.monotonic()
                if left_s > 0:  # also when a timer was early, as uvloop's may be
                    self._timer = self._timers.call_later(left_s, self._on_timer)
                    break
                self._items.popleft()
                self._bytes -= item.size
                again_s = item.action()
                if again_s is not None and not self.closed:
                    item.due_s, item.size = again_s, 0
                    self._items.appendleft(item)
                elif item.holder is not None:
                    item.holder.gave_back()
        finally:
            self._running = False
        self._check_crowd()

    def _on_timer(self) -> None:
        self._timer = None
        self.run()

    def release(self, holder: Holder) -> None:
        """Make due at once what waits because of this lease."""
        for item in self._items:
            if item.holder is holder:
                item.due_s = 0.0
        self._cancel_timer()
        self.run()

    def attach(self, transport: asyncio.Transport) -> None:
        """Say where it goes, and send what waited for that."""
        self.transport = transport
        early, self._early = self._early, []
        self._bytes -= sum(map(len, early))
        for data in early:
            transport.write(data)
        self._check_crowd()

    def close(self) -> None:
        """Forget what waits. Nothing is sent any more."""
        self.closed = True
        self._cancel_timer()
        while self._items:
            item = self._items.popleft()
            if item.holder is not None:
                item.holder.gave_back()
        self._early.clear()
        self._bytes = 0

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _check_crowd(self) -> None:
        crowded = self._bytes > LARGEST_QUEUE
        if crowded != self._is_crowded:
            self._is_crowded = crowded
            self._crowded(crowded)
