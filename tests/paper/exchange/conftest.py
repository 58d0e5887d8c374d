"""What tests of the paper exchange share: an engine, a client that signs, a served exchange."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web

from chaostrading.core.clock import ManualClock, SystemClock
from chaostrading.paper.exchange.engine import Engine
from chaostrading.paper.exchange.orders import OrderRequest
from chaostrading.paper.exchange.rules import DEFAULT_RULES
from chaostrading.paper.exchange.server import HUB, build_app
from chaostrading.paper.exchange.venue import PaperVenue


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def engine(clock: ManualClock) -> Engine:
    """An empty book, and two accounts with 100,000 USDT and 10 BTC each."""
    built = Engine(DEFAULT_RULES, clock)
    for name in ("anna", "ben"):
        built.open_account(name, {"USDT": Decimal(100_000), "BTC": Decimal(10)})
    return built


@pytest.fixture
def ask() -> Callable[..., OrderRequest]:
    """Write an order request in one line: `ask("BUY", "0.1", "60000")`."""

    def build(side: str, quantity: str, price: str = "", **more: Any) -> OrderRequest:
        values: dict[str, Any] = {"type": "LIMIT" if price else "MARKET", **more}
        for name in ("stop_price", "quote_quantity"):
            if name in values:
                values[name] = Decimal(values[name])
        return OrderRequest(
            symbol="BTCUSDT",
            side=side,  # type: ignore[arg-type]
            quantity=Decimal(quantity) if quantity else None,
            price=Decimal(price) if price else None,
            **values,
        )

    return build


class Client:
    """A client that signs as Binance wants it."""

    def __init__(self, session: aiohttp.ClientSession, url: str, venue: PaperVenue) -> None:
        self.session = session
        self.url = url
        self.venue = venue
        self.key = "paper-key"
        self.secret = "paper-secret"
        self.headers: dict[str, str] = {}

    async def get(self, path: str, **params: Any) -> tuple[int, Any]:
        return await self._send("GET", path, urlencode(params), "", {})

    async def signed(
        self, method: str, path: str, *, as_form: bool = False, **params: Any
    ) -> tuple[int, Any]:
        params.setdefault("timestamp", int(self.venue.clock.wall() * 1000))
        text = urlencode(params)
        text += "&signature=" + self.sign(text)
        query, body = ("", text) if as_form else (text, "")
        return await self._send(method, path, query, body, {"X-MBX-APIKEY": self.key})

    async def judge(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        return await self._send(
            method, path, "", json.dumps(body or {}), {"Authorization": "Bearer T"}
        )

    def sign(self, text: str) -> str:
        return hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    async def _send(
        self, method: str, path: str, query: str, body: str, headers: dict[str, str]
    ) -> tuple[int, Any]:
        url = f"{self.url}{path}" + (f"?{query}" if query else "")
        headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        async with self.session.request(
            method, aiohttp.client.URL(url, encoded=True), data=body or None, headers=headers
        ) as answer:
            self.headers = dict(answer.headers)
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith(("{", "[")) else text


@asynccontextmanager
async def _served(**options: Any) -> AsyncIterator[Client]:
    clock = options.pop("clock", None) or SystemClock()
    venue = PaperVenue(seed=7, clock=clock, **options)
    runner = web.AppRunner(build_app(venue, "T", live=False), shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession() as session:
            client = Client(session, url, venue)
            client.hub = runner.app[HUB]  # type: ignore[attr-defined]
            yield client
    finally:
        await runner.cleanup()


@pytest.fixture
def with_exchange() -> Callable[..., Any]:
    """Run `async def story(client)` against an exchange whose market stands still."""

    def play(story: Callable[[Client], Any], **options: Any) -> Any:
        async def run() -> Any:
            async with _served(**options) as client, asyncio.timeout(15):
                return await story(client)

        return asyncio.run(run())

    return play
