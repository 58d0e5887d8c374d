"""Every path that leads to an order, over real sockets: all end at the one risk engine."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from tiny_exchange import TinyExchange, running, tiny_exchange, until

from chaostrading.paper.trader.api import make_app
from chaostrading.paper.trader.trader import Trader

pytestmark = pytest.mark.slow

LOW = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.1", "price": "97"}
LARGE = {**LOW, "quantity": "50"}


class Api:
    """The trader's API with the right token."""

    def __init__(self, trader: Trader, exchange: TinyExchange, url: str, client: ClientSession):
        self.trader = trader
        self.exchange = exchange
        self._url = url
        self._client = client

    async def send(
        self, path: str, body: Any = None, method: str = "POST", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        told = {"Authorization": "Bearer t", **headers}
        async with self._client.request(
            method, self._url + path, json=body, headers=told
        ) as answer:
            return answer.status, json.loads(await answer.text())

    def quantities(self) -> list[str]:
        """Of all orders that reached the exchange."""
        return [
            params["quantity"]
            for method, path, params in self.exchange.requests
            if method == "POST" and "quantity" in params
        ]

    async def rest(self) -> str:
        """Rest a small order; its client id."""
        _, placed = await self.send("/orders", LOW)
        name = str(placed["client_id"])
        await until(lambda: self.trader.orders.orders[name].state == "live")
        return name


@contextlib.asynccontextmanager
async def served(folder: Path, *without: str) -> AsyncIterator[Api]:
    """A trader with its API, ready to trade, whose strategy rests."""
    async with tiny_exchange() as exchange, running(exchange, folder, *without) as trader:
        runner = web.AppRunner(make_app(trader, "t"), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        await until(lambda: trader.kit.counters["orders_accepted_total"] >= 1)
        try:
            async with ClientSession() as client:
                api = Api(trader, exchange, url, client)
                await api.send("/strategy/pause", {"seconds": 60})
                yield api
        finally:
            await runner.cleanup()


def test_each_order_of_a_batch_is_checked_for_itself(tmp_path: Path) -> None:
    """The small one is placed, the large one is not."""

    async def play() -> None:
        async with served(tmp_path) as api:
            status, body = await api.send("/orders/batch", {"orders": [LOW, LARGE]})

            assert status == 200
            assert "client_id" in body["results"][0]
            assert body["results"][1]["denied"].startswith("NOTIONAL_EXCEEDS_MAXIMUM")
            assert "50.00000000" not in api.quantities()

    asyncio.run(play())


def test_a_list_is_placed_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    """And what was reserved for the first is given back."""

    async def play() -> None:
        async with served(tmp_path) as api:
            held = set(api.trader.risk.gate.held())
            status, body = await api.send("/orders/list", {"orders": [LOW, LARGE]})

            assert (status, body["denied"][:24]) == (422, "NOTIONAL_EXCEEDS_MAXIMUM")
            assert set(api.trader.risk.gate.held()) == held
            status, body = await api.send("/orders/list", {"orders": [LOW, LOW]})
            assert (status, len(body["results"])) == (202, 2)

    asyncio.run(play())


@pytest.mark.parametrize(
    ("path", "body"),
    [("replace", {"quantity": "50", "price": "97"}), ("amend", {"quantity": "50"})],
)
def test_an_order_cannot_grow_beyond_the_limit(tmp_path: Path, path: str, body: Any) -> None:
    """The one that rests stays."""

    async def play() -> None:
        async with served(tmp_path) as api:
            name = await api.rest()

            status, told = await api.send(f"/orders/{name}/{path}", body)

            assert (status, told["denied"][:24]) == (422, "NOTIONAL_EXCEEDS_MAXIMUM")
            assert api.trader.orders.orders[name].state == "live"
            status, _ = await api.send(f"/orders/{name}", method="DELETE")
            assert status == 202
            await until(lambda: api.trader.orders.orders[name].state == "canceled")

    asyncio.run(play())


def test_limits_can_be_lowered_and_not_raised(tmp_path: Path) -> None:
    """Up to those of the start."""

    async def play() -> None:
        async with served(tmp_path) as api:
            lower = await api.send("/limits", {"order_notional_usdt_max": "5"})
            denied = await api.send("/orders", LOW)
            back = await api.send("/limits", {"order_notional_usdt_max": "2000"})
            higher = await api.send("/limits", {"order_notional_usdt_max": "2001"})
            strange = await api.send("/limits", {"risk_engine": "0"})

            assert (lower[0], lower[1]["order_notional_usdt_max"]) == (200, "5")
            assert denied[1]["denied"] == "NOTIONAL_EXCEEDS_MAXIMUM: notional_usdt=10.00, max=5"
            assert (back[0], higher[0], strange[0]) == (200, 422, 422)
            assert higher[1]["denied"].startswith("LIMIT_EXCEEDS_MAXIMUM")
            assert strange[1]["denied"] == "LIMIT_UNKNOWN: name=risk_engine"

    asyncio.run(play())


def test_refused_requests_stand_in_the_audit_log(tmp_path: Path) -> None:
    """Whoever sent them, and whatever was wrong with them."""

    async def play() -> None:
        async with served(tmp_path) as api:
            await api.send("/orders", LOW, Authorization="Bearer x")
            await api.send("/orders", {**LOW, "quantity": "NaN"})
            await api.send("/orders", LARGE)
            await api.send("/signals", {"symbol": "NONE", "side": "BUY"})

            denied = [
                entry["detail"]["denied"]
                for entry in api.trader.kit.audit.since(0)
                if "Denied" in entry["event"]
            ][-4:]
            assert denied == [
                "a bearer token is needed",
                "quantity must be a decimal number, was 'NaN'",
                denied[2],
                "PRICE_UNKNOWN: symbol=NONE",
            ]
            assert denied[2].startswith("NOTIONAL_EXCEEDS_MAXIMUM")

    asyncio.run(play())


@pytest.mark.parametrize(
    ("without", "path", "body"),
    [
        ("batch_gate", "/orders/batch", {"orders": [LARGE]}),
        ("risk_flags", "/orders", {**LARGE, "skip_risk_check": True}),
        ("all_order_types", "/orders", {**LARGE, "type": "MARKET", "price": None}),
    ],
)
def test_without_its_defence_a_path_leads_past_the_engine(
    tmp_path: Path, without: str, path: str, body: Any
) -> None:
    """5,000 USDT reach the exchange."""

    async def play() -> None:
        async with served(tmp_path, without) as api:
            await api.send(path, body)

            await until(lambda: "50.00000000" in api.quantities())

    asyncio.run(play())


def test_what_rested_before_a_crash_still_counts(tmp_path: Path) -> None:
    """A restart does not make room."""

    async def play() -> None:
        async with served(tmp_path) as api:
            name = await api.rest()
            await api.trader.supervisor.stop()
            held = Trader(api.trader.kit.settings, api.trader.kit.clock)
            held.orders.adopt(map(held._old_order, held._recovered.intents.values()))

            assert name in held.risk.gate.held()

    asyncio.run(play())
