"""Stands before every route: size, browsers, tokens, rates; and after it: audit, count, headers."""

import asyncio
import logging
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chaostrading.core.clock import Clock
from chaostrading.core.files import to_json
from chaostrading.safety.audit import append_audit
from chaostrading.service.auth import Caller, Role, Tokens, identify, role_needed
from chaostrading.service.limits import Limiter
from chaostrading.service.metrics import Calls
from chaostrading.service.problems import Problem

__all__ = ["CONTENT_POLICY", "Guard", "caller_of"]

BODY_BYTES_MAX = 64 * 1024
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""What a page of this service may load: nothing from anywhere else, and nothing inline."""
STOP_PATH = "/api/chaos/disable"
_HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
logger = logging.getLogger("chaostrading.service")


class Guard:
    """The application with its guard around it."""

    def __init__(
        self, app: ASGIApp, *, tokens: Tokens, limiter: Limiter, calls: Calls, clock: Clock
    ) -> None:
        self._app = app
        self._tokens = tokens
        self._limiter = limiter
        self._calls = calls
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        address = scope["client"][0] if scope.get("client") else "unknown"
        caller = identify(
            self._tokens, address=address, host=headers.get("host", ""), headers=headers
        )
        scope.setdefault("state", {})["caller"] = caller
        sender = self._sender(scope, caller, send)
        try:
            self._refuse(scope["method"], scope["path"], headers, caller)
        except Problem as problem:
            await _answer(problem, sender)
            return
        await self._app(scope, _bounded(receive), sender)

    def _refuse(self, method: str, path: str, headers: Mapping[str, str], caller: Caller) -> None:
        """Raise Problem for what goes no further."""
        stopping = method == "POST" and path == STOP_PATH
        needed = Role.nobody if stopping else role_needed(method, path)
        if stopping or needed:
            _refuse_other_sites(headers)
        if stopping and (caller.loopback or caller.claim == "good"):
            return
        if caller.claim == "bad":
            self._take("bad_token", caller.address)
        if stopping or (needed and caller.role is Role.nobody):
            raise Problem(401, self._no_token(caller), {"www-authenticate": "Bearer"})
        if caller.role < needed:
            self._raise_lacking(needed, caller)
        self._take("read" if method in ("GET", "HEAD") else "act", caller.name)
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > BODY_BYTES_MAX:
            raise Problem(413, f"a body must be at most {BODY_BYTES_MAX} bytes, was {length[:20]}")

    def _take(self, kind: str, caller: str) -> None:
        if wait_s := self._limiter.wait_s(kind, caller):
            wait = {"retry-after": str(math.ceil(wait_s))}
            raise Problem(429, f"too many calls, try again in {math.ceil(wait_s)} s", wait)

    def _no_token(self, caller: Caller) -> str:
        if caller.claim == "bad":
            return "the bearer token is not known here"
        return "a bearer token is needed: Authorization: Bearer TOKEN"

    def _raise_lacking(self, needed: Role, caller: Caller) -> None:
        where = f" (it is in {self._tokens.made})" if self._tokens.made and caller.loopback else ""
        if caller.claim == "good":
            raise Problem(
                403, f"this needs the role {needed.name}, the token's is {caller.role.name}"
            )
        sentence = f"this needs the bearer token of an {needed.name}{where}"
        raise Problem(401, sentence, {"www-authenticate": "Bearer"})

    def _sender(self, scope: Scope, caller: Caller, send: Send) -> Send:
        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._note(scope, caller, int(message["status"]))
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
                if scope["path"].startswith(("/api/", "/metrics", "/health")):
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        return sender

    async def _note(self, scope: Scope, caller: Caller, status: int) -> None:
        route = getattr(scope.get("route"), "path", "other")
        self._calls.add(_known_method(scope["method"]), str(route), status)
        acting = scope["method"] not in ("GET", "HEAD")
        # Reads are counted, not written down; nor is what the rate limit turns away, or anybody
        # could fill the disk.
        if status == 429 or not (acting or status in (401, 403)):
            return
        if scope["path"] == STOP_PATH and status == 200:
            return  # The lever has written it down itself, and knows when it is enough.
        detail = f"{_known_method(scope['method'])} {scope['path'][:200]}: {status}"
        try:
            await asyncio.to_thread(
                append_audit, "api_called", caller.name, detail, clock=self._clock
            )
        except OSError as error:
            logger.error(f"The audit could not be written ({error}): {caller.name} {detail}")


def caller_of(scope: Scope) -> Caller:
    """Who makes the call of this scope."""
    caller: Caller = scope["state"]["caller"]
    return caller


def _known_method(method: str) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return method if method in known else "other"


def _refuse_other_sites(headers: Mapping[str, str]) -> None:
    """Browsers say for whom they ask. What another site's page asks for is refused."""
    site = headers.get("sec-fetch-site", "none")
    origin = headers.get("origin")
    try:
        own = origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:
        own = False
    if site not in ("none", "same-origin") or not own:
        raise Problem(403, "a browser asked for another site's page, which is refused")


def _bounded(receive: Receive) -> Receive:
    """Cut off a body that is longer than it may be, whatever length it was said to have."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > BODY_BYTES_MAX:
                raise Problem(413, f"a body must be at most {BODY_BYTES_MAX} bytes, was longer")
        return message

    return bounded


async def _answer(problem: Problem, send: Send) -> None:
    body = to_json({"error": str(problem)}).encode()
    headers: list[Any] = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *((name.encode(), value.encode()) for name, value in problem.headers.items()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
