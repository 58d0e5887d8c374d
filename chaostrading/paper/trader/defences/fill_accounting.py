"""D18: a fill counts once, whoever tells of it and however often."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from chaostrading.core.money import ZERO

__all__ = ["Fill", "FillAccounting", "NaiveFillAccounting"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fill:
    """A trade of ours, from the private stream, an order's answer or the trades query."""

    symbol: str
    trade_id: int
    client_id: str
    side: str
    quantity: Decimal
    price: Decimal
    base_fee: Decimal = ZERO
    """Commission that was taken from the base asset."""
    quote_fee: Decimal = ZERO

    @property
    def signed(self) -> Decimal:
        """What the fill adds to the position."""
        bought = self.quantity if self.side == "BUY" else -self.quantity
        return bought - self.base_fee


class FillAccounting:
    """Positions as the sum of distinct fills. The ids survive restarts through the audit log."""

    checks_rest = True
    """True: an order's executed quantity is compared with its fills, and lost ones fetched."""

    def __init__(self, known: Iterable[tuple[str, int]] = ()) -> None:
        self._known = set(known)
        self.positions: dict[str, Decimal] = {}
        self.by_order: dict[str, Decimal] = {}

    def add(self, fill: Fill) -> bool:
        """Count a fill; False when it was counted before."""
        if (fill.symbol, fill.trade_id) in self._known:
            return False
        self._known.add((fill.symbol, fill.trade_id))
        self._book(fill)
        return True

    def executed(self, client_id: str) -> Decimal:
        """Quantity of the counted fills of an order."""
        return self.by_order.get(client_id, ZERO)

    def position(self, symbol: str) -> Decimal:
        """Net base quantity."""
        return self.positions.get(symbol, ZERO)

    def _book(self, fill: Fill) -> None:
        self.positions[fill.symbol] = self.position(fill.symbol) + fill.signed
        self.by_order[fill.client_id] = self.executed(fill.client_id) + fill.quantity
        while len(self.by_order) > 2_000:
            del self.by_order[next(iter(self.by_order))]


class NaiveFillAccounting(FillAccounting):
    """Adds up whatever the private stream says, as often as it says it, and only that."""

    checks_rest = False

    def add(self, fill: Fill) -> bool:
        self._book(fill)
        return True
