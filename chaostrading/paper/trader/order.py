"""An order from wish to end."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chaostrading.core.money import ZERO, plain

__all__ = ["LIVING", "OVER", "Order", "Wish", "state_of"]

OVER = frozenset({"filled", "canceled", "expired", "rejected", "absent", "simulated"})
LIVING = frozenset({"approved", "sent", "live", "unknown"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants to trade; nothing is promised yet."""

    symbol: str
    side: str
    type: str
    """LIMIT, LIMIT_MAKER, MARKET or STOP_LOSS_LIMIT."""
    quantity: Decimal
    price: Decimal | None = None
    time_in_force: str = ""
    """GTC or IOC for LIMIT orders."""
    purpose: str = "manual"
    """manual, signal, trade, quote or stop."""
    stop_price: Decimal | None = None
    path: str = "desk"
    """How it came in: desk, order, batch, list, replace or amend."""
    claims: tuple[str, ...] = ()
    """What its request said of itself beyond what was asked."""
    request_id: str = ""
    """The sender's own name for the request; one request is served once."""


@dataclass(kw_only=True, slots=True)
class Order:
    """One order of ours. `executed` is what the exchange says, fills are counted elsewhere."""

    client_id: str
    wish: Wish
    is_exit: bool
    created_s: float
    sent_s: float = 0.0
    state: str = "approved"
    executed: Decimal = ZERO
    order_id: str = ""
    reason: str = ""
    asked: int = 0
    not_found: int = 0
    ask_at_s: float = 0.0

    @property
    def over(self) -> bool:
        """True when nothing can happen to it any more."""
        return self.state in OVER

    def to_json(self) -> dict[str, Any]:
        """As `/orders` shows it."""
        wish = self.wish
        return {
            "client_id": self.client_id,
            "symbol": wish.symbol,
            "side": wish.side,
            "type": wish.type,
            "quantity": plain(wish.quantity) if wish.quantity.is_finite() else str(wish.quantity),
            "price": "" if wish.price is None else str(wish.price),
            "status": self.state,
            "executed": plain(self.executed),
            "purpose": wish.purpose,
            "reason": self.reason,
            **({"request_id": wish.request_id} if wish.request_id else {}),
        }


def state_of(status: str) -> str:
    """Our word for an exchange's order status. A status nobody knows is `unknown`."""
    if status in ("NEW", "PARTIALLY_FILLED", "PENDING_NEW", "PENDING_CANCEL"):
        return "live"
    if status.startswith("EXPIRED"):
        return "expired"
    return {"FILLED": "filled", "CANCELED": "canceled", "REJECTED": "rejected"}.get(
        status, "unknown"
    )
