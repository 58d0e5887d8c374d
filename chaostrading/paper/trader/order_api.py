"""The ways in which orders come over HTTP. All of them end at the one risk engine."""

from typing import Any

from aiohttp import web

from chaostrading.core.files import to_json
from chaostrading.paper.trader import views
from chaostrading.paper.trader.order import Order, Wish
from chaostrading.paper.trader.order_entry import Requests, changes, claims, wish, wishes
from chaostrading.paper.trader.trader import Trader

__all__ = ["Denied", "OrderApi", "json_answer", "json_body"]


class Denied(Exception):
    """A request is refused with a line of the risk engine's kind."""


class OrderApi:
    """The handlers that place, replace and cancel orders, and that change limits."""

    def __init__(self, trader: Trader) -> None:
        self._trader = trader
        self._requests = Requests(trader.requests_seen)

    def register(self, app: web.Application) -> None:
        """Add the routes."""
        post = app.router.add_post
        post("/orders", self.place)
        post("/orders/batch", self.batch)
        post("/orders/list", self.order_list)
        post("/orders/{client_id}/replace", self.replace)
        post("/orders/{client_id}/amend", self.amend)
        post("/signals", self.signal)
        post("/limits", self.limits)
        post("/strategy/pause", self.pause)
        app.router.add_delete("/orders/{client_id}", self.cancel)

    async def place(self, request: web.Request) -> web.Response:
        """One order."""
        body = await self._read(request)
        wanted = wish(body, "order", claims(request.headers))
        return self._placed(body, self._trader.submit(wanted))

    async def batch(self, request: web.Request) -> web.Response:
        """Several orders, each for itself."""
        body = await self._read(request)
        wanted = wishes(body, "batch", claims(request.headers))
        self._requests.served(body)
        return json_answer({"results": [_result(self._trader.submit(one)) for one in wanted]})

    async def order_list(self, request: web.Request) -> web.Response:
        """Several orders, all or none."""
        body = await self._read(request)
        placed = self._trader.desk.submit_together(wishes(body, "list", claims(request.headers)))
        if isinstance(placed, str):
            return self._placed(body, placed)
        self._requests.served(body)
        return json_answer({"results": [_result(order) for order in placed]}, 202)

    async def replace(self, request: web.Request) -> web.Response:
        """Another order in the place of one that rests, in the same symbol and on its side."""
        return await self._instead(request, "replace", ("type", "quantity", "price"))

    async def amend(self, request: web.Request) -> web.Response:
        """Another quantity for an order that rests."""
        return await self._instead(request, "amend", ("quantity",))

    async def cancel(self, request: web.Request) -> web.Response:
        """Cancel an order that rests."""
        order = self._resting(request)
        self._trader.desk.cancel(order)
        return json_answer(_result(order), 202)

    async def signal(self, request: web.Request) -> web.Response:
        """A signal for the strategy, which finds price and size itself."""
        body = await self._read(request)
        symbol, side = str(body.get("symbol", "")), str(body.get("side", "")).upper()
        return self._placed(body, self._trader.desk.signal(symbol, side))

    async def pause(self, request: web.Request) -> web.Response:
        """Let the strategy rest for some seconds; what people and programs ask is served."""
        seconds = (await self._read(request)).get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= 300:
            raise ValueError(f"seconds must be a whole number within 0..300, was {seconds!r}")
        self._trader.desk.pause(seconds)
        return json_answer({"paused_s": seconds})

    async def limits(self, request: web.Request) -> web.Response:
        """Change risk limits, never beyond those of the start."""
        denial = self._trader.risk.tighten(changes(await self._read(request)))
        if denial is not None:
            raise Denied(denial)
        limits = views.limits(self._trader)
        self._trader.kit.audit.write("LimitsChanged", limits)
        return json_answer(limits)

    async def _read(self, request: web.Request) -> dict[str, Any]:
        body = await json_body(request)
        denial = self._requests.denial(body, self._trader.kit.clock.wall())
        if denial is not None:
            raise Denied(denial)
        return body

    def _resting(self, request: web.Request) -> Order:
        client_id = request.match_info["client_id"]
        order = self._trader.orders.orders.get(client_id)
        if order is None or order.state != "live":
            raise Denied(f"ORDER_NOT_RESTING: client_id={client_id[:64]}")
        return order

    async def _instead(
        self, request: web.Request, path: str, names: tuple[str, ...]
    ) -> web.Response:
        body, old = await self._read(request), self._resting(request)
        changed = {name: body[name] for name in names if name in body}
        said = (*claims(request.headers), *(name for name in body if body[name]))
        wanted = wish(_terms(old.wish) | changed, path, said)
        return self._placed(body, self._trader.desk.replace(old, wanted))

    def _placed(self, body: dict[str, Any], placed: Order | str) -> web.Response:
        if isinstance(placed, str):
            return json_answer(_result(placed), 422)
        self._requests.served(body)
        return json_answer(_result(placed), 202)


async def json_body(request: web.Request) -> dict[str, Any]:
    """The body of a request. Raises ValueError when it is no JSON object."""
    body = await request.json()
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def json_answer(value: Any, status: int = 200) -> web.Response:
    """An answer in JSON."""
    return web.Response(text=to_json(value), status=status, content_type="application/json")


def _terms(old: Wish) -> dict[str, Any]:
    return {
        "symbol": old.symbol,
        "side": old.side,
        "type": old.type,
        "quantity": str(old.quantity),
        "price": "" if old.price is None else str(old.price),
        "time_in_force": old.time_in_force,
        "stop_price": "" if old.stop_price is None else str(old.stop_price),
    }


def _result(placed: Order | str) -> dict[str, str]:
    if isinstance(placed, str):
        return {"denied": placed}
    return {"client_id": placed.client_id, "status": placed.state}
