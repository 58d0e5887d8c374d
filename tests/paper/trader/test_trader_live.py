"""The whole trader over real sockets, against a tiny exchange."""

import asyncio
from collections import deque
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from tiny_exchange import TinyExchange, running, tiny_exchange, until

from chaostrading.paper.trader.api import make_app
from chaostrading.paper.trader.order import Wish
from chaostrading.paper.trader.trader import Trader

pytestmark = pytest.mark.slow
LIMITED = (429, {"Retry-After": "2"}, {"code": -1003, "msg": "Too many requests."})
TOO_MANY_ORDERS = (429, {"Retry-After": "2"}, {"code": -1015, "msg": "Too many new orders."})
UNKNOWN = (503, {}, {"code": -1007, "msg": "Timeout waiting for response."})


async def ready(trader: Trader) -> None:
    """Until the trader has traded once."""
    await until(lambda: trader.kit.counters["orders_accepted_total"] >= 1)


def paths(exchange: TinyExchange, method: str, path: str) -> int:
    """How often this was asked."""
    return sum((m, p) == (method, path) for m, p, _ in exchange.requests)


def test_it_trades_and_its_position_is_the_exchange_s(tmp_path: Path) -> None:
    """Orders are accepted, fills counted once, and both sides agree."""

    async def play() -> None:
        async with tiny_exchange() as exchange, running(exchange, tmp_path) as trader:
            await until(lambda: trader.kit.counters["fills_total"] >= 2)

            await until(lambda: trader.account.fills.position("BTCUSDT") == exchange.base - 5)
            assert len(set(exchange.posted())) == len(exchange.posted())

    asyncio.run(play())


def test_nothing_is_sent_in_the_forbidden_window(tmp_path: Path) -> None:
    """One 429 silences all REST traffic for the two seconds that it asks for."""

    async def play() -> None:
        async with tiny_exchange() as exchange, running(exchange, tmp_path) as trader:
            await ready(trader)
            exchange.plan["GET /api/v3/account"] = deque([LIMITED])
            await until(lambda: trader.kit.counters["rate_limited_total"] == 1)
            await asyncio.sleep(0.2)
            before = len(exchange.requests)

            await asyncio.sleep(1.5)
            during = len(exchange.requests)

            assert during == before
            await until(lambda: len(exchange.requests) > during + 3)

    asyncio.run(play())


def test_the_limit_of_orders_stops_orders_only(tmp_path: Path) -> None:
    """Reads go on in the two seconds for which the exchange wants no orders."""

    async def play() -> None:
        async with tiny_exchange() as exchange, running(exchange, tmp_path) as trader:
            await ready(trader)
            exchange.plan["POST /api/v3/order"] = deque([TOO_MANY_ORDERS])
            await until(lambda: trader.kit.counters["rate_limited_total"] == 1)
            orders = paths(exchange, "POST", "/api/v3/order")
            reads = paths(exchange, "GET", "/api/v3/openOrders")

            await asyncio.sleep(1.7)

            assert paths(exchange, "POST", "/api/v3/order") == orders
            assert paths(exchange, "GET", "/api/v3/openOrders") > reads
            await until(lambda: paths(exchange, "POST", "/api/v3/order") > orders)

    asyncio.run(play())


def test_a_limit_that_is_said_with_status_200_is_kept_too(tmp_path: Path) -> None:
    """The next request leaves only after a backoff of about a second."""

    async def play() -> None:
        async with tiny_exchange() as exchange, running(exchange, tmp_path) as trader:
            await ready(trader)
            body = {"code": -1003, "msg": "Too many requests."}
            exchange.plan["GET /api/v3/account"] = deque([(200, {}, body)])
            await until(lambda: trader.kit.counters["rate_limited_total"] == 1)
            await asyncio.sleep(0.2)
            before = len(exchange.requests)

            await asyncio.sleep(0.6)

            assert len(exchange.requests) == before

    asyncio.run(play())


def test_without_the_rate_governor_it_hammers(tmp_path: Path) -> None:
    """The same 429 is answered with a burst of repetitions."""

    async def play() -> None:
        async with (
            tiny_exchange() as exchange,
            running(exchange, tmp_path, "rate_governor") as trader,
        ):
            await ready(trader)
            exchange.plan["GET /api/v3/account"] = deque([LIMITED] * 30)

            await until(lambda: trader.kit.counters["rate_limited_total"] >= 20, 5)

    asyncio.run(play())


def test_an_order_whose_answer_is_lost_is_asked_for_and_not_repeated(tmp_path: Path) -> None:
    """503 after execution: the query finds it, the position is right, one order per intent."""

    async def play() -> None:
        async with tiny_exchange() as exchange, running(exchange, tmp_path) as trader:
            await ready(trader)
            await until(lambda: not trader.orders.living())
            exchange.hang.add("POST /api/v3/order")
            sent = len(exchange.posted())
            await until(lambda: len(exchange.posted()) == sent + 1)
            lost = exchange.posted()[-1]
            exchange.hang.clear()

            await until(lambda: trader.orders.orders[lost].over, 12)

            assert trader.orders.orders[lost].state == "filled"
            assert exchange.posted().count(lost) == 1
            await until(lambda: trader.account.fills.position("BTCUSDT") == exchange.base - 5)

    asyncio.run(play())


def test_without_idempotent_orders_a_lost_answer_makes_more_orders(tmp_path: Path) -> None:
    """The naive trader sends the intent again under new ids."""

    async def play() -> None:
        async with (
            tiny_exchange() as exchange,
            running(exchange, tmp_path, "idempotent_orders") as trader,
        ):
            await ready(trader)
            exchange.plan["POST /api/v3/order"] = deque([UNKNOWN, UNKNOWN])

            await until(lambda: any(name.endswith("-r2") for name in exchange.posted()))

    asyncio.run(play())


def test_a_closed_stream_is_opened_again_with_all_its_streams(tmp_path: Path) -> None:
    """Orders flow again within seconds of a cut."""

    async def play() -> None:
        async with tiny_exchange() as exchange, running(exchange, tmp_path) as trader:
            await ready(trader)
            for socket in list(exchange.sockets):
                await socket.close(code=1001)
            await until(lambda: trader.feed.state != "up")

            accepted = trader.kit.counters["orders_accepted_total"]
            await until(lambda: trader.kit.counters["orders_accepted_total"] > accepted)

            assert trader.kit.counters["reconnects_total"] >= 2

    asyncio.run(play())


def test_silent_data_stops_entries_and_says_so(tmp_path: Path) -> None:
    """After five seconds without news entries are denied; the price shown is the last good one."""

    async def play() -> None:
        async with tiny_exchange() as exchange, running(exchange, tmp_path) as trader:
            await ready(trader)
            exchange.silent = True
            await until(lambda: trader.market.symbols["BTCUSDT"].stale)

            quantity = abs(trader.account.fills.position("BTCUSDT")) + 1
            wish = Wish(symbol="BTCUSDT", side="BUY", type="MARKET", quantity=quantity)
            denied = trader.submit(wish)
            sent = len(exchange.posted())
            await asyncio.sleep(2)

            assert isinstance(denied, str)
            assert denied.startswith(("DATA_STALE", "FEED_NOT_READY"))
            assert len(exchange.posted()) == sent
            assert trader.market.symbols["BTCUSDT"].good.for_marking(None) == 100

    asyncio.run(play())


def test_the_kill_switch_leaves_nothing_resting(tmp_path: Path) -> None:
    """A cancel that fails is repeated until the list of open orders is empty."""

    async def play() -> None:
        async with tiny_exchange() as exchange, running(exchange, tmp_path) as trader:
            await ready(trader)
            await until(lambda: bool(exchange.resting()))
            exchange.plan["DELETE /api/v3/openOrders"] = deque([UNKNOWN, UNKNOWN])

            trader.kill("test")
            await until(lambda: trader.risk.kill.verified)

            assert exchange.resting() == []
            assert paths(exchange, "DELETE", "/api/v3/openOrders") >= 3
            assert trader.risk.trading_state == "halted"

    asyncio.run(play())


def test_a_restart_reads_first_and_remembers(tmp_path: Path) -> None:
    """Open orders and trades are read before the first order; the position is what it was."""

    async def play() -> None:
        async with tiny_exchange() as exchange:
            async with running(exchange, tmp_path) as trader:
                await until(lambda: trader.kit.counters["fills_total"] >= 1)
                await until(lambda: trader.account.fills.position("BTCUSDT") == exchange.base - 5)
            seen = len(exchange.requests)

            async with running(exchange, tmp_path) as again:
                await ready(again)

                calls = [(method, path) for method, path, _ in exchange.requests[seen:]]
                first_order = calls.index(("POST", "/api/v3/order"))
                assert ("GET", "/api/v3/openOrders") in calls[:first_order]
                assert ("GET", "/api/v3/myTrades") in calls[:first_order]
                await until(lambda: again.account.fills.position("BTCUSDT") == exchange.base - 5)

    asyncio.run(play())


def test_timeouts_lead_to_simulated_orders_and_back(tmp_path: Path) -> None:
    """While orders are never answered none is sent; a probe that is answered ends it."""

    async def play() -> None:
        async with tiny_exchange() as exchange, running(exchange, tmp_path) as trader:
            await ready(trader)
            exchange.hang |= {"POST /api/v3/order", "POST /api/v3/order/test"}
            await until(lambda: trader.gateway.fallback.active, 19)
            await until(lambda: trader.kit.counters["paper_fills_total"] >= 1)
            sent = len(exchange.posted())
            exchange.hang.clear()

            await until(lambda: not trader.gateway.fallback.active, 10)

            assert len(exchange.posted()) == sent
            accepted = trader.kit.counters["orders_accepted_total"]
            await until(lambda: trader.kit.counters["orders_accepted_total"] > accepted, 10)

    asyncio.run(play())


def test_the_http_api_reads_freely_and_changes_with_the_token(tmp_path: Path) -> None:
    """Status codes and bodies as documented."""

    async def play() -> None:
        async with tiny_exchange() as exchange, running(exchange, tmp_path) as trader:
            runner = web.AppRunner(make_app(trader, "t"), access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            await ready(trader)
            token = {"Authorization": "Bearer t"}
            large = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "50"}
            async with ClientSession() as session:

                async def post(path: str, body: object, headers: dict[str, str]) -> tuple[int, str]:
                    async with session.post(url + path, json=body, headers=headers) as answer:
                        return answer.status, await answer.text()

                for path in (
                    "/health",
                    "/status",
                    "/metrics",
                    "/positions",
                    "/orders",
                    "/audit",
                    "/tape",
                ):
                    async with session.get(url + path) as answer:
                        assert answer.status == 200, path
                assert (await post("/kill", {"reason": "x"}, {}))[0] == 401
                assert (await post("/kill", {"reason": "x"}, token | {"Origin": "a"}))[0] == 403
                assert (await post("/kill", {}, token))[0] == 400
                status, text = await post("/orders", large, token)
                assert status == 422
                assert "NOTIONAL_EXCEEDS_MAXIMUM: notional_usdt=5000.00, max=2000" in text
                small = {**large, "quantity": "0.1"}
                assert (await post("/orders", small, token))[0] == 202
                signal = {"symbol": "BTCUSDT", "side": "SELL"}
                assert (await post("/signals", signal, token))[0] == 202
                assert (await post("/kill", {"reason": "x"}, token))[0] == 200
                assert (await post("/orders", small, token))[0] == 422
                assert (await post("/resume", {"reason": "x"}, token))[0] == 200
            await runner.cleanup()

    asyncio.run(play())
