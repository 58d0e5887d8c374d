"""Server-sent events: what happens, sent to whoever listens, and again to whoever missed it."""

import asyncio
import contextlib
import secrets
import threading
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from chaostrading.core.clock import Clock, iso
from chaostrading.core.files import to_json
from chaostrading.service.problems import Problem

__all__ = ["Broker", "Event", "Subscription", "stream"]

HEARTBEAT_S = 15.0
KEPT = 1_000
CLIENTS_MAX = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that happened."""

    id: str
    name: str
    data: dict[str, Any]

    def text(self) -> str:
        """As it goes over the wire."""
        head = f"id: {self.id}\n" if self.id else ""
        return f"{head}event: {self.name}\ndata: {to_json(self.data)}\n\n"


class Broker:
    """Takes events from any thread and hands them to every subscription.

    A client that is slower than the events loses the oldest ones, and is told how many; nobody
    else waits for it. The last 1000 events are kept for clients that come back.
    """

    def __init__(self, clock: Clock, *, kept: int = KEPT) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # Part of each id, so that an id of an earlier process is not taken for one of ours.
        self._epoch = secrets.token_hex(4)
        self._count = 0
        self._kept: deque[Event] = deque(maxlen=kept)
        self._subscriptions: set[Subscription] = set()
        self.closed = False

    def publish(self, name: str, /, **data: Any) -> None:
        """Tell everybody. Never blocks and never fails."""
        with self._lock:
            self._count += 1
            event = Event(
                id=f"{self._epoch}-{self._count}",
                name=name,
                data={"at": iso(self._clock.wall()), **data},
            )
            self._kept.append(event)
            for subscription in self._subscriptions:
                subscription.offer(event)

    def subscribe(self, last_id: str = "") -> "Subscription":
        """Listen from now on, or from after `last_id`. Call it in a running event loop.

        Raises Problem 429 when too many listen already."""
        with self._lock:
            if len(self._subscriptions) >= CLIENTS_MAX:
                raise Problem(429, f"at most {CLIENTS_MAX} may listen to the events, all are taken")
            subscription = Subscription(self, room=self._kept.maxlen or KEPT)
            for event in self._missed(last_id):
                subscription.offer(event)
            if self.closed:
                subscription.end()
            self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: "Subscription") -> None:
        """Hand it nothing more. Twice is as good as once."""
        with self._lock:
            self._subscriptions.discard(subscription)

    def close(self) -> None:
        """End every stream, so that the server can end."""
        with self._lock:
            self.closed = True
            for subscription in self._subscriptions:
                subscription.end()

    @property
    def clients(self) -> int:
        """How many listen."""
        return len(self._subscriptions)

    def _missed(self, last_id: str) -> list[Event]:
        if not last_id:
            return []
        ids = [event.id for event in self._kept]
        if last_id in ids:
            return list(self._kept)[ids.index(last_id) + 1 :]
        if last_id == f"{self._epoch}-0":
            return list(self._kept)
        # Too old, or of another process: how much was missed cannot be told.
        return [Event(id="", name="lost", data={"count": None}), *self._kept]


class Subscription:
    """What one client has yet to get."""

    def __init__(self, broker: Broker, *, room: int) -> None:
        self._broker = broker
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._waiting: deque[Event] = deque()
        self._room = room
        self._lost = 0
        self._ended = False

    def offer(self, event: Event) -> None:
        """Queue an event; called under the broker's lock."""
        if len(self._waiting) >= self._room:
            self._waiting.popleft()
            self._lost += 1
        self._waiting.append(event)
        self._call()

    def end(self) -> None:
        """Let the stream end after what is queued."""
        self._ended = True
        self._call()

    async def next(self, patience_s: float) -> Event | None:
        """The next event, or None after `patience_s` without one. Raises StopAsyncIteration at
        the end."""
        if not self._waiting and not self._ended:
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), patience_s)
        if self._lost:
            lost, self._lost = self._lost, 0
            return Event(id="", name="lost", data={"count": lost})
        if self._waiting:
            return self._waiting.popleft()
        if self._ended:
            raise StopAsyncIteration
        return None

    def close(self) -> None:
        """The client is gone."""
        self._broker.unsubscribe(self)

    def _call(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop of a client that is gone may be closed
            self._loop.call_soon_threadsafe(self._wake.set)


async def stream(
    subscription: Subscription, *, heartbeat_s: float = HEARTBEAT_S
) -> AsyncIterator[str]:
    """The body of the answer: events as they come, a comment whenever nothing came for 15 s."""
    try:
        yield "retry: 2000\n\n"
        while True:
            try:
                event = await subscription.next(heartbeat_s)
            except StopAsyncIteration:
                return
            yield ": still here\n\n" if event is None else event.text()
    finally:
        subscription.close()
