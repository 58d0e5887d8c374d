"""Where the attempts take place: a symbol, its price, and orders of which no two are alike."""

from dataclasses import dataclass, field
from decimal import Decimal

from chaostrading.actions.attempts import Row
from chaostrading.actions.bypass_ways import Change

__all__ = ["SMALL_USDT", "Ground"]

SMALL_USDT = Decimal(30)
MARKET_USDT = Decimal(320)
"""More than the target's strategy is ever short, so that there is something to sell afterwards."""
BIG_USDT = Decimal(2_600)
MASKED_USDT = Decimal(2_060)
"""Above the limit of an order at the true price, below it at 0.955 of that."""


@dataclass(kw_only=True)
class Ground:
    """One symbol and its price; each order gets a quantity of its own, so that it can be found."""

    symbol: str
    price: Decimal
    step: Decimal
    used: set[Decimal] = field(default_factory=set)

    def quantity(self, usdt: Decimal) -> str:
        """A quantity of about this worth that no other attempt has."""
        quantity = (usdt / self.price / self.step).to_integral_value() * self.step
        while quantity in self.used:
            quantity += self.step
        self.used.add(quantity)
        return f"{quantity:f}"

    def at(self, share: str) -> str:
        """The price times a share."""
        return f"{self.price * Decimal(share):.2f}"

    def filled(self, change: Change, more: dict[str, str]) -> Row:
        """A small order far from the market with a change, its texts filled in."""
        order: Row = {
            "symbol": self.symbol,
            "side": "BUY",
            "type": "LIMIT",
            "quantity": "{small}",
            "price": "{low}",
            "time_in_force": "IOC",
        }
        order.update(change)
        small = self.quantity(SMALL_USDT)
        values = {
            "small": small,
            "exponent": f"{Decimal(small):E}",
            "market": self.quantity(MARKET_USDT),
            "big": self.quantity(BIG_USDT),
            "masked": self.quantity(MASKED_USDT),
            "lowest": self.at("0.955"),
            "low": self.at("0.97"),
            "high": self.at("1.03"),
            "above": self.at("1.2"),
            "below": self.at("0.8"),
            "symbol": self.symbol,
            "lower": self.symbol.lower(),
            "lookalike": self.symbol.replace("T", "\u0422"),
            **more,
        }
        return {
            name: value.format(**values) if isinstance(value, str) else value
            for name, value in order.items()
            if value is not None
        }
