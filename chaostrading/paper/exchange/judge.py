"""`/paper/`: the true books and the levers of the market, for judges only.

Bearer token, no browsers (`Origin` is refused), loopback names only. Not counted, never limited.
"""

import hmac
import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.core.money import ZERO, decimal, plain
from chaostrading.paper.exchange.hub import Hub
from chaostrading.paper.exchange.orders import Fill, Order
from chaostrading.paper.exchange.rules import changed
from chaostrading.paper.exchange.streams import encode
from chaostrading.paper.exchange.venue import ACCOUNT, PaperVenue

__all__ = ["books", "serve_judge"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")


async def serve_judge(hub: Hub, token: str, request: web.Request) -> web.Response:
    """Answer one request of a judge."""
    host = urlsplit(f"//{request.host}").hostname
    if "Origin" in request.headers or host not in LOOPBACK:
        return _error(403, "the judge's API is for local programs, not for browsers")
    name = request.path.removeprefix("/paper/")
    if request.method == "GET" and name == "health":
        return _json({"status": "ok", "mono_s": hub.venue.clock.monotonic()})
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        return _error(403, "the judge's API needs the bearer token the exchange was started with")
    try:
        if request.method == "GET" and name == "books":
            since_s = float(request.query.get("since_mono_s", "0"))
            return _json(books(hub.venue, since_s))
        if request.method == "POST" and name in LEVERS:
            return _json(LEVERS[name](hub, await _body(request)))
    except ValueError as error:
        return _error(400, str(error))
    return _error(404, f"no {request.method} /paper/{name} (known: health, books, {_known()})")


def books(venue: PaperVenue, since_mono_s: float = 0.0) -> dict[str, Any]:
    """The ground truth: what changed since then, and positions and balances as they are now."""
    engine, ledger = venue.engine, venue.engine.ledger
    fills = engine.fills(ACCOUNT)
    positions = dict.fromkeys(engine.rules, ZERO)
    for fill in fills:
        positions[fill.symbol] += fill.quantity if fill.side == "BUY" else -fill.quantity
    return {
        "orders": [
            _order(order)
            for order in engine.orders(ACCOUNT)
            if max(order.accepted_mono_s, order.changed_mono_s) >= since_mono_s
        ],
        "fills": [_fill(fill) for fill in fills if fill.mono_s >= since_mono_s],
        "positions": {symbol: plain(quantity) for symbol, quantity in positions.items()},
        "balances": {
            asset: {
                "free": plain(ledger.free(ACCOUNT, asset)),
                "locked": plain(ledger.locked(ACCOUNT, asset)),
            }
            for asset in ledger.assets(ACCOUNT)
        },
        "mids": [row for row in venue.mids if row[0] >= since_mono_s],
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "order_id": str(order.order_id),
        "client_id": order.client_id,
        "symbol": order.symbol,
        "side": order.side,
        "type": order.type,
        "price": plain(order.price),
        "quantity": plain(order.quantity),
        "executed": plain(order.executed),
        "status": order.status,
        "accepted_mono_s": order.accepted_mono_s,
    }


def _fill(fill: Fill) -> dict[str, Any]:
    return {
        "trade_id": str(fill.trade_id),
        "order_id": str(fill.order_id),
        "client_id": fill.client_id,
        "symbol": fill.symbol,
        "side": fill.side,
        "price": plain(fill.price),
        "quantity": plain(fill.quantity),
        "mono_s": fill.mono_s,
    }


def _market(hub: Hub, body: dict[str, Any]) -> Any:
    market = hub.venue.markets[_symbol(hub, body)]
    known = {"move", "over_s", "oscillate", "every_s", "for_s", "freeze", "rush"}
    for name in body:
        if name not in known | {"symbol"}:
            raise unknown_name("market parameter", name, known)
    if "move" in body:
        market.move(_share(body["move"], "move"), _seconds(body, "over_s", 0, least=0))
    elif "oscillate" in body:
        every_s = _seconds(body, "every_s", 0.3, least=0.01)
        for_s = _seconds(body, "for_s", 60, least=0.01)
        market.oscillate(_share(body["oscillate"], "oscillate"), every_s, for_s)
    elif "rush" in body:
        rungs = body["rush"]
        if isinstance(rungs, bool) or not isinstance(rungs, int) or not 0 <= rungs <= 1_000:
            raise InvalidInput(f"market: rush must be 0 to 1000 rungs, was {rungs!r}")
        market.rush(rungs, _seconds(body, "for_s", 60, least=0.01))
    elif isinstance(body.get("freeze"), bool):
        market.freeze(body["freeze"])
    else:
        raise InvalidInput("market: one of move, oscillate, rush, freeze is needed")
    return {"symbol": market.symbol, "price": plain(market.quoted()), "frozen": market.frozen}


def _rules(hub: Hub, body: dict[str, Any]) -> Any:
    symbol = _symbol(hub, body)
    changes = {name: str(value) for name, value in body.items() if name != "symbol"}
    rules = changed(hub.venue.engine.rules[symbol], **changes)
    hub.venue.engine.rules[symbol] = rules
    return {
        "symbol": symbol,
        "step_size": plain(rules.step_size),
        "tick_size": plain(rules.tick_size),
        "min_notional": plain(rules.min_notional),
        "status": rules.status,
    }


def _limits(hub: Hub, body: dict[str, Any]) -> Any:
    changes = {name: value for name, value in body.items() if name != "reset"}
    hub.venue.settings.change(changes)
    if body.get("reset") is True:
        hub.venue.limits.reset()
    return hub.venue.settings.show()


def _shutdown_notice(hub: Hub, body: dict[str, Any]) -> Any:
    return {"connections": hub.announce_end()}


LEVERS = {
    "market": _market,
    "rules": _rules,
    "limits": _limits,
    "shutdown_notice": _shutdown_notice,
}


def _known() -> str:
    return ", ".join(LEVERS)


async def _body(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    body = json.loads(text) if text else {}
    if not isinstance(body, dict):
        raise InvalidInput("the body must be a JSON object")
    return body


def _symbol(hub: Hub, body: dict[str, Any]) -> str:
    symbol = body.get("symbol")
    if symbol not in hub.venue.engine.rules:
        raise unknown_name("symbol", symbol, hub.venue.engine.rules)
    return str(symbol)


def _share(value: object, name: str) -> Decimal:
    share = decimal(str(value), f"market: {name}")
    if share <= -1 or share > 100:
        raise InvalidInput(f"market: {name} must be above -1 and at most 100, was {share}")
    return share


def _seconds(body: dict[str, Any], name: str, default: float, *, least: float) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < 1e6:
        raise InvalidInput(f"market: {name} must be at least {least} seconds, was {value!r}")
    return float(value)


def _json(value: Any) -> web.Response:
    return web.Response(text=encode(value), content_type="application/json")


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
