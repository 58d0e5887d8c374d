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
    table = relay.table

    async def health(request: web.Request) -> web.Response:
        return _json(
            {
                "status": "ok",
                "upstream": relay.upstream,
                "venue": relay.venue.name,
                "leases": len(table),
                "loop_lag_ms": relay.loop_lag_ms,
            }
        )

    async def arm(request: web.Request) -> web.Response:
        lease = table.arm(LeaseRequest.from_json(await _body(request)))
        return _json(lease.row(), 201)

    async def leases(request: web.Request) -> web.Response:
        return _json(table.rows())

    async def renew(request: web.Request) -> web.Response:
        lease_id = request.match_info["id"]
        lease = table.renew(lease_id)
        if lease is None:
            return _error(404, f"lease {lease_id} is not in force")
        relay.schedule()
        return _json(lease.row())

    async def remove(request: web.Request) -> web.Response:
        return _json({"removed": table.remove(request.match_info["id"])})

    async def remove_all(request: web.Request) -> web.Response:
        for name in request.query:
            if name != "owner":
                raise unknown_name("query parameter", name, ["owner"])
        return _json({"removed": table.remove_all(request.query.get("owner", ""))})

    async def faults(request: web.Request) -> web.Response:
        return _json({"faults": catalogue()})

    async def witness(request: web.Request) -> web.Response:
        relay.flush()
        return _json(relay.witness.read(**_witness_query(dict(request.query))))

    async def stats(request: web.Request) -> web.Response:
        return _json(relay.stats_row())

    async def lever(request: web.Request) -> web.Response:
        engaged, reason = _lever(await _body(request))
        removed = table.lever(engaged, reason)
        return _json({"engaged": engaged, "reason": reason, "removed": removed})

    app.add_routes(
        [
            web.get("/health", health),
            web.post("/leases", arm),
            web.get("/leases", leases),
            web.put("/leases/{id}", renew),
            web.delete("/leases/{id}", remove),
            web.delete("/leases", remove_all),
            web.get("/faults", faults),
            web.get("/witness", witness),
            web.get("/stats", stats),
            web.post("/lever", lever),
        ]
    )
    return app


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
