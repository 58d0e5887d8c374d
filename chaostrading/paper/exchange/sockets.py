"""One client's WebSocket: a bounded queue out, the server's pings, limits on what comes in."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from chaostrading.core.clock import Clock
from chaostrading.paper.exchange.limits import LimitSettings

__all__ = ["Socket"]

QUEUE = 2000
"""Messages that may wait for a slow consumer before it is dropped."""
CLOSE_WITHIN_S = 2.0
NOTICE_S = 10.0
"""How long before the end of its life a connection is told, at most."""

Handler = Callable[[str], Coroutine[Any, Any, None]]


class Socket:
    """A connection that has been upgraded. `tick` must be called several times a second."""

    def __init__(
        self,
        request: web.Request,
        settings: LimitSettings,
        clock: Clock,
        *,
        limited: bool,
        notice: Callable[["Socket"], str],
    ) -> None:
        self._request = request
        self._settings = settings
        self._clock = clock
        self._limited = limited
        self._notice = notice
        self._ws = web.WebSocketResponse(
            autoping=False, compress=False, timeout=CLOSE_WITHIN_S, max_msg_size=1 << 20
        )
        self._out: asyncio.Queue[tuple[str, Any]] = asyncio.Queue(QUEUE)
        self._received: deque[float] = deque()
        self._pings: deque[tuple[bytes, float]] = deque()
        now = clock.monotonic()
        self._born = now
        self._pinged = now
        self._closing_since: float | None = None
        self._noticed = False
        self.opened_ms = int(clock.wall() * 1000)
        self.combined = False
        """Whether events are wrapped with the name of their stream."""

    @property
    def response(self) -> web.WebSocketResponse:
        """What the HTTP handler returns."""
        return self._ws

    @property
    def address(self) -> str:
        """Where the client is."""
        return self._request.remote or ""

    def send(self, text: str) -> None:
        """Queue a message. A consumer too slow for its queue is dropped at once."""
        self._put("text", text)

    def close(self, code: int, reason: str) -> None:
        """Close with a code, behind what is already queued."""
        if self._closing_since is None:
            self._closing_since = self._clock.monotonic()
            self._put("close", (code, reason))

    def drop(self) -> None:
        """End the connection without a close frame."""
        if self._request.transport is not None:
            self._request.transport.abort()

    def announce_end(self) -> None:
        """Send `serverShutdown`."""
        self.send(self._notice(self))

    def tick(self, now: float) -> None:
        """Ping when it is time, and end what is overdue: unanswered pings, long lives."""
        settings = self._settings
        if self._closing_since is not None:
            if now - self._closing_since > CLOSE_WITHIN_S:
                self.drop()
            return
        if self._pings and now - self._pings[0][1] >= settings.pong_within_s:
            self.close(WSCloseCode.POLICY_VIOLATION, "Pong timeout")
            return
        if now - self._pinged >= settings.ping_every_s:
            payload = str(int(self._clock.wall() * 1000)).encode()
            self._pinged = now
            self._pings.append((payload, now))
            self._put("ping", payload)
        life = settings.connection_life_s
        lead = min(NOTICE_S, life / 10)
        if not self._noticed and now - self._born >= life - lead:
            self._noticed = True
            self.announce_end()
        if now - self._born >= life:
            self.close(WSCloseCode.GOING_AWAY, "")

    async def run(self, handle: Handler) -> web.WebSocketResponse:
        """Serve the connection until it ends; `handle` gets every text message."""
        await self._ws.prepare(self._request)
        sender = asyncio.create_task(self._send_all())
        try:
            await self._receive_all(handle)
        finally:
            sender.cancel()
        return self._ws

    async def _receive_all(self, handle: Handler) -> None:
        async for message in self._ws:
            if self._limited and self._too_many():
                self.close(WSCloseCode.POLICY_VIOLATION, "Too many requests")
                continue
            if message.type is WSMsgType.TEXT:
                await handle(message.data)
            elif message.type is WSMsgType.PING:
                self._put("pong", bytes(message.data))
            elif message.type is WSMsgType.PONG:
                self._ponged(bytes(message.data))
            elif message.type is WSMsgType.BINARY:
                self.close(WSCloseCode.UNSUPPORTED_DATA, "")

    def _ponged(self, payload: bytes) -> None:
        # Only a copy of a ping's payload is an answer; it answers all earlier pings as well.
        if any(payload == sent for sent, _ in self._pings):
            while self._pings.popleft()[0] != payload:
                pass

    def _too_many(self) -> bool:
        now = self._clock.monotonic()
        self._received.append(now)
        while self._received[0] <= now - 1:
            self._received.popleft()
        return len(self._received) > self._settings.messages_per_s

    def _put(self, kind: str, what: object) -> None:
        try:
            self._out.put_nowait((kind, what))
        except asyncio.QueueFull:
            self.drop()

    async def _send_all(self) -> None:
        try:
            while True:
                kind, what = await self._out.get()
                if kind == "text":
                    await self._ws.send_str(what)
                elif kind == "ping":
                    await self._ws.ping(what)
                elif kind == "pong":
                    await self._ws.pong(what)
                else:
                    await self._ws.close(code=what[0], message=what[1].encode())
                    return
        except (ConnectionError, RuntimeError):
            # The client has gone; the receiving side notices as well and ends the connection.
            return
