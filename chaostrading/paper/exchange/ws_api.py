"""`/ws-api/v3`: the same questions as over HTTP, asked as messages, and the newer user stream."""

import json
from typing import Any

from aiohttp import web

from chaostrading.paper.exchange.endpoint import METHODS, Endpoint
from chaostrading.paper.exchange.gate import Asked, ask
from chaostrading.paper.exchange.hub import Hub
from chaostrading.paper.exchange.keys import message_payload
from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.rejections import Rejected, TooMany
from chaostrading.paper.exchange.sockets import Socket
from chaostrading.paper.exchange.streams import encode
from chaostrading.paper.exchange.venue import ACCOUNT, PaperVenue

__all__ = ["serve_api"]

CONNECT_WEIGHT = 2


async def serve_api(hub: Hub, request: web.Request) -> web.StreamResponse:
    """Serve one connection of the WebSocket API. Opening it costs weight, as a request does."""
    venue = hub.venue
    venue.limits.charge(request.remote or "", CONNECT_WEIGHT, venue.engine.now_ms())
    socket = hub.open(request, limited=False)
    session = Session(hub, socket, request.query.get("returnRateLimits") != "false")
    try:
        return await socket.run(session.handle)
    finally:
        hub.leave(socket)


def _nothing(venue: PaperVenue, params: Params) -> Any:
    return {}


def _own(name: str, security: Any = "none", weight: int = 2) -> Endpoint:
    return Endpoint(
        method="WS", path=name, answer=_nothing, security=security, weight=weight, ws=name
    )


SESSION_METHODS = {
    item.ws: item
    for item in (
        _own("session.logon", "signed"),
        _own("session.status"),
        _own("session.logout"),
        _own("userDataStream.subscribe"),
        _own("userDataStream.subscribe.signature", "signed"),
        _own("userDataStream.unsubscribe"),
        _own("session.subscriptions"),
    )
}
"""What is about the connection itself. They pass the same gate; then the session acts."""


class Session:
    """One connection: who has logged on, and its requests one after the other."""

    def __init__(self, hub: Hub, socket: Socket, show_limits: bool) -> None:
        self._hub = hub
        self._socket = socket
        self._show_limits = show_limits
        self._key: str | None = None
        self._since_ms = 0

    async def handle(self, text: str) -> None:
        """Answer one message."""
        number: Any = None
        values: dict[str, str] = {}
        endpoint: Endpoint | None = None
        try:
            number, method, values = _read(text)
            endpoint = METHODS.get(method) or SESSION_METHODS.get(method)
            if endpoint is None:
                raise Rejected(-1130, "Invalid method.")
            body: dict[str, Any] = {"status": 200, "result": await self._ask(endpoint, values)}
        except Rejected as refusal:
            body = {"status": refusal.status, "error": _error(refusal)}
        reply = {"id": number, **body}
        if self._show_limits and values.get("returnRateLimits") != "false":
            venue = self._hub.venue
            reply["rateLimits"] = venue.limits.usage(
                self._socket.address,
                ACCOUNT,
                venue.engine.now_ms(),
                orders=bool(endpoint and endpoint.orders),
            )
        self._socket.send(encode(reply))

    async def _ask(self, endpoint: Endpoint, values: dict[str, str]) -> Any:
        own_key = values.get("apiKey")
        asked = Asked(
            endpoint=endpoint,
            values=values,
            address=self._socket.address,
            key=own_key or self._key,
            payload=message_payload(values),
            arrived_ms=self._hub.venue.clock.wall() * 1000,
            trusted=self._key is not None and own_key is None and "signature" not in values,
        )
        answer = await ask(self._hub.venue, asked)
        if endpoint.ws in SESSION_METHODS:
            return self._act(endpoint.ws, values)
        return answer

    def _act(self, method: str, values: dict[str, str]) -> Any:
        users = self._hub.users
        if method == "session.logon":
            self._key, self._since_ms = values.get("apiKey"), self._hub.venue.engine.now_ms()
        elif method == "session.logout":
            self._key = None
            users.unsubscribe(self._socket, None)
        elif method.startswith("userDataStream.subscribe"):
            if method == "userDataStream.subscribe" and self._key is None:
                text = "Session is not authenticated, please log on first."
                raise Rejected(-2015, text, 401)
            return {"subscriptionId": users.subscribe(self._socket)}
        elif method == "userDataStream.unsubscribe":
            number = Params(values).integer("subscriptionId")
            if not users.unsubscribe(self._socket, number) and number is not None:
                raise Rejected(-2036, "User Data Stream subscription not active.")
            return {}
        elif method == "session.subscriptions":
            return [{"subscriptionId": item} for item in users.of(self._socket)]
        return {
            "apiKey": self._key,
            "authorizedSince": self._since_ms if self._key else None,
            "connectedSince": self._socket.opened_ms,
            "returnRateLimits": self._show_limits,
            "serverTime": self._hub.venue.engine.now_ms(),
            "userDataStream": bool(users.of(self._socket)),
        }


def _read(text: str) -> tuple[Any, str, dict[str, str]]:
    try:
        # Numbers stay as written: a float that became text again would not be the same text.
        message = json.loads(text, parse_float=str)
    except ValueError:
        raise Rejected(-1135, "Invalid JSON Request") from None
    if not isinstance(message, dict) or not isinstance(message.get("params", {}), dict):
        raise Rejected(-1135, "Invalid JSON Request")
    number = message.get("id")
    if not isinstance(number, str | int | None):
        raise Rejected(-1135, "Invalid 'id' in JSON request")
    values = {name: _as_text(value) for name, value in message.get("params", {}).items()}
    values = {name: value for name, value in values.items() if value is not None}
    return number, str(message.get("method", "")).removeprefix("v3/"), values


def _as_text(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return encode(value)


def _error(refusal: Rejected) -> dict[str, Any]:
    body = refusal.body()
    if isinstance(refusal, TooMany):
        body["data"] = {"serverTime": refusal.now_ms, "retryAfter": refusal.until_ms}
    return body
