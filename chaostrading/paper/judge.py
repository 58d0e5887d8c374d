"""The judge's side of the paper exchange: its books, and the market it can move."""

from typing import Any

import requests

from chaostrading.core.errors import Unreachable

__all__ = ["PaperExchangeClient"]


class PaperExchangeClient:
    """Asks the paper exchange past the proxy, so that no fault can touch the answer."""

    def __init__(self, url: str, token: str, *, timeout_s: float = 5.0) -> None:
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {token}"

    def books(self, since_mono_s: float = 0.0) -> dict[str, Any]:
        """Orders, fills, positions, balances and mids, as `checkers.base.Books` describes them."""
        row: dict[str, Any] = self._call("GET", f"/paper/books?since_mono_s={since_mono_s}", None)
        return row

    def move_market(self, body: dict[str, Any]) -> None:
        """Move, oscillate or freeze the price of a symbol."""
        self._call("POST", "/paper/market", body)

    def change_rules(self, body: dict[str, Any]) -> None:
        """Change filters or status of a symbol."""
        self._call("POST", "/paper/rules", body)

    def change_limits(self, body: dict[str, Any]) -> None:
        """Change rate limits, connection life and the like."""
        self._call("POST", "/paper/limits", body)

    def announce_shutdown(self) -> None:
        """Send `serverShutdown` on every stream."""
        self._call("POST", "/paper/shutdown_notice", {})

    def _call(self, method: str, path: str, body: Any) -> Any:
        try:
            answer = self.session.request(
                method, f"{self.url}{path}", json=body, timeout=self.timeout_s
            )
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(f"paper exchange: {method} {path} failed: {error}") from error
