"""One WebSocket: opening it with restraint, keeping it alive, and knowing when it is over."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import aiohttp

from chaostrading.core.files import to_json
from chaostrading.paper.trader.answer import Answer, Priority
from chaostrading.paper.trader.defences.heartbeat import Heartbeat, NaiveHeartbeat
from chaostrading.paper.trader.defences.reconnect_governor import (
    NaiveReconnectGovernor,
    ReconnectGovernor,
)
from chaostrading.paper.trader.gateway import Gateway
from chaostrading.paper.trader.kit import Kit

__all__ = ["Dialer", "Link"]

FRAME_MAX = 4_000_000
CLOSE_WITHIN_S = 1.0
OVER = frozenset(
    {
        aiohttp.WSMsgType.CLOSE,
        aiohttp.WSMsgType.CLOSED,
        aiohttp.WSMsgType.CLOSING,
        aiohttp.WSMsgType.ERROR,
    }
)


class Link:
    """An open WebSocket. `closed` is set once it is over, for whatever reason."""

    def __init__(
        self, kit: Kit, number: int, url: str, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        self.number = number
        self.url = url
        self.opened_at = kit.clock.monotonic()
        self.closed = asyncio.Event()
        self.announced = False
        """True once the server said that it will close."""
        self.reason = ""
        self._socket = socket
        self._heartbeat = kit.defences.choose(Heartbeat, NaiveHeartbeat)(kit.clock)
        self._message = 0

    async def read(self, on_frame: Callable[[str | bytes], None]) -> None:
        """Read until the end. Pings are answered with their payload."""
        try:
            while True:
                message = await self._socket.receive()
                if message.type is aiohttp.WSMsgType.PING:
                    await self._socket.pong(message.data)
                elif message.type is aiohttp.WSMsgType.PONG:
                    self._heartbeat.ponged(bytes(message.data))
                elif message.type in OVER:
                    self.reason = self.reason or f"ended by the server ({message.data})"
                    return
                else:
                    on_frame(message.data)
        except (aiohttp.ClientError, OSError) as error:
            self.reason = self.reason or f"{type(error).__name__}: {error}"
        finally:
            self.closed.set()

    async def beat(self) -> None:
        """Ping when it is due; close when the pong did not come."""
        if self._heartbeat.dead():
            await self.close("no pong: the connection is half open")
            return
        payload = self._heartbeat.ping()
        if payload is not None:
            try:
                await self._socket.ping(payload)
            except (aiohttp.ClientError, OSError) as error:
                await self.close(f"{type(error).__name__}: {error}")

    async def send(self, method: str, params: Any) -> None:
        """Send a request in the form of Binance's streams and WS-API."""
        self._message += 1
        message = {"id": f"{self.number}-{self._message}", "method": method, "params": params}
        try:
            await self._socket.send_str(to_json(message))
        except (aiohttp.ClientError, OSError) as error:
            await self.close(f"{type(error).__name__}: {error}")

    async def close(self, reason: str) -> None:
        """End the connection; a peer that does not answer is left after a second."""
        self.reason = self.reason or reason
        self.closed.set()
        # The library waits for the close frame for as long as other frames keep coming.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await self._socket.close()


class Dialer:
    """Opens the WebSockets of one kind, never more often than the governors allow."""

    def __init__(self, kit: Kit, gateway: Gateway, kind: str) -> None:
        self._kit = kit
        self._gateway = gateway
        self.kind = kind
        dice = kit.dice.fork(f"dialer {kind}")
        chosen = kit.defences.choose(ReconnectGovernor, NaiveReconnectGovernor)
        self.governor = chosen(kit.clock, dice)
        self._count = 0

    async def dial(self, url: str) -> Link | None:
        """Wait as long as the governors want, then try once."""
        await asyncio.sleep(self.governor.pause_s())
        # What the exchange told the others while this one slept counts as well.
        wait_s = self._gateway.governor.wait_s(Priority.CANCEL)
        while wait_s > 0:
            await asyncio.sleep(wait_s)
            wait_s = self._gateway.governor.wait_s(Priority.CANCEL)
        self.governor.attempted()
        self._count += 1
        if self._count > 1:
            self._kit.counters["reconnects_total"] += 1
        try:
            async with asyncio.timeout(self._gateway.deadlines.handshake_s):
                socket = await self._gateway.wire.session().ws_connect(
                    url.replace("http", "ws", 1),
                    autoping=False,
                    max_msg_size=FRAME_MAX,
                    timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
                )
        except aiohttp.WSServerHandshakeError as error:
            headers = {name.lower(): text for name, text in (error.headers or {}).items()}
            self._gateway.governor.note(Answer(status=error.status, headers=headers))
            self._failed(f"refused with status {error.status}")
            return None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self._failed(f"{type(error).__name__}: {error}")
            return None
        self.governor.opened()
        return Link(self._kit, self._count, url, socket)

    def _failed(self, why: str) -> None:
        self.governor.failed()
        self._kit.counters["errors_total"] += 1
        text = f"{self.kind}: cannot connect: {why}"
        self._kit.warn("exchange_disconnected", text, self.kind, "critical")

    def ended(self, link: Link) -> None:
        """A connection is over."""
        self.governor.failed()
        text = f"{self.kind}: connection ended: {link.reason}"
        self._kit.warn("exchange_disconnected", text, self.kind, "critical")
