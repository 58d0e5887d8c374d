"""A relay on a thread, with plain blocking sockets on both sides of it."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from chaostrading.core.clock import SystemClock
from chaostrading.core.errors import unknown_name
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Frame, State
from chaostrading.faults.lease_request import LeaseRequest
from chaostrading.proxy import frames
from chaostrading.proxy.relay import Relay
from chaostrading.proxy.witness import Witness
from chaostrading.venues import venue

T = TypeVar("T")
Only = Callable[[Frame, Dice, State], bool]
PATIENCE_S = 3.0

UPGRADE = (
    b"GET %s HTTP/1.1\r\nHost: exchange\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
SWITCHING = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


class Scripted:
    """A fault whose fate is given by the test."""

    def __init__(
        self, fate: Fate, kinds: str, only: Only, state_per: str, refuses_connections: bool
    ) -> None:
        self.fate = fate
        self.kinds = frozenset(kinds.split())
        self.state_per = state_per
        self.refuses_connections = refuses_connections
        self.seen: list[Frame] = []
        self._only = only

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        self.seen.append(frame)
        return self.fate if self._only(frame, dice, state) else PASS


class Socket:
    """A blocking socket that is read to the byte."""

    def __init__(self, raw: socket.socket) -> None:
        self.raw = raw
        raw.settimeout(PATIENCE_S)

    def send(self, data: bytes) -> None:
        self.raw.sendall(data)

    def receive(self, size: int) -> bytes:
        """Exactly so many bytes, fewer only at the end."""
        data = b""
        while len(data) < size and (piece := self.raw.recv(size - len(data))):
            data += piece
        return data

    def expect(self, data: bytes) -> None:
        assert self.receive(len(data)) == data

    def is_silent(self, for_s: float = 0.1) -> bool:
        self.raw.settimeout(for_s)
        try:
            return self.raw.recv(1, socket.MSG_PEEK) is None
        except TimeoutError:
            return True
        finally:
            self.raw.settimeout(PATIENCE_S)

    def how_it_ended(self) -> str:
        try:
            return "fin" if self.raw.recv(1) == b"" else "data"
        except ConnectionResetError:
            return "rst"

    def reset(self) -> None:
        self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.raw.close()

    def close(self) -> None:
        self.raw.close()


class Bench:
    """The relay under test. The exchange is a listening socket that the test accepts from."""

    def __init__(self, venue_name: str = "binance", **settings: Any) -> None:
        self.faults: dict[str, Scripted] = {}
        self.door = socket.create_server(("127.0.0.1", 0))
        self.door.settimeout(PATIENCE_S)
        self._sockets: list[Socket] = []
        make_loop = settings.pop("make_loop", asyncio.new_event_loop)
        self.loop: asyncio.AbstractEventLoop = make_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        spoken = venue(venue_name)
        capacity = settings.pop("capacity", 10_000)
        settings.setdefault("upstream", f"http://127.0.0.1:{self.door.getsockname()[1]}")
        self.relay = Relay(
            venue=spoken,
            make=self._make,
            clock=SystemClock(),
            witness=Witness(spoken, settings.pop("file", None), capacity),
            **settings,
        )
        self.wait_for(self.relay.start("127.0.0.1", 0))

    def _make(self, name: str, parameters: Mapping[str, Any]) -> Any:
        if name not in self.faults:
            raise unknown_name("fault", name, self.faults)
        return self.faults[name]

    def wait_for(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE_S)

    def inside(self, call: Callable[[], T]) -> T:
        """Call something in the relay's own thread."""

        async def run() -> T:
            return call()

        result: T = self.wait_for(run())
        return result

    def arm(
        self, fate: Fate = PASS, kinds: str = "request", *,
        only: Only = lambda frame, dice, state: True,
        state_per: str = "connection", refuses_connections: bool = False, **lease: Any,
    ) -> tuple[str, Scripted]:  # fmt: skip
        """Put a scripted fault in force; give the lease's id and the fault."""
        name = f"scripted{len(self.faults)}"
        fault = Scripted(fate, kinds, only, state_per, refuses_connections)
        self.faults[name] = fault
        request = replace(LeaseRequest(fault=name, ttl_s=60.0, duration_s=60.0), **lease)
        return self.inside(lambda: self.relay.table.arm(request)).id, fault

    def remove(self, lease_id: str) -> list[str]:
        return self.inside(lambda: self.relay.table.remove(lease_id))

    def lease(self, lease_id: str) -> dict[str, Any]:
        rows = self.inside(self.relay.table.rows)
        return next(row for row in rows["leases"] + rows["ended"] if row["id"] == lease_id)

    def records(self, kind: str) -> list[dict[str, Any]]:
        def read() -> list[dict[str, Any]]:
            self.relay.flush()
            rows: list[dict[str, Any]] = self.relay.witness.read(kinds=[kind])["records"]
            return rows

        return self.inside(read)

    def pending(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.inside(self.relay.witness.read)["pending"]
        return rows

    def until(self, claim: Callable[[], bool]) -> None:
        """Wait for something that the relay will do in its own time."""
        for _ in range(300):
            if claim():
                return
            threading.Event().wait(0.01)
        raise AssertionError("it did not come to be in time")

    def client(self) -> Socket:
        return self._kept(socket.create_connection(self.relay.address, timeout=PATIENCE_S))

    def accept(self) -> Socket:
        """The connection that the relay has opened to the exchange."""
        return self._kept(self.door.accept()[0])

    def pair(self, request: bytes) -> tuple[Socket, Socket]:
        """A client that has sent this request, and the exchange that has received it."""
        client = self.client()
        client.send(request)
        exchange = self.accept()
        exchange.expect(request)
        return client, exchange

    def websocket(self, path: bytes = b"/ws/btcusdt@trade") -> tuple[Socket, Socket]:
        """Both ends of an upgraded connection."""
        client, exchange = self.pair(UPGRADE % path)
        exchange.send(SWITCHING)
        client.expect(SWITCHING)
        return client, exchange

    def _kept(self, raw: socket.socket) -> Socket:
        self._sockets.append(Socket(raw))
        return self._sockets[-1]

    def close(self) -> None:
        async def stop() -> None:
            self.relay.stop()
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        for one in self._sockets:
            one.close()
        self.wait_for(stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE_S)
        self.loop.close()
        self.door.close()
        self.relay.witness.close()


@contextlib.contextmanager
def bench(**settings: Any) -> Iterator[Bench]:
    made = Bench(**settings)
    try:
        yield made
    finally:
        made.close()


def text(payload: bytes) -> bytes:
    """A text frame as an exchange sends it."""
    return frames.build(frames.TEXT, payload)


def masked(payload: bytes, opcode: int = frames.TEXT) -> bytes:
    """A frame as a client sends it."""
    return frames.build(opcode, payload, b"\x01\x02\x03\x04")
