"""One client connection and the one connection to the exchange that belongs to it.

The link knows TCP: who ended what, and how. RST, FIN and close frames stay what they are on their
way through. What is said on the connection is the business of its side: `HttpSide` at first, and
`WsSide` once the connection was upgraded.
"""

import asyncio
from typing import TYPE_CHECKING, Any, Literal

from chaostrading.faults.base import Close, Fate, Frame, FrameKind
from chaostrading.proxy.fates import HeldParcel, Parcel, carry_out
from chaostrading.proxy.inflight import touch
from chaostrading.proxy.lane import Lane
from chaostrading.proxy.lease import Lease, Throws
from chaostrading.proxy.moments import ConnectParcel, FinParcel, How, TickParcel
from chaostrading.proxy.port import Port, discard
from chaostrading.proxy.redaction import safe
from chaostrading.proxy.side import Side
from chaostrading.records.types import ConnectionEvent, Touch

if TYPE_CHECKING:
    from chaostrading.proxy.relay import Relay

__all__ = ["Link"]

Direction = Literal["up", "down"]

_CONNECT_TIMEOUT_S = 10.0
_LINGER_S = 2.0
"""How long a leg that was told the end may take to end its own half."""
_ANSWER_LINGER_S = 30.0
"""How long the exchange may take to answer a client that has ended its half."""
_SWALLOWED_S = 600.0
"""How long a leg stays open that was not told of the end of the other one."""
_RST_AFTER_S = 0.02
"""Between the last bytes of a cut frame and the RST, so that the bytes leave first."""
_EARLY_BYTES = 64 * 1024


class Link:
    """One client connection with its leg to the exchange."""

    side: Side

    def __init__(self, relay: "Relay", number: int, client: Port) -> None:
        self.relay = relay
        self.loop = relay.loop
        self.clock = relay.clock
        self.number = number
        self.connected_s = relay.clock.monotonic()
        peer = client.transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self.path = ""
        self.streams: set[str] = set()
        self.websocket = False
        self.close_frame: tuple[str, int | None] | None = None
        """Who sent the first close frame (client, upstream), and its code."""
        self.held: dict[HeldParcel, None] = {}
        self.client = client
        self.upstream: Port | None = None
        self.down = Lane(relay.timers, self.clock, lambda on: self._crowded(self.upstream, on))
        self.down.transport = client.transport
        self.up = self._new_up()
        self.ended = False
        """It was ended by us: what still arrives is forgotten."""
        self.owed_end: How | None = None
        """The exchange has ended its connection, which the client is told after its answer."""
        self._opening: asyncio.Task[None] | None = None
        self._half_close_later = False
        self._noted_end = False
        self._is_gone = False
        self._timer: asyncio.TimerHandle | None = None
        client.on_eof, client.on_lost = self._eof, self._lost

    def _new_up(self) -> Lane:
        return Lane(self.relay.timers, self.clock, lambda on: self._crowded(self.client, on))

    def _crowded(self, source: Port | None, on: bool) -> None:
        if source is not None:
            source.stop("too much is delayed", on)

    def begin(self, side: Side) -> None:
        """Take the client's connection in: note it, and ask what is to become of it."""
        self.side = side
        self.note("opened")
        leases = self.relay.table.watching("connect", self)
        found = self.ask(self.frame("connect"), leases) if leases else None
        if found is None:
            self.client.receive = side.from_client
            return
        early: list[bytes] = []

        def withhold(data: bytes) -> None:
            early.append(data)
            if sum(map(len, early)) > _EARLY_BYTES:
                self.client.stop("the connection has not begun", True)

        self.client.receive = withhold
        self.act(ConnectParcel(self, early, touch(*found)), *found)

    def start_reading(self, early: list[bytes]) -> None:
        """Begin, with what has arrived since the connection was made."""
        if self.ended:
            return
        self.client.receive = self.side.from_client
        self.client.stop("the connection has not begun", False)
        for data in early:
            self.side.from_client(data)

    def frame(self, kind: FrameKind, direction: Direction = "up", **values: Any) -> Frame:
        """A frame of this link, as faults see it."""
        values.setdefault("path", self.path)
        return Frame(
            kind=kind,
            venue=self.relay.venue,
            direction=direction,
            now_s=self.clock.monotonic(),
            now_ms=int(self.clock.wall() * 1000),
            connection=self.number,
            connected_s=self.connected_s,
            address=self.address,
            websocket=self.websocket,
            streams=tuple(self.streams),
            **values,
        )

    def ask(
        self, frame: Frame, leases: tuple[Lease, ...], throws: Throws | None = None
    ) -> tuple[Lease, Fate] | None:
        """Find a frame's fate and whose it is, None where nothing touches it."""
        return self.relay.table.ask(frame, leases, throws)

    def act(self, parcel: Parcel, lease: Lease, fate: Fate) -> None:
        """Carry a fate out."""
        carry_out(self, parcel, lease, fate)
        self.relay.table.done(lease)

    def tick(self) -> None:
        """Ask the leases that want ticks what is to become of this connection."""
        leases = self.relay.table.watching("tick", self)
        if not leases or self.ended or self.client.over:
            return
        found = self.ask(self.frame("tick", "down"), leases)
        if found is not None:
            self.act(TickParcel(self, touch(*found)), *found)

    def open_upstream(self) -> None:
        """Connect to the exchange, unless that was done. What is sent up meanwhile waits."""
        if self.upstream is None and self._opening is None:
            self._opening = self.loop.create_task(self._open())

    async def _open(self) -> None:
        port = Port()
        port.on_made = self._attach
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                await self.relay.connect(port)
        except (OSError, TimeoutError) as error:
            self._opening = None
            self.relay.stats.upstream_failures += 1
            self.note("upstream_failed", by="upstream", how="timeout" if not str(error) else "")
            self.side.upstream_failed(str(error) or "it did not answer in time")
            self._check_gone()

    def _attach(self, port: Port) -> None:
        self._opening = None
        if self.ended:
            port.close()
            return
        port.on_eof, port.on_lost = self._eof, self._lost
        port.receive = self.side.from_upstream
        port.peer, self.client.peer = self.client, port
        self.upstream = port
        self.up.attach(port.transport)
        if self._half_close_later:
            port.half_close()

    def drop_upstream(self) -> None:
        """End the leg to the exchange; the next request opens another one."""
        if self.upstream is not None:
            self.upstream.receive = discard
            self.upstream.on_eof, self.upstream.on_lost = (
                lambda port: False,
                lambda port, error: None,
            )
            self.upstream.close()
        self.upstream = None
        self.up.close()
        self.up = self._new_up()

    def _eof(self, port: Port) -> bool:
        if self.ended:
            port.close()
        elif not port.over:
            port.over = True
            self._ending(port, "fin")
        return not port.secure

    def _lost(self, port: Port, error: Exception | None) -> None:
        if not port.over:
            port.over = True
            self._ending(port, "fin" if error is None else "rst")
        (self.down if port is self.client else self.up).close()
        self._check_gone()

    def _ending(self, port: Port, how: How) -> None:
        direction: Direction = "up" if port is self.client else "down"
        leases = self.relay.table.watching("fin", self)
        found = self.ask(self.frame("fin", direction), leases) if leases else None
        by = "client" if direction == "up" else "upstream"
        self.note_end(by, how, touched=touch(*found) if found else None)
        if found is not None:
            self.act(FinParcel(self, direction, how, touch(*found)), *found)
        else:
            lane = self.up if direction == "up" else self.down
            lane.put(lambda: self.pass_end(direction, how))

    def pass_end(self, direction: Direction, how: How) -> None:
        """Let the end of one leg reach the other one, as what it is."""
        if self.ended:
            return
        if direction == "down":
            self.side.upstream_gone()
            if self.side.owes_client:
                self.owed_end = how
            elif how == "rst":
                self._stop()
                self.client.reset()
                self._close_upstream()
            else:
                self._finish()
            return
        for held in list(self.held):
            held.forget()
        self.side.client_gone()
        if how == "rst":
            self._stop()
            if self.upstream is not None:
                self.upstream.reset()
        elif self.websocket or self.side.busy:
            self._half_close_upstream()
            self._later(_ANSWER_LINGER_S if self.side.busy else _LINGER_S, self.shut)
        else:
            self._finish()
        self._check_gone()

    def _half_close_upstream(self) -> None:
        if self.upstream is not None:
            self.upstream.half_close()
        else:
            self._half_close_later = True

    def swallow_end(self, direction: Direction) -> None:
        """The end of one leg is kept from the other one, for as long as we can afford."""
        if direction == "up":
            self.side.client_gone()
        self._later(_SWALLOWED_S, self.shut)

    def finish(
        self, by: str, how: str, code: int | None = None, touched: Touch | None = None
    ) -> None:
        """End both legs in good order."""
        self.note_end(by, how, code, touched)
        self._finish()

    def end(self, fate: Close, touched: Touch) -> None:
        """A fault ends both legs in good order, with a close frame where it gives a code."""
        framed = self.websocket and fate.code is not None
        self.note_end(
            "fault", "close_frame" if framed else "fin", fate.code if framed else None, touched
        )
        words = self.side.last_words(fate)
        self._stop()
        self._close_upstream()

        def say() -> None:
            self.down.write(words)
            self._finish()

        self.down.put(say)

    def reset(self, touched: Touch, lane: Lane, data: bytes = b"") -> None:
        """RST towards the client, after these bytes have gone out on this lane."""
        self.note_end("fault", "rst", touched=touched)
        self._stop()
        if data and lane.transport is not None:
            lane.transport.write(data)
            self._later(_RST_AFTER_S, self._reset)
        else:
            self._reset()

    def _reset(self) -> None:
        self.client.reset()
        self._close_upstream()

    def _stop(self) -> None:
        """Whatever still arrives is forgotten."""
        self.ended = True
        self.client.receive = discard
        if self.upstream is not None:
            self.upstream.receive = discard

    def _close_upstream(self) -> None:
        if self.upstream is not None:
            self.upstream.close()

    def _finish(self) -> None:
        self._stop()
        self._close_upstream()
        if self.client.over or self.client.lost:
            self.client.close()
        else:
            self.client.half_close()
            self._later(_LINGER_S, self.client.close)

    def _later(self, seconds: float, action: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, action)

    def shut(self) -> None:
        """End both legs now."""
        self._stop()
        self.note_end("proxy", "timeout")
        self.client.close()
        self._close_upstream()

    def _check_gone(self) -> None:
        """See whether both legs are gone, and nothing is on its way up that would open one."""
        upstream_gone = self.upstream is None or self.upstream.lost
        if not self.client.lost or not upstream_gone or self._opening is not None:
            return
        if self.ended or self.up.closed or self.up.empty:
            self._gone()

    def _gone(self) -> None:
        if self._is_gone:
            return
        self._is_gone = True
        self._stop()
        if self._timer is not None:
            self._timer.cancel()
        self.side.client_gone()
        self.side.upstream_gone()
        for lane in (self.up, self.down):
            lane.close()
        for parcel in list(self.held):
            parcel.forget()
        self.relay.forget(self)

    def note(self, event: str, **values: Any) -> None:
        """Write down what happened to the connection."""
        self.relay.witness.write(
            ConnectionEvent,
            mono_s=self.clock.monotonic(),
            wall_s=self.clock.wall(),
            connection=self.number,
            event=event,
            protocol="ws" if self.websocket else "http",
            path=safe(self.path),
            **values,
        )

    def note_end(
        self, by: str, how: str, code: int | None = None, touched: Touch | None = None
    ) -> None:
        """Write down the first end of the connection: who began it, and how."""
        if self._noted_end:
            return
        self._noted_end = True
        if self.close_frame is not None and by in ("client", "upstream") and how == "fin":
            (by, code), how = self.close_frame, "close_frame"
        self.note("closed", by=by, how=how, code=code, touched=(touched,) if touched else ())
