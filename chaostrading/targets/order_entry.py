"""The order entry of a target: what a person, a program or an intruder can ask of it."""

import json
import threading
from dataclasses import dataclass, field
from typing import Any

import requests

from chaostrading.core.clock import Clock
from chaostrading.core.errors import Unreachable

__all__ = ["OrderEntry", "Reply"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What the target answered. Any status is an answer."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    sent_s: float
    """When the request left, in monotonic seconds."""

    @property
    def denied(self) -> str:
        """Why the target refused; empty where it did not."""
        if self.status < 400:
            return str(self.body.get("denied", ""))
        return str(self.body.get("denied") or self.body.get("error") or f"status {self.status}")


class OrderEntry:
    """Sends requests to the target's API, good ones and bad ones. For use by many threads."""

    def __init__(self, url: str, token: str, clock: Clock, *, timeout_s: float = 5.0) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._clock = clock
        self._timeout_s = timeout_s
        self._mine = threading.local()

    def send(
        self,
        path: str,
        body: Any = None,
        *,
        method: str = "POST",
        headers: dict[str, str] | None = None,
        token: str | None = None,
    ) -> Reply:
        """Send one request and read the answer.

        `body` is sent as JSON, or as it is where it is text. `token` replaces the right one; empty
        sends none. Raises Unreachable when there is no answer.
        """
        bearer = self.token if token is None else token
        told = {"Content-Type": "application/json", **(headers or {})}
        if bearer:
            told.setdefault("Authorization", f"Bearer {bearer}")
        text = body if isinstance(body, str) else json.dumps({} if body is None else body)
        sent_s = self._clock.monotonic()
        try:
            answer = self._session().request(
                method,
                f"{self.url}{path}",
                data=None if method == "GET" else text.encode(),
                headers=told,
                timeout=self._timeout_s,
            )
        except requests.RequestException as error:
            raise Unreachable(f"target: {method} {path} failed: {error}") from error
        try:
            row = answer.json()
        except ValueError:
            row = {}
        found = row if isinstance(row, dict) else {"rows": row}
        return Reply(status=answer.status_code, body=found, sent_s=sent_s)

    def get(self, path: str) -> dict[str, Any]:
        """Read something. Raises Unreachable when it cannot be read."""
        reply = self.send(path, method="GET")
        if reply.status != 200:
            raise Unreachable(f"target: GET {path} was answered {reply.status}")
        return reply.body

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._mine, "session", None)
        if session is None:
            session = self._mine.session = requests.Session()
            session.trust_env = False
        return session
