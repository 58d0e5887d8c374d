"""The admin API: JSON over HTTP for one caller on this machine. Its table stands in
`docs/architecture.md`.

A token is asked for everywhere but at `/health`. A request with an `Origin`, or for a host name
that is not a loopback name, comes from a browser or by way of a rebound name, and is refused.
"""

import hmac
import ipaddress
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from chaostrading.core.errors import ChaosTradingError, InvalidInput, Refused, unknown_name
from chaostrading.core.files import to_json
from chaostrading.faults.lease_request import LeaseRequest
from chaostrading.proxy.relay import Relay

__all__ = ["admin_app", "is_loopback"]

_LARGEST_BODY = 1024 * 1024
_LARGEST_LIMIT = 100_000
_KINDS = ("request", "message", "market", "connection", "lease", "sample")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = logging.getLogger(__name__)


def is_loopback(name: str) -> bool:
    """Whether this host name or address means this machine."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _json(row: Any, status: int = 200) -> web.Response:
    return web.Response(text=to_json(row), status=status, content_type="application/json")


def _error(status: int, message: str) -> web.Response:
    return _json({"error": message}, status)


def _guard(token: str) -> Any:
    expected = f"Bearer {token}".encode()

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            host = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
        except ValueError:
            host = ""
        if not is_loopback(host):
            return _error(403, f"the Host header must be a loopback name, was {host!r}")
        if "Origin" in request.headers:
            return _error(403, "requests of browsers are refused")
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if request.path != "/health" and not hmac.compare_digest(given, expected):
            return _error(401, "a bearer token is needed, and it was missing or wrong")
        try:
            return await handler(request)
        except InvalidInput as error:
            return _error(400, str(error))
        except (Refused, ChaosTradingError) as error:
            return _error(409, str(error))
        except web.HTTPException as error:
            return _error(error.status, f"{request.method} {request.path}: {error.reason}")
        except Exception:  # whatever it was, the proxy lives and the caller is told
            _log.exception("%s %s failed", request.method, request.path)
            return _error(500, f"{request.method} {request.path} failed inside the proxy")

    return guard


def admin_app(
    relay: Relay, token: str, catalogue: Callable[[], list[dict[str, Any]]]
) -> web.Application:
    """The admin API of a relay. `catalogue` describes the faults that can be armed."""
    app = web.Application(middlewares=[_guard(token)], client_max_size=_LARGEST_BODY)
    calls = _Calls(relay, catalogue)
    app.add_routes(
        [
            web.get("/health", calls.health),
            web.post("/leases", calls.arm),
            web.get("/leases", calls.leases),
            web.put("/leases/{id}", calls.renew),
            web.delete("/leases/{id}", calls.remove),
            web.delete("/leases", calls.remove_all),
            web.get("/faults", calls.faults),
            web.get("/witness", calls.witness),
            web.get("/stats", calls.stats),
            web.post("/lever", calls.lever),
        ]
    )
    return app


class _Calls:
    """What can be called. Nothing here waits for traffic."""

    def __init__(self, relay: Relay, catalogue: Callable[[], list[dict[str, Any]]]) -> None:
        self._relay = relay
        self._table = relay.table
        self._catalogue = catalogue

    async def health(self, request: web.Request) -> web.Response:
        return _json(
            {
                "status": "ok",
                "upstream": self._relay.upstream,
                "venue": self._relay.venue.name,
                "leases": len(self._table),
                "loop_lag_ms": self._relay.loop_lag_ms,
            }
        )

    async def arm(self, request: web.Request) -> web.Response:
        lease = self._table.arm(LeaseRequest.from_json(await _body(request)))
        return _json(lease.row(), 201)

    async def leases(self, request: web.Request) -> web.Response:
        return _json(self._table.rows())

    async def renew(self, request: web.Request) -> web.Response:
        lease_id = request.match_info["id"]
        lease = self._table.renew(lease_id)
        if lease is None:
            return _error(404, f"lease {lease_id} is not in force")
        self._relay.schedule()
        return _json(lease.row())

    async def remove(self, request: web.Request) -> web.Response:
        return _json({"removed": self._table.remove(request.match_info["id"])})

    async def remove_all(self, request: web.Request) -> web.Response:
        for name in request.query:
            if name != "owner":
                raise unknown_name("query parameter", name, ["owner"])
        return _json({"removed": self._table.remove_all(request.query.get("owner", ""))})

    async def faults(self, request: web.Request) -> web.Response:
        return _json({"faults": self._catalogue()})

    async def witness(self, request: web.Request) -> web.Response:
        self._relay.flush()
        return _json(self._relay.witness.read(**_witness_query(dict(request.query))))

    async def stats(self, request: web.Request) -> web.Response:
        return _json(self._relay.stats_row())

    async def lever(self, request: web.Request) -> web.Response:
        engaged, reason = _lever(await _body(request))
        removed = self._table.lever(engaged, reason)
        return _json({"engaged": engaged, "reason": reason, "removed": removed})


async def _body(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the body must be JSON: {error}") from error


def _lever(row: Any) -> tuple[bool, str]:
    if not isinstance(row, dict):
        raise InvalidInput(f"lever: must be a JSON object, was {row!r}")
    for name in row:
        if name not in ("engaged", "reason"):
            raise unknown_name("lever field", name, ["engaged", "reason"])
    engaged, reason = row.get("engaged"), row.get("reason", "")
    if not isinstance(engaged, bool):
        raise InvalidInput(f"lever: engaged must be true or false, was {engaged!r}")
    if not isinstance(reason, str):
        raise InvalidInput(f"lever: reason must be text, was {reason!r}")
    return engaged, reason


def _witness_query(query: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in query.items():
        if name == "kind":
            kinds = value.split(",")
            for kind in kinds:
                if kind not in _KINDS:
                    raise unknown_name("kind", kind, _KINDS)
            found["kinds"] = kinds
        elif name in ("since", "until", "limit"):
            if not (value.isascii() and value.isdecimal()):
                raise InvalidInput(f"witness: {name} must be a whole number, was {value!r}")
            found[name] = int(value)
        else:
            raise unknown_name("query parameter", name, ["since", "until", "kind", "limit"])
    if not 1 <= found.get("limit", 1) <= _LARGEST_LIMIT:
        raise InvalidInput(
            f"witness: limit must be within 1..{_LARGEST_LIMIT}, was {query['limit']}"
        )
    return found
