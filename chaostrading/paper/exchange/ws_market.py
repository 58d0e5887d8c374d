"""`/ws` and `/stream`: market streams and listen keys over WebSocket."""

import json
from typing import Any

from aiohttp import web

from chaostrading.core.errors import ChaosTradingError
from chaostrading.paper.exchange.hub import Hub
from chaostrading.paper.exchange.sockets import Socket
from chaostrading.paper.exchange.streams import encode

__all__ = ["serve_streams"]


class _BadRequest(ChaosTradingError):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


async def serve_streams(hub: Hub, request: web.Request) -> web.StreamResponse:
    """Serve one connection; the path or the query may name streams to begin with."""
    combined = request.path.startswith("/stream")
    if combined:
        names = [name for name in request.query.get("streams", "").split("/") if name]
    else:
        # ccxt numbers its connections: /ws/0 is a connection, not a stream.
        parts = request.path.removeprefix("/ws").split("/")
        names = [name for name in parts if name and not name.isdecimal()]
    socket = hub.open(request, limited=True)
    socket.combined = combined

    async def handle(text: str) -> None:
        socket.send(encode(_obey(hub, socket, text)))

    for name in names[: hub.venue.settings.streams_per_connection]:
        hub.streams.subscribe(socket, name)
    try:
        return await socket.run(handle)
    finally:
        hub.leave(socket)


def _obey(hub: Hub, socket: Socket, text: str) -> dict[str, Any]:
    number: Any = None
    try:
        try:
            message = json.loads(text)
        except ValueError as error:
            raise _BadRequest(3, f"Invalid JSON: {error}") from None
        if not isinstance(message, dict):
            raise _BadRequest(3, "Invalid JSON: expected an object")
        number = message.get("id")
        return {"result": _command(hub, socket, message), "id": number}
    except _BadRequest as error:
        return {"error": {"code": error.code, "msg": str(error)}, "id": number}


def _command(hub: Hub, socket: Socket, message: dict[str, Any]) -> Any:
    method, params = message.get("method"), message.get("params", [])
    if not isinstance(params, list):
        raise _BadRequest(2, "Invalid request: params must be an array")
    if method == "LIST_SUBSCRIPTIONS":
        return hub.streams.of(socket)
    if method == "GET_PROPERTY":
        return socket.combined
    if method == "SET_PROPERTY":
        if len(params) != 2 or params[0] != "combined" or not isinstance(params[1], bool):
            raise _BadRequest(1, "Invalid value type: expected Boolean")
        socket.combined = params[1]
        return None
    if method not in ("SUBSCRIBE", "UNSUBSCRIBE"):
        raise _BadRequest(0, f"Unknown property: {method}" if method else "Invalid request")
    if not all(isinstance(name, str) for name in params):
        raise _BadRequest(2, "Invalid request: params must be an array of strings")
    if method == "UNSUBSCRIBE":
        for name in params:
            hub.streams.unsubscribe(socket, name)
        return None
    most = hub.venue.settings.streams_per_connection
    if len({*hub.streams.of(socket), *params}) > most:
        raise _BadRequest(2, f"Invalid request: at most {most} streams per connection")
    for name in params:
        hub.streams.subscribe(socket, name)
    return None
