"""A tiny exchange that fills every marketable order, and a trader against it."""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from chaostrading.core.clock import SystemClock
from chaostrading.paper.trader.settings import Settings
from chaostrading.paper.trader.trader import Trader

Answer = tuple[int, dict[str, str], Any]
BID, ASK = Decimal("99.90"), Decimal("100.10")


class TinyExchange:
    """Speaks just enough of the dialect. `plan` holds answers to give instead of the usual ones."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.plan: dict[str, deque[Answer]] = {}
        """By `METHOD /path`: answers to give first."""
        self.hang: set[str] = set()
        """`METHOD /path` that are executed and never answered."""
        self.orders: dict[str, dict[str, Any]] = {}
        self.trades: list[dict[str, Any]] = []
        self.base = Decimal(5)
        self.sockets: set[web.WebSocketResponse] = set()
        self.silent = False
        self.update = 1_000

    def posted(self) -> list[str]:
        """Client ids of all order requests."""
        made = (
            p for method, path, p in self.requests if (method, path) == ("POST", "/api/v3/order")
        )
        return [params["newClientOrderId"] for params in made]

    async def rest(self, request: web.Request) -> web.StreamResponse:
        """Any REST call."""
        key = f"{request.method} {request.path}"
        self.requests.append((request.method, request.path, dict(request.query)))
        planned = self.plan.get(key)
        if planned:
            status, headers, body = planned.popleft()
            return web.Response(status=status, headers=headers, text=json.dumps(body))
        body = self.answer(key, dict(request.query))
        if key in self.hang:
            await asyncio.sleep(30)
        status = 400 if isinstance(body, dict) and "code" in body else 200
        return web.json_response(body, status=status)

    def answer(self, key: str, params: dict[str, str]) -> Any:
        """The usual answers."""
        symbol = params.get("symbol", "BTCUSDT")
        if key == "POST /api/v3/order":
            return self.execute(params)
        if key == "GET /api/v3/order":
            missing = {"code": -2013, "msg": "Order does not exist."}
            return self.orders.get(params["origClientOrderId"], missing)
        if key == "DELETE /api/v3/order":
            return self.cancel(params["origClientOrderId"])
        if key == "DELETE /api/v3/openOrders":
            return [self.cancel(row["clientOrderId"]) for row in self.resting()]
        if key == "GET /api/v3/openOrders":
            return self.resting()
        if key == "GET /api/v3/myTrades":
            wanted = params.get("orderId")
            return [row for row in self.trades if wanted in (None, str(row["orderId"]))]
        usual: dict[str, Callable[[], Any]] = {
            "GET /api/v3/time": lambda: {"serverTime": int(SystemClock().wall() * 1000)},
            "GET /api/v3/exchangeInfo": rules,
            "GET /api/v3/account": self.account,
            "GET /api/v3/depth": lambda: {
                "lastUpdateId": self.update,
                "bids": [[str(BID), "5"]],
                "asks": [[str(ASK), "5"]],
            },
            "GET /api/v3/ticker/bookTicker": lambda: {
                "symbol": symbol,
                "bidPrice": str(BID),
                "askPrice": str(ASK),
            },
            "GET /api/v3/klines": list,
            "POST /api/v3/order/test": dict,
        }
        return usual[key]()

    def account(self) -> Any:
        """Balances."""
        rows = (("BTC", str(self.base)), ("USDT", "100000"))
        return {"balances": [{"asset": a, "free": text, "locked": "0"} for a, text in rows]}

    def execute(self, params: dict[str, str]) -> dict[str, Any]:
        """Fill what crosses, rest the others."""
        price = Decimal(params.get("price", str(ASK if params["side"] == "BUY" else BID)))
        buys = params["side"] == "BUY"
        fills = price >= ASK if buys else price <= BID
        row = {
            "symbol": params["symbol"],
            "orderId": len(self.orders) + 1,
            "clientOrderId": params["newClientOrderId"],
            "side": params["side"],
            "status": "FILLED" if fills else "NEW",
            "executedQty": params["quantity"] if fills else "0",
        }
        self.orders[row["clientOrderId"]] = row
        if not fills:
            return row
        self.base += Decimal(params["quantity"]) * (1 if buys else -1)
        trade = {
            "id": len(self.trades) + 1,
            "orderId": row["orderId"],
            "price": str(ASK if buys else BID),
            "qty": params["quantity"],
            "commission": "0",
            "commissionAsset": "USDT",
            "isBuyer": buys,
            "time": int(SystemClock().wall() * 1000),
        }
        self.trades.append(trade)
        return {**row, "fills": [{**trade, "tradeId": trade["id"]}]}

    def cancel(self, client_id: str) -> dict[str, Any]:
        """Cancel a resting order."""
        row = self.orders.get(client_id)
        if row is None or row["status"] != "NEW":
            return {"code": -2011, "msg": "Unknown order sent."}
        row["status"] = "CANCELED"
        return row

    def resting(self) -> list[dict[str, Any]]:
        """Open orders."""
        return [row for row in self.orders.values() if row["status"] == "NEW"]

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Market data for the streams that are named, twenty times a second."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.add(socket)
        with contextlib.suppress(ConnectionError, RuntimeError):
            while not socket.closed:
                if not self.silent:
                    self.update += 1
                    for frame in self.frames():
                        await socket.send_json(frame)
                await asyncio.sleep(0.05)
        return socket

    def frames(self) -> list[dict[str, Any]]:
        """One frame of each busy stream."""
        now = int(SystemClock().wall() * 1000)
        size = str(self.update % 7 + 1)
        ticker = {"u": self.update, "s": "BTCUSDT", "b": str(BID), "B": size, "a": str(ASK)}
        depth = {"e": "depthUpdate", "E": now, "s": "BTCUSDT", "U": self.update, "u": self.update}
        candle = {"t": now // 60_000 * 60_000, "c": "100", "x": False}
        return [
            {"stream": "btcusdt@bookTicker", "data": {**ticker, "A": size}},
            {
                "stream": "btcusdt@depth@100ms",
                "data": {**depth, "b": [[str(BID), size]], "a": [[str(ASK), size]]},
            },
            {
                "stream": "btcusdt@kline_1m",
                "data": {"e": "kline", "E": now, "s": "BTCUSDT", "k": candle},
            },
        ]

    async def private(self, request: web.Request) -> web.StreamResponse:
        """Acknowledges the subscription; tells of every order that was posted."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.add(socket)
        message = await socket.receive()
        if message.type is WSMsgType.TEXT:
            asked = json.loads(message.data)
            await socket.send_json({"id": asked["id"], "status": 200, "result": {}})
        told = len(self.orders)
        with contextlib.suppress(ConnectionError, RuntimeError):
            while not socket.closed:
                rows = list(self.orders.values())
                for row in rows[told:]:
                    await socket.send_json({"subscriptionId": 0, "event": report(row)})
                told = len(rows)
                await asyncio.sleep(0.05)
        return socket


def report(row: dict[str, Any]) -> dict[str, Any]:
    """The `executionReport` of an accepted order."""
    return {
        "e": "executionReport",
        "s": row["symbol"],
        "c": row["clientOrderId"],
        "C": "",
        "S": row["side"],
        "x": "NEW",
        "X": "NEW",
        "z": "0",
        "t": -1,
        "i": row["orderId"],
    }


def rules() -> dict[str, Any]:
    """One symbol."""
    filters = [
        {"filterType": "PRICE_FILTER", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "stepSize": "0.001", "minQty": "0.001"},
        {"filterType": "NOTIONAL", "minNotional": "5"},
    ]
    names = {"symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT"}
    return {"symbols": [{**names, "filters": filters}], "rateLimits": []}


@contextlib.asynccontextmanager
async def tiny_exchange() -> AsyncIterator[TinyExchange]:
    """A served tiny exchange."""
    exchange = TinyExchange()
    app = web.Application()
    app.router.add_get("/stream", exchange.stream)
    app.router.add_get("/ws-api/v3", exchange.private)
    app.router.add_route("*", "/api/v3/{rest:.*}", exchange.rest)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    exchange.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield exchange
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def running(exchange: TinyExchange, state: Path, *without: str) -> AsyncIterator[Trader]:
    """A trader that runs against the exchange."""
    settings = Settings(
        exchange=exchange.url, state=state, symbols=("BTCUSDT",), without=without, token="t"
    )
    trader = Trader(settings, SystemClock())
    trader.start()
    try:
        yield trader
    finally:
        await trader.stop()


async def until(claim: Callable[[], bool], within_s: float = 8.0) -> None:
    """Wait until a claim is true; fails when it is not in time."""
    async with asyncio.timeout(within_s):
        while not claim():  # noqa: ASYNC110 - a claim may be about anything
            await asyncio.sleep(0.02)
