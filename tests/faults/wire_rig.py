"""An exchange, the real proxy and a client on loopback sockets, in one event loop."""

import asyncio
import contextlib

import aiohttp
from aiohttp import web
from binance_samples import ACCOUNT, snapshot

from chaostrading.core.clock import SystemClock
from chaostrading.faults.lease_request import LeaseRequest, Scope
from chaostrading.faults.registry import make
from chaostrading.proxy.relay import Relay
from chaostrading.proxy.witness import Witness
from chaostrading.venues import venue

PATIENCE_S = 5.0
ORDERED = b'{"symbol":"BTCUSDT","orderId":1,"status":"FILLED"}'
CANDLES = b"[[1,2],[3,4],[5,6],[7,8]]"
ANSWERS = {
    ("GET", "/api/v3/depth"): snapshot(50_160),
    ("GET", "/api/v3/account"): ACCOUNT,
    ("GET", "/api/v3/klines"): CANDLES,
    ("POST", "/api/v3/order"): ORDERED,
    ("DELETE", "/api/v3/order"): ORDERED,
}


class Rig:
    """`async with Rig() as rig`: everything is up, nothing is armed."""

    async def __aenter__(self):
        self.sockets = []
        self.heard = []
        self.served = []
        self._stack = contextlib.AsyncExitStack()
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._serve)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        dialect = venue("binance")
        self.relay = Relay(
            upstream=f"http://127.0.0.1:{port}",
            venue=dialect,
            make=make,
            clock=SystemClock(),
            witness=Witness(dialect),
        )
        await self.relay.start("127.0.0.1", 0)
        self._stack.callback(self.relay.stop)
        self.url = f"http://127.0.0.1:{self.relay.address[1]}"
        self.client = aiohttp.ClientSession()
        self._stack.push_async_callback(self.client.close)
        return self

    async def __aexit__(self, *error):
        await self._stack.aclose()

    async def _serve(self, request):
        self.served.append((request.method, request.path))
        if request.headers.get("Upgrade", "").lower() != "websocket":
            body = ANSWERS[request.method, request.path]
            return web.Response(body=body, content_type="application/json")
        socket = web.WebSocketResponse(autoping=False, compress=False)
        await socket.prepare(request)
        self.sockets.append((request.path, socket))
        async for message in socket:
            self.heard.append((message.type.name, message.data))
            if message.type == aiohttp.WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type == aiohttp.WSMsgType.TEXT and b"SUBSCRIBE" in message.data.encode():
                await socket.send_str('{"result":null,"id":1}')
        return socket

    # --- what tests do -------------------------------------------------------------------------
    def arm(self, fault, parameters=None, *, scope=None, **more):
        request = LeaseRequest(
            fault=fault, parameters=parameters or {}, scope=scope or Scope(), ttl_s=60.0, **more
        )
        return self.relay.table.arm(request)

    async def connect(self, path="/ws/btcusdt@trade"):
        """A WebSocket through the proxy, once the exchange has it as well."""
        before = len(self.sockets)
        socket = await self.client.ws_connect(
            self.url + path, autoping=False, autoclose=True, max_msg_size=0
        )
        await self.until(lambda: len(self.sockets) > before)
        return socket

    async def refused(self, path="/ws/btcusdt@trade"):
        """Status of a refused handshake."""
        try:
            await self.client.ws_connect(self.url + path)
        except aiohttp.WSServerHandshakeError as error:
            return error.status
        return 101

    async def push(self, *payloads, path="/ws/btcusdt@trade"):
        """Let the exchange send messages on all its connections of this path."""
        for payload in payloads:
            for place, socket in self.sockets:
                if place == path and not socket.closed:
                    with contextlib.suppress(ConnectionError):
                        await socket.send_str(payload.decode())

    async def read(self, socket, count=1):
        """The next messages as bytes."""
        got = []
        while len(got) < count:
            message = await socket.receive(timeout=PATIENCE_S)
            assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), message
            data = message.data
            got.append(data.encode() if isinstance(data, str) else data)
        return got

    async def silent(self, socket, seconds=0.3):
        """Whether nothing comes for a while. The socket is of no use afterwards."""
        try:
            await socket.receive(timeout=seconds)
        except TimeoutError:
            return True
        return False

    async def end(self, socket):
        """Close code of a connection that ends, 1006 where there was no close frame."""
        while not socket.closed:
            await socket.receive(timeout=PATIENCE_S)
        return socket.close_code

    async def ask(self, path="/api/v3/depth?symbol=BTCUSDT", method="GET"):
        """Body of an answer, on a connection of its own."""
        async with (
            aiohttp.ClientSession() as client,
            client.request(method, self.url + path) as got,
        ):
            assert got.status == 200
            return await got.read()

    async def until(self, true):
        """Wait until something is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not true():  # noqa: ASYNC110 - what is waited for has no event to offer
                await asyncio.sleep(0.01)

    async def door_open(self):
        """Wait until the proxy takes connections."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with contextlib.suppress(aiohttp.ClientConnectorError):
                    return await self.ask()
                await asyncio.sleep(0.01)

    def how_it_ended(self):
        """How the connections ended so far, as the witness saw it."""
        rows = self.relay.witness.read(kinds={"connection"})["records"]
        return [row["how"] for row in rows if row["event"] == "closed"]
