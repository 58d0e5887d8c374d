"""HTTP: finds the endpoint, reads query and form, answers with the headers that bots live by."""

from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from chaostrading.paper.exchange import (
    account_calls,
    list_calls,
    market_calls,
    stub_calls,
    trade_calls,
)
from chaostrading.paper.exchange.endpoint import ENDPOINTS
from chaostrading.paper.exchange.gate import Asked, ask
from chaostrading.paper.exchange.keys import without_signature
from chaostrading.paper.exchange.rejections import Rejected, TooMany
from chaostrading.paper.exchange.streams import encode
from chaostrading.paper.exchange.venue import ACCOUNT, PaperVenue

__all__ = ["CALLS", "serve_rest"]

CALLS = (account_calls, list_calls, market_calls, stub_calls, trade_calls)
"""The modules whose import fills the table of endpoints."""


async def serve_rest(venue: PaperVenue, request: web.Request) -> web.Response:
    """Answer one HTTP request."""
    arrived_ms = venue.clock.wall() * 1000
    address = request.remote or ""
    endpoint = ENDPOINTS.get((request.method, request.path))
    if endpoint is None:
        return _not_found(request)
    # The bytes as sent: a query that was decoded and encoded again has another signature.
    query = request.raw_path.partition("?")[2]
    body = (await request.read()).decode("utf-8", "replace")
    try:
        asked = Asked(
            endpoint=endpoint,
            values=_values(query, body),
            address=address,
            key=request.headers.get("X-MBX-APIKEY"),
            payload=without_signature(query) + without_signature(body),
            arrived_ms=arrived_ms,
        )
        answer: Any = await ask(venue, asked)
        response = web.Response(text=encode(answer), content_type="application/json")
        if endpoint.orders:
            in_10s, in_day = venue.limits.order_counts(ACCOUNT, venue.engine.now_ms())
            response.headers["X-MBX-ORDER-COUNT-10S"] = str(in_10s)
            response.headers["X-MBX-ORDER-COUNT-1D"] = str(in_day)
    except Rejected as refusal:
        response = web.Response(
            text=encode(refusal.body()), status=refusal.status, content_type="application/json"
        )
        if isinstance(refusal, TooMany):
            response.headers["Retry-After"] = str(refusal.retry_after_s)
    used = str(venue.limits.used_weight(address, venue.engine.now_ms()))
    response.headers["X-MBX-USED-WEIGHT"] = used
    response.headers["X-MBX-USED-WEIGHT-1M"] = used
    return response


def _values(query: str, body: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for text in (body, query):
        pairs = parse_qsl(text, keep_blank_values=True)
        if len({name for name, _ in pairs}) < len(pairs):
            raise Rejected(-1101, "Duplicate values for a parameter detected.")
        values.update(pairs)
    return values


def _not_found(request: web.Request) -> web.Response:
    known = [method for method, path in ENDPOINTS if path == request.path]
    if known:
        text = f"Request method '{request.method}' not supported"
        return web.json_response({"code": -1020, "msg": text}, status=405)
    page = "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>"
    return web.Response(text=page, status=404, content_type="text/html")
