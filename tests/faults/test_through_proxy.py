"""Every fault of exchange answers, armed in a real proxy in front of a real server, and healed.

The proxy is one process for all tests; the exchange is a few fixed answers that count who came.
"""

import asyncio
import http.client
import json
import os
import subprocess
import sys
import threading
import time

import aiohttp
import pytest
from aiohttp import WSMsgType, web

from chaostrading.proxy.client import ProxyClient

pytestmark = pytest.mark.slow

ORDER = ("POST", "/api/v3/order?symbol=BTCUSDT&side=SELL&quantity=0.0015&newClientOrderId=a")
FUTURE = ("POST", "/api/v3/order?symbol=BTCUSDT&side=SELL&quantity=1&timestamp=9999999999999")
CANCEL = ("DELETE", "/api/v3/order?symbol=BTCUSDT&orderId=7")
QUERY = ("GET", "/api/v3/order?symbol=BTCUSDT&origClientOrderId=a")
DEPTH = ("GET", "/api/v3/depth?symbol=BTCUSDT")
RULES = ("GET", "/api/v3/exchangeInfo")
RENEWAL = ("PUT", "/api/v3/userDataStream?listenKey=l")
PAUSE = ("PAUSE", "0.6")

ANSWERS = {
    "POST /api/v3/order": b'{"orderId":7,"status":"NEW","executedQty":"0.0"}',
    "DELETE /api/v3/order": b'{"orderId":7,"status":"CANCELED"}',
    "GET /api/v3/order": b'{"orderId":7,"status":"CANCELED"}',
    "GET /api/v3/depth": b'{"lastUpdateId":1,"bids":[["0.10","1"]],"asks":[]}',
    "GET /api/v3/exchangeInfo": b'{"symbols":[{"symbol":"BTCUSDT","status":"TRADING",'
    b'"filters":[{"minQty":"0.00001000","stepSize":"0.00001000"}]}]}',
    "PUT /api/v3/userDataStream": b"{}",
}
EVENT = '{"e":"outboundAccountPosition","E":1,"u":1,"B":[]}'


class Exchange(threading.Thread):
    """A server on a thread of its own."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: list[str] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    def run(self) -> None:
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._runner.cleanup())
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_get("/ws-api/v3", self._api)
        app.router.add_get("/ws/{key}", self._stream)
        app.router.add_route("*", "/{path:.*}", self._http)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def _http(self, request: web.Request) -> web.Response:
        self.seen.append(f"{request.method} {request.path}")
        return web.Response(body=ANSWERS[self.seen[-1]], content_type="application/json")

    async def _api(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            call = json.loads(message.data)
            self.seen.append(call["method"])
            row = {"id": call["id"], "status": 200, "result": {"orderId": 7, "status": "NEW"}}
            await socket.send_str(json.dumps(row))
        return socket

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        """An account event for every word of the client."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            await socket.send_str(EVENT)
        return socket

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join(5)


@pytest.fixture(scope="module")
def exchange():
    server = Exchange()
    server.start()
    assert server._ready.wait(5)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(exchange):
    """The ready line of a proxy process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "chaostrading.proxy", "--venue", "binance", "--die-with-stdin",
         "--upstream", f"http://127.0.0.1:{exchange.port}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "CHAOS_PROXY_TOKEN": "t"},
    )  # fmt: skip
    yield json.loads(process.stdout.readline())
    process.stdin.close()
    process.stdout.close()
    process.wait(5)


@pytest.fixture
def proxy(running, exchange):
    """A client of the proxy's admin API; no lease survives the test."""
    client = ProxyClient(running["admin"], "t")
    exchange.seen.clear()
    yield client
    client.remove_owner()
    client.close()


def ask(url, method, target, timeout_s=0.8):
    """Status and body on a connection of its own; status 0 when none came."""
    if method == "PAUSE":
        time.sleep(float(target))
        return None, b""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=timeout_s)
    try:
        connection.request(method, target)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


TABLE = [
    # fault, parameters, requests, statuses, what the last body holds, requests that got through
    ("http_429", {"requests": 1}, [DEPTH] * 3, [200, 429, 429], b"-1003", 1),
    ("http_429", {"trigger": "always", "body": "html"}, [ORDER], [429], b"<html>", 0),
    ("http_429", {"trigger": "always", "kind": "orders"}, [DEPTH, ORDER], [200, 429], b"-1015", 1),
    ("http_429", {"trigger": "always", "ban_after": 1}, [DEPTH, PAUSE, DEPTH], [429, None, 418],
     b"IP banned until", 0),
    ("http_418_ban", {"requests": 0}, [DEPTH, PAUSE, DEPTH, ORDER], [429, None, 418, 418],
     b"IP banned until", 0),
    ("waf_403_html", {}, [DEPTH], [403], b"CloudFront", 0),
    ("error_in_200_body", {}, [ORDER], [200], b"-1003", 0),
    ("http_5xx_status_unknown", {"executed": "no"}, [ORDER], [503], b"-1007", 0),
    ("http_5xx_status_unknown", {"executed": "yes"}, [ORDER], [503], b"-1007", 1),
    ("edge_html_5xx", {"executed": "yes"}, [ORDER], [520], b"Error code 520", 1),
    ("overload_shed", {"shed_share": 1.0}, [CANCEL, ORDER], [200, 503], b"-1008", 1),
    ("request_lost", {"how": "reset"}, [ORDER], [0], b"", 0),
    ("request_lost", {"hold_s": 0.2}, [ORDER], [0], b"", 0),
    ("response_lost", {"hold_s": 0.2}, [ORDER], [0], b"", 1),
    ("response_lost", {"how": "close"}, [ORDER], [0], b"", 1),
    ("response_lost", {"how": "reset"}, [ORDER], [0], b"", 1),
    ("late_response", {"delay_s": 1.0}, [ORDER], [0], b"", 1),
    ("endpoint_partial_failure", {"executed": "no"}, [CANCEL, ORDER, CANCEL, CANCEL],
     [503, 200, 200, 503], b"-1007", 2),
    ("clock_skew", {}, [FUTURE], [400], b"1000ms ahead", 0),
    ("nonce_invalid", {"how": "always"}, [ORDER], [400], b"-1021", 0),
    ("insufficient_balance", {"rejections": 1}, [ORDER, ORDER], [400, 200], b"orderId", 1),
    ("insufficient_balance", {"cause": "lost_order"}, [ORDER, ORDER], [0, 400], b"-2010", 1),
    ("filter_change", {}, [ORDER, RULES], [400, 200], b'"stepSize":"0.00100000"', 1),
    ("maintenance", {}, [CANCEL, ORDER], [200, 400], b"Market is closed.", 1),
    ("cancel_reject", {}, [CANCEL], [400], b"-2011", 0),
    ("cancel_reject", {"truth": "canceled"}, [CANCEL], [400], b"-2011", 1),
    ("status_eventual", {}, [ORDER, QUERY], [200, 400], b"-2013", 1),
    ("duplicate_client_id", {}, [ORDER, ORDER], [200, 400], b"Duplicate order sent.", 1),
    ("user_stream_expiry", {"how": "renewal_refused"}, [RENEWAL], [400], b"-1125", 0),
    ("schema_drift", {"changes": ["unknown_enum"]}, [QUERY], [200], b"EXPIRED_IN_MATCH", 1),
    ("self_trade_prevention", {}, [ORDER], [200], b"EXPIRED_IN_MATCH", 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "parameters", "requests", "statuses", "holds", "got_through"), TABLE
)
def test_works_through_the_link_and_heals(
    proxy, running, exchange, fault, parameters, requests, statuses, holds, got_through
):
    """What the client gets, what the exchange sees, and that both are as before afterwards."""
    lease = proxy.arm({"fault": fault, "parameters": parameters, "ttl_s": 60.0})

    answers = [ask(running["url"], *request) for request in requests]
    seen = len(exchange.seen)
    proxy.remove(lease["id"])
    healed_status, healed_body = ask(running["url"], *requests[0])

    assert [status for status, _ in answers] == statuses
    assert holds in answers[-1][1]
    assert seen == got_through
    assert healed_status == 200
    assert healed_body == ANSWERS[exchange.seen[-1]]


async def _say(url, path, words, wait_s=0.5):
    """Open a WebSocket, say one word after the other, and give the texts that come back."""
    heard = []
    async with aiohttp.ClientSession() as session, session.ws_connect(url + path) as socket:
        for word in words:
            await socket.send_str(word)
            try:
                message = await socket.receive(timeout=wait_s)
            except TimeoutError:
                continue
            if message.type == WSMsgType.TEXT:
                heard.append(message.data)
    return heard


PLACE = '{"id":3,"method":"order.place","params":{"symbol":"BTCUSDT","newClientOrderId":"w"}}'

SOCKETS = [
    # fault, parameters, path, what is said, how each word that comes back begins, got through
    ("http_429", {"trigger": "always"}, "/ws-api/v3", [PLACE],
     ['{"id":3,"status":429,"error":{"code":-1003'], 0),
    ("http_418_ban", {"requests": 1}, "/ws-api/v3", [PLACE, PLACE],
     ['{"id": 3, "status": 200', '{"id":3,"status":429'], 1),
    ("http_5xx_status_unknown", {"executed": "yes"}, "/ws-api/v3", [PLACE],
     ['{"id":3,"status":503,"error":{"code":-1007'], 1),
    ("insufficient_balance", {}, "/ws-api/v3", [PLACE],
     ['{"id":3,"status":400,"error":{"code":-2010'], 0),
    ("request_lost", {}, "/ws-api/v3", [PLACE], [], 0),
    ("response_lost", {}, "/ws-api/v3", [PLACE], [], 1),
    ("waf_403_html", {}, "/ws-api/v3", [PLACE], [], 0),
    ("user_stream_expiry", {"heal": "lease"}, "/ws/listenkey", ["x"], [], 0),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "parameters", "path", "words", "heard", "got_through"), SOCKETS)
def test_works_inside_a_websocket_and_heals(
    proxy, running, exchange, fault, parameters, path, words, heard, got_through
):
    """Calls of the WebSocket API meet the same trouble as REST; upgrades are left out by scope."""
    scope = {"role": "order,private"}
    lease = proxy.arm({"fault": fault, "parameters": parameters, "scope": scope, "ttl_s": 60.0})

    came_back = asyncio.run(_say(running["url"], path, words))
    seen = len(exchange.seen)
    proxy.remove(lease["id"])
    healed = asyncio.run(_say(running["url"], path, words[:1]))

    assert [text[: len(start)] for text, start in zip(came_back, heard, strict=True)] == heard
    assert seen == got_through
    assert healed[0].startswith(('{"id": 3, "status": 200', EVENT))


async def _listen_before_arming(proxy, url):
    """The account event stream is open when the fault comes into force."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/ws/key1") as socket:
        await socket.send_str("x")
        before = await socket.receive(timeout=2)
        proxy.arm(
            {"fault": "user_stream_expiry", "parameters": {"how": "key_expired"}, "ttl_s": 60.0}
        )
        told = await socket.receive(timeout=2)
        await socket.send_str("x")
        try:
            after = (await socket.receive(timeout=0.5)).data
        except TimeoutError:
            after = None
    return before.data, told.data, after


def test_an_open_account_stream_is_told_of_its_end_and_falls_silent(proxy, running):
    """The event comes although the exchange has sent nothing."""
    before, told, after = asyncio.run(_listen_before_arming(proxy, running["url"]))

    assert before == EVENT
    assert told.startswith('{"e":"listenKeyExpired","E":')
    assert told.endswith('"listenKey":"key1"}')
    assert after is None
