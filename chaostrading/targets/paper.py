"""The embedded paper trader as a target."""

from typing import Any

from chaostrading.core.clock import Clock
from chaostrading.targets.base import JsonApi
from chaostrading.targets.order_entry import OrderEntry

__all__ = ["PaperTarget"]


class PaperTarget:
    """Talks to `chaostrading.paper.trader`."""

    name = "paper"

    def __init__(self, url: str, *, token: str = "") -> None:
        self.url = url
        self._token = token
        self.api = JsonApi(url)
        if token:
            self.api.session.headers["Authorization"] = f"Bearer {token}"

    def mode(self) -> str:
        return str(self.api.get("/health").get("mode", "unknown"))

    def healthy(self) -> bool:
        return bool(self.api.get("/health").get("status") == "ok")

    def metrics(self) -> dict[str, float]:
        return numbers(self.api.get("/metrics"))

    def order_entry(self, clock: Clock) -> OrderEntry:
        """Its order entry, with the right token."""
        return OrderEntry(self.url, self._token, clock)

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for part in ("status", "positions", "orders", "audit"):
            told.update(_named(part, self.api.get(f"/{part}")))
        return told


def numbers(row: dict[str, Any]) -> dict[str, float]:
    """Keep what is a number; true counts as 1."""
    return {name: float(value) for name, value in row.items() if isinstance(value, int | float)}


def _named(part: str, row: dict[str, Any]) -> dict[str, Any]:
    keys = {"positions": ("positions", "balances"), "orders": ("orders",), "audit": ("entries",)}
    if part == "status":
        return {"status": row}
    picked = {key: row[key] for key in keys[part] if key in row}
    return {"audit": picked.get("entries", [])} if part == "audit" else picked
