"""D21: how much to trade, from more than one price, and never more than the caps."""

from collections.abc import Sequence
from decimal import Decimal

from chaostrading.core.money import ZERO
from chaostrading.paper.trader.settings import Limits

__all__ = ["NaiveSizingCaps", "SizingCaps"]

PRICES_AGREE = Decimal("0.05")
NAIVE_SHARE = Decimal("0.005")
"""500 USDT of the paper account: sane, until balance or price are wrong."""


class SizingCaps:
    """Sizes the strategy's orders and checks every order of every type against its cap."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.position_usdt_max = limits.position_usdt_max
        """What all orders of a symbol together may build up."""

    def use(self, limits: Limits) -> None:
        """Hold these limits from now on."""
        self._limits = limits
        self.position_usdt_max = limits.position_usdt_max

    def size(self, free_usdt: Decimal | None, prices: Sequence[Decimal], raw: Decimal) -> Decimal:
        """Quantity for one trade, 0 when it cannot be known.

        `prices` come from different sources, good ones only; `raw` is the last price that
        was traded, good or bad, and is not looked at here.
        """
        usable = [price for price in prices if price.is_finite() and price > 0]
        if free_usdt is None or not free_usdt.is_finite() or free_usdt <= 0 or not usable:
            return ZERO
        if max(usable) / min(usable) - 1 > PRICES_AGREE:
            return ZERO
        notional = min(self._limits.trade_notional_usdt, self._limits.equity_share * free_usdt)
        return notional / max(usable)

    def denial(self, quantity: Decimal, price: Decimal, reference: Decimal | None) -> str | None:
        """Why an order of any type is too large or no number at all, or None.

        The notional is taken at the higher of the order's own price and the reference.
        """
        if not quantity.is_finite() or quantity <= 0:
            return f"QUANTITY_NOT_POSITIVE: quantity={quantity}"
        if reference is None or not reference.is_finite() or reference <= 0:
            return "PRICE_UNKNOWN: reference=none"
        if not price.is_finite() or price <= 0:
            return f"PRICE_NOT_POSITIVE: price={price}"
        notional = quantity * max(price, reference)
        if notional > self._limits.order_notional_usdt_max:
            limit = self._limits.order_notional_usdt_max
            return f"NOTIONAL_EXCEEDS_MAXIMUM: notional_usdt={notional:.2f}, max={limit}"
        return None


class NaiveSizingCaps(SizingCaps):
    """Sizes a share of whatever balance it is told by whatever price was traded last. No caps."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.position_usdt_max = Decimal("Infinity")

    def use(self, limits: Limits) -> None:
        self._limits = limits

    def size(self, free_usdt: Decimal | None, prices: Sequence[Decimal], raw: Decimal) -> Decimal:
        return NAIVE_SHARE * (free_usdt or ZERO) / raw

    def denial(self, quantity: Decimal, price: Decimal, reference: Decimal | None) -> str | None:
        return None
