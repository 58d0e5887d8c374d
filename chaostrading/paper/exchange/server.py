"""The paper exchange as a web application."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from chaostrading.paper.exchange.hub import Hub, refusal_of
from chaostrading.paper.exchange.judge import serve_judge
from chaostrading.paper.exchange.rejections import TooMany
from chaostrading.paper.exchange.rest import serve_rest
from chaostrading.paper.exchange.venue import PaperVenue
from chaostrading.paper.exchange.ws_api import serve_api
from chaostrading.paper.exchange.ws_market import serve_streams

__all__ = ["HUB", "build_app"]

STEPS_PER_S = 8
"""How often each symbol's market moves."""
MIDS_PER_S = 4
HUB = web.AppKey("hub", Hub)


def build_app(venue: PaperVenue, token: str, *, live: bool = True) -> web.Application:
    """Put the exchange together. Token "" shuts `/paper/`; without `live` no market moves."""
    hub = Hub(venue)

    async def dispatch(request: web.Request) -> web.StreamResponse:
        path = request.path
        if path.startswith("/paper/"):
            return await serve_judge(hub, token, request)
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return await serve_rest(venue, request)
        try:
            if path.startswith("/ws-api/v3"):
                return await serve_api(hub, request)
            if path.startswith(("/ws", "/stream")):
                return await serve_streams(hub, request)
        except TooMany as refusal:
            return refusal_of(refusal)
        return await serve_rest(venue, request)

    async def run_tasks(app: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_beat(hub))]
        if live:
            tasks += [asyncio.create_task(_live(venue)), asyncio.create_task(_note_mids(venue))]
        for task in tasks:
            task.add_done_callback(_end_if_failed)
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close_sockets(app: web.Application) -> None:
        hub.close_all()

    app = web.Application(client_max_size=1 << 20)
    app[HUB] = hub
    app.router.add_route("*", "/{path:.*}", dispatch)
    app.cleanup_ctx.append(run_tasks)
    app.on_shutdown.append(close_sockets)
    return app


def _end_if_failed(task: "asyncio.Task[None]") -> None:
    # An exchange that serves on while its market stands still would lie to every judge.
    if not task.cancelled() and task.exception() is not None:
        asyncio.get_running_loop().call_exception_handler(
            {"message": "the exchange's market has failed", "exception": task.exception()}
        )
        raise SystemExit(1)


async def _beat(hub: Hub) -> None:
    loop, next_s = asyncio.get_running_loop(), 0.0
    while True:
        hub.beat()
        next_s = max(next_s + 0.1, loop.time())
        await hub.venue.clock.pause(next_s - loop.time())


async def _live(venue: PaperVenue) -> None:
    # One symbol after the other, so that the work is spread evenly over time.
    last = dict.fromkeys(venue.markets, venue.clock.monotonic())
    pause_s = 1 / STEPS_PER_S / max(1, len(last))
    while True:
        for symbol in venue.markets:
            await venue.clock.pause(pause_s)
            now = venue.clock.monotonic()
            venue.step(symbol, min(now - last[symbol], 1.0))
            last[symbol] = now


async def _note_mids(venue: PaperVenue) -> None:
    while True:
        venue.note_mids()
        await venue.clock.pause(1 / MIDS_PER_S)
