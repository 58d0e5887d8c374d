"""The relay: listens for clients, and holds what all links share."""

import asyncio
import logging
import ssl
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from chaostrading.core.clock import Clock
from chaostrading.core.errors import InvalidInput
from chaostrading.proxy.alarm import Alarm, Timers, timers_of
from chaostrading.proxy.heads import Heads
from chaostrading.proxy.http_side import HttpSide
from chaostrading.proxy.inflight import Inflight
from chaostrading.proxy.lease import Lease
from chaostrading.proxy.leases import LeaseTable, Make
from chaostrading.proxy.link import Link
from chaostrading.proxy.port import Port
from chaostrading.proxy.stats import Stats
from chaostrading.proxy.witness import Witness
from chaostrading.proxy.ws_side import WsSide
from chaostrading.records.types import LeaseEvent
from chaostrading.venues.base import Venue

__all__ = ["Relay"]

_BEAT_S = 0.1
"""How often connections are asked what a tick should do, and market data is written down."""
_REOPEN_S = 0.05
_LAGS_KEPT = 10

_log = logging.getLogger(__name__)


class Relay:
    """A running proxy, without its admin API.

    `upstream` is the exchange as `http(s)://host[:port]`. `make` makes faults from names and
    parameters. `longest_s` is the longest lease that is granted.
    """

    def __init__(
        self, *, upstream: str, venue: Venue, make: Make, clock: Clock, witness: Witness,
        longest_s: float | None = None, rewrite_host: bool = False,
    ) -> None:  # fmt: skip
        self.upstream = upstream
        self._host, self._port, secure = _target(upstream)
        self._tls = ssl.create_default_context() if secure else None
        netloc = urlsplit(upstream).netloc
        self.host_header = netloc.encode() if secure or rewrite_host else None
        """What the Host header is rewritten to, None where it is left alone."""
        self.venue = venue
        self.clock = clock
        self.witness = witness
        self.stats = Stats(venue)
        self.heads = Heads()
        self.table = LeaseTable(
            make, clock, longest_s=longest_s, changed=self._changed, told=self._told
        )
        self.links: dict[int, Link] = {}
        self.loop: asyncio.AbstractEventLoop
        self.timers: Timers
        self.address = ("", 0)
        """Where it listens."""
        self._number = 0
        self._heard: dict[Link, None] = {}
        self._server: asyncio.Server | None = None
        self._door: asyncio.Task[None] | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._beating: asyncio.TimerHandle | None = None
        self._lags: list[float] = []
        self._stopping = False

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises OSError if that address cannot be had."""
        self.loop = asyncio.get_running_loop()
        self.timers = timers_of(self.loop)
        self._server = await self._listen(host, port)
        self.address = self._server.sockets[0].getsockname()[:2]
        self._beat(self.loop.time())

    async def _listen(self, host: str, port: int) -> asyncio.Server:
        return await self.loop.create_server(
            self._accept, host, port, backlog=1024, reuse_address=True
        )

    def stop(self) -> None:
        """End all leases, close the door and all connections."""
        self._stopping = True
        self.table.remove_all(reason="shutdown")
        for timer in (self._expiry, self._beating):
            if timer is not None:
                timer.cancel()
        if self._door is not None:
            self._door.cancel()
        if self._server is not None:
            self._server.close()
        for link in list(self.links.values()):
            link.side.flush()
            link.shut()
        if isinstance(self.timers, Alarm):
            self.timers.close()

    def _accept(self) -> Port:
        port = Port()
        port.on_made = self._made
        return port

    def _made(self, port: Port) -> None:
        self._number += 1
        link = self.links[self._number] = Link(self, self._number, port)
        link.begin(HttpSide(link))

    async def connect(self, port: Port) -> None:
        """Open a connection to the exchange. Raises OSError."""
        await self.loop.create_connection(
            lambda: port,
            self._host,
            self._port,
            ssl=self._tls,
            server_hostname=self._host if self._tls is not None else None,
        )

    def speak_websocket(self, link: Link, request: Inflight) -> None:
        """A link was upgraded."""
        # A WebSocket is as old as its upgrade: clients upgrade connections that they kept alive.
        link.connected_s = self.clock.monotonic()
        link.websocket = True
        link.side = side = WsSide(link, request.meaning(self.venue).streams)
        link.client.receive = side.from_client
        if link.upstream is not None:
            link.upstream.receive = side.from_upstream
        link.note("upgraded", by="upstream", how="status", code=101)
        link.tick()

    def heard_from(self, link: Link) -> None:
        """A link has market data to write down at the next beat."""
        self._heard[link] = None

    def forget(self, link: Link) -> None:
        """A link is gone."""
        if link in self._heard:
            del self._heard[link]
            link.side.flush()
        self.links.pop(link.number, None)
        self.table.forget(link.number)

    def _told(self, event: str, lease: Lease) -> None:
        self.witness.write(
            LeaseEvent,
            mono_s=self.clock.monotonic(),
            wall_s=self.clock.wall(),
            event=event,
            lease=lease.id,
            fault=lease.request.fault,
            owner=lease.request.owner,
            reason=lease.reason,
            hits=lease.hits,
        )
        if event == "ended":
            for link in list(self.links.values()):
                link.up.release(lease)
                link.down.release(lease)

    def _changed(self) -> None:
        """What is in force has changed."""
        for link in list(self.links.values()):
            link.side.leases_changed()
        self._keep_door()
        self.schedule()
        if "tick" in self.table.kinds:
            self.loop.call_soon(self._tick)

    def schedule(self) -> None:
        """Set the timer for the next beginning or end of a lease."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        due_s = self.table.next_due_s()
        if due_s is not None and not self._stopping:
            left_s = max(0.0, due_s - self.clock.monotonic())
            self._expiry = self.loop.call_later(left_s, self._expire)

    def _expire(self) -> None:
        self.table.expire()
        self.schedule()

    def _tick(self) -> None:
        for link in list(self.links.values()):
            link.tick()

    def _keep_door(self) -> None:
        """Close the listening socket while a lease wants that, and open it again after."""
        if self._stopping:
            return
        if self.table.refuses_connections:
            if self._server is not None:
                self._server.close()
                self._server = None
        elif self._server is None and (self._door is None or self._door.done()):
            self._door = self.loop.create_task(self._reopen())

    async def _reopen(self) -> None:
        while self._server is None and not self.table.refuses_connections:
            try:
                self._server = await self._listen(*self.address)
            except OSError as error:
                _log.warning("cannot listen on %s:%s again yet: %s", *self.address, error)
                await self.clock.pause(_REOPEN_S)
        self._keep_door()

    def _beat(self, due_s: float) -> None:
        now_s = self.loop.time()
        self._lags = [*self._lags[1 - _LAGS_KEPT :], max(0.0, now_s - due_s)]
        self._beating = self.loop.call_later(_BEAT_S, self._beat, now_s + _BEAT_S)
        self.flush()
        if "tick" in self.table.kinds:
            self._tick()

    def flush(self) -> None:
        """Write down the market data that was summed up."""
        heard, self._heard = self._heard, {}
        for link in heard:
            link.side.flush()

    @property
    def loop_lag_ms(self) -> float:
        """How late the event loop was at worst within the last second."""
        return round(max(self._lags, default=0.0) * 1000, 3)

    def stats_row(self) -> dict[str, Any]:
        """The counters as the admin API shows them."""
        self.flush()
        carriers: Counter[str] = Counter()
        websockets = 0
        for link in self.links.values():
            websockets += link.websocket
            carriers.update(link.streams)
        now_s = self.clock.monotonic()
        return {
            "mono_s": now_s,
            "wall_s": self.clock.wall(),
            "loop_lag_ms": self.loop_lag_ms,
            "connections": {"http": len(self.links) - websockets, "websocket": websockets},
            **self.stats.row(now_s, carriers),
            "witness": {"last": self.witness.last, "lost": self.witness.lost},
        }


def _target(upstream: str) -> tuple[str, int, bool]:
    try:
        parts = urlsplit(upstream)
        port = parts.port
    except ValueError as error:
        raise InvalidInput(f"upstream: {error}, was {upstream!r}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput(f"upstream: must be http(s)://host[:port], was {upstream!r}")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise InvalidInput(f"upstream: must have nothing beyond host and port, was {upstream!r}")
    secure = parts.scheme == "https"
    return parts.hostname, port or (443 if secure else 80), secure
