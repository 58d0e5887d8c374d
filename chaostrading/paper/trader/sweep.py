"""One round of the kill switch: cancel everything, and look at what is left."""

from typing import Any

from chaostrading.paper.trader.answer import Call, Outcome, Priority
from chaostrading.paper.trader.gateway import Gateway
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.risk import RiskEngine

__all__ = ["Sweep"]

OPEN_ORDERS = "/api/v3/openOrders"


class Sweep:
    """Cancels all orders of all symbols. What the mass cancel leaves is cancelled one by one."""

    def __init__(self, kit: Kit, gateway: Gateway, risk: RiskEngine) -> None:
        self._kit = kit
        self._gateway = gateway
        self._risk = risk

    async def step(self) -> None:
        """Make a round when one is due. Circuit breakers do not stop it, rate limits do."""
        kill = self._risk.kill
        if not kill.sweep_due():
            return
        left: int | None = 0
        for symbol in self._kit.settings.symbols:
            rows = await self._clear(symbol)
            left = None if rows is None or left is None else left + len(rows)
        kill.saw(left)
        if kill.verified:
            self._kit.audit.write("KillVerified", {"open_orders": left})

    async def _clear(self, symbol: str) -> list[dict[str, Any]] | None:
        """Cancel a symbol's orders; what was still open after it, or None when nobody knows."""
        await self._call("DELETE", OPEN_ORDERS, (("symbol", symbol),), list)
        outcome = await self._call("GET", OPEN_ORDERS, (("symbol", symbol),), list)
        if not outcome.ok:
            return None
        rows: list[dict[str, Any]] = outcome.data
        for row in rows:
            params = (("symbol", symbol), ("orderId", str(row.get("orderId"))))
            await self._call("DELETE", "/api/v3/order", params, dict)
        return rows

    async def _call(
        self, method: str, path: str, params: tuple[tuple[str, str], ...], shape: type
    ) -> Outcome:
        call = Call(
            method=method,
            path=path,
            params=params,
            signed=True,
            group="cancel" if method == "DELETE" else "query",
            priority=Priority.CANCEL,
            shape=shape,
            past_breaker=True,
        )
        return await self._gateway.request(call)
