"""What every target can be asked."""

from typing import Any, Protocol

import requests

from chaostrading.core.errors import Unreachable

__all__ = ["JsonApi", "Target"]


class Target(Protocol):
    """A system under test. All calls raise Unreachable when it does not answer."""

    name: str
    url: str

    def mode(self) -> str:
        """The mode in the target's own words, normalised: `paper` only when it says so."""

    def healthy(self) -> bool:
        """Whether the target says that it works."""

    def metrics(self) -> dict[str, float]:
        """Numbers about itself, for timelines and alerts."""

    def told(self) -> dict[str, Any]:
        """What it says of itself at the end of a run: positions, orders, audit, status."""


class JsonApi:
    """A JSON API of a target on a kept connection, never through a proxy of the environment."""

    def __init__(self, url: str, *, timeout_s: float = 2.0) -> None:
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str) -> Any:
        return self._read("GET", path, None)

    def post(self, path: str, body: Any) -> Any:
        return self._read("POST", path, body)

    def _read(self, method: str, path: str, body: Any) -> Any:
        url = f"{self.url}{path}"
        try:
            answer = self.session.request(method, url, json=body, timeout=self.timeout_s)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(f"target: {method} {url} failed: {error}") from error
