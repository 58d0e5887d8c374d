"""The trader's HTTP API. Reading is free; whatever changes something needs the bearer token."""

import hmac
import os
from typing import Any

from aiohttp import web

from chaostrading.core.files import to_json
from chaostrading.core.money import decimal
from chaostrading.paper.trader import views
from chaostrading.paper.trader.order import Order, Wish
from chaostrading.paper.trader.trader import Trader

__all__ = ["make_app"]

BODY_MAX = 65_536


def make_app(trader: Trader, token: str) -> web.Application:
    """The aiohttp application of one trader."""
    pid = os.getpid()
    app = web.Application(client_max_size=BODY_MAX, middlewares=[_guard(token)])

    async def health(_: web.Request) -> web.Response:
        return _json(views.health(trader, pid))

    async def status(_: web.Request) -> web.Response:
        return _json(views.status(trader))

    async def metrics(_: web.Request) -> web.Response:
        return _json(views.metrics(trader))

    async def positions(_: web.Request) -> web.Response:
        return _json(trader.account.to_json())

    async def orders(_: web.Request) -> web.Response:
        return _json(views.orders(trader))

    async def audit(request: web.Request) -> web.Response:
        since = request.query.get("since", "0")
        if not since.isdigit():
            return _json({"error": f"since must be a sequence number, was {since!r}"}, 400)
        log = trader.kit.audit
        return _json({"entries": log.since(int(since)), "head": log.head})

    async def place(request: web.Request) -> web.Response:
        body = await _body(request)
        return _placed(trader.submit(_wish(body)))

    async def signal(request: web.Request) -> web.Response:
        body = await _body(request)
        symbol, side = str(body.get("symbol", "")), str(body.get("side", "")).upper()
        return _placed(trader.desk.signal(symbol, side))

    async def kill(request: web.Request) -> web.Response:
        trader.kill(_reason(await _body(request)))
        return _json({"trading_state": trader.risk.trading_state})

    async def resume(request: web.Request) -> web.Response:
        trader.resume(_reason(await _body(request)))
        return _json({"trading_state": trader.risk.trading_state})

    for path, handler in (
        ("/health", health),
        ("/status", status),
        ("/metrics", metrics),
        ("/positions", positions),
        ("/orders", orders),
        ("/audit", audit),
    ):
        app.router.add_get(path, handler)
    for path, handler in (
        ("/orders", place),
        ("/signals", signal),
        ("/kill", kill),
        ("/resume", resume),
    ):
        app.router.add_post(path, handler)
    return app


def _guard(token: str) -> Any:
    @web.middleware
    async def guard(request: web.Request, handler: Any) -> web.StreamResponse:
        if "Origin" in request.headers:
            return _json({"error": "browsers are not served here"}, 403)
        if request.method != "GET":
            given = request.headers.get("Authorization", "")
            wanted = f"Bearer {token}"
            if not token or not hmac.compare_digest(given.encode(), wanted.encode()):
                return _json({"error": "a bearer token is needed"}, 401)
        try:
            answer: web.StreamResponse = await handler(request)
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        except web.HTTPException as error:
            return _json({"error": error.reason}, error.status)
        return answer

    return guard


async def _body(request: web.Request) -> dict[str, Any]:
    body = await request.json()
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _wish(body: dict[str, Any]) -> Wish:
    kind = str(body.get("type", "LIMIT")).upper()
    price = body.get("price")
    stop = body.get("stop_price")
    return Wish(
        symbol=str(body.get("symbol", "")),
        side=str(body.get("side", "")).upper(),
        type=kind,
        quantity=decimal(str(body.get("quantity", "")), "quantity"),
        price=None if price in (None, "") else decimal(str(price), "price"),
        time_in_force=str(body.get("time_in_force", "GTC" if kind != "MARKET" else "")).upper(),
        stop_price=None if stop in (None, "") else decimal(str(stop), "stop_price"),
    )


def _reason(body: dict[str, Any]) -> str:
    reason = str(body.get("reason", "")).strip()
    if not reason:
        raise ValueError("reason must be given")
    return reason[:500]


def _placed(placed: Order | str) -> web.Response:
    if isinstance(placed, str):
        return _json({"denied": placed}, 422)
    return _json({"client_id": placed.client_id, "status": placed.state}, 202)


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(text=to_json(value), status=status, content_type="application/json")
