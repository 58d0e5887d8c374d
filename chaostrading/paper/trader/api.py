"""The trader's HTTP API. Reading is free; whatever changes something needs the bearer token."""

import hmac
import os
from typing import Any

from aiohttp import web

from chaostrading.paper.trader import views
from chaostrading.paper.trader.order_api import Denied, OrderApi, json_answer, json_body
from chaostrading.paper.trader.trader import Trader

__all__ = ["make_app"]

BODY_MAX = 65_536
FRAMES_MAX = 1_000


def make_app(trader: Trader, token: str) -> web.Application:
    """The aiohttp application of one trader."""
    pid = os.getpid()
    app = web.Application(client_max_size=BODY_MAX, middlewares=[_guard(trader, token)])

    async def health(_: web.Request) -> web.Response:
        return json_answer(views.health(trader, pid))

    async def status(_: web.Request) -> web.Response:
        return json_answer(views.status(trader))

    async def metrics(_: web.Request) -> web.Response:
        return json_answer(views.metrics(trader))

    async def positions(_: web.Request) -> web.Response:
        return json_answer(trader.account.to_json())

    async def orders(_: web.Request) -> web.Response:
        return json_answer(views.orders(trader))

    async def audit(request: web.Request) -> web.Response:
        since = request.query.get("since", "0")
        if not since.isdigit():
            return json_answer({"error": f"since must be a sequence number, was {since!r}"}, 400)
        log = trader.kit.audit
        return json_answer({"entries": log.since(int(since)), "head": log.head})

    async def kill(request: web.Request) -> web.Response:
        trader.kill(_reason(await json_body(request)))
        return json_answer({"trading_state": trader.risk.trading_state})

    async def resume(request: web.Request) -> web.Response:
        trader.resume(_reason(await json_body(request)))
        return json_answer({"trading_state": trader.risk.trading_state})

    async def tape(request: web.Request) -> web.Response:
        count = request.query.get("count", "50")
        if not count.isdigit():
            return json_answer({"error": f"count must be a number, was {count!r}"}, 400)
        frames = trader.tape.last(request.query.get("stream", ""), min(int(count), FRAMES_MAX))
        return json_answer({"kept": len(trader.tape), "frames": frames})

    for path, handler in (
        ("/health", health),
        ("/status", status),
        ("/metrics", metrics),
        ("/positions", positions),
        ("/orders", orders),
        ("/audit", audit),
        ("/tape", tape),
    ):
        app.router.add_get(path, handler)
    app.router.add_post("/kill", kill)
    app.router.add_post("/resume", resume)
    OrderApi(trader).register(app)
    return app


def _guard(trader: Trader, token: str) -> Any:
    def refuse(request: web.Request, status: int, reason: str) -> web.Response:
        """Answer with an error; one that would have changed something is written down."""
        if request.method != "GET":
            trader.refused(request.path[:100], reason)
        name = "denied" if status == 422 else "error"
        return json_answer({name: reason}, status)

    @web.middleware
    async def guard(request: web.Request, handler: Any) -> web.StreamResponse:
        if "Origin" in request.headers:
            return refuse(request, 403, "browsers are not served here")
        if request.method != "GET":
            given = request.headers.get("Authorization", "")
            wanted = f"Bearer {token}"
            if not token or not hmac.compare_digest(given.encode(), wanted.encode()):
                return refuse(request, 401, "a bearer token is needed")
        try:
            answer: web.StreamResponse = await handler(request)
        except Denied as denied:
            return refuse(request, 422, str(denied))
        except ValueError as error:
            return refuse(request, 400, str(error))
        except web.HTTPException as error:
            return refuse(request, error.status, error.reason)
        return answer

    return guard


def _reason(body: dict[str, Any]) -> str:
    reason = str(body.get("reason", "")).strip()
    if not reason:
        raise ValueError("reason must be given")
    return reason[:500]
