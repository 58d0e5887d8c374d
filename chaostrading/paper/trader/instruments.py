"""What the exchange allows for each symbol."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chaostrading.core.money import ZERO, decimal, round_down

__all__ = ["Instrument", "Instruments"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """The filters of one symbol."""

    symbol: str
    base: str
    quote: str
    status: str
    tick: Decimal
    step: Decimal
    quantity_min: Decimal
    notional_min: Decimal

    def price(self, value: Decimal) -> Decimal:
        """A price on the tick, rounded down."""
        return round_down(value, self.tick) if value.is_finite() else value

    def quantity(self, value: Decimal) -> Decimal:
        """A quantity on the step, rounded down."""
        return round_down(value, self.step) if value.is_finite() else value

    def too_small(self, quantity: Decimal, price: Decimal) -> bool:
        """True for dust that the exchange would refuse."""
        return quantity < self.quantity_min or quantity * price < self.notional_min


class Instruments:
    """The instruments by symbol, as last read from `exchangeInfo`."""

    def __init__(self) -> None:
        self._known: dict[str, Instrument] = {}
        self.weight_limit: int | None = None

    def get(self, symbol: str) -> Instrument | None:
        """The instrument, or None when it was not read yet."""
        return self._known.get(symbol)

    def read(self, data: dict[str, Any]) -> list[Instrument]:
        """Take an `exchangeInfo` answer. Raises ValueError or KeyError when it cannot be read."""
        found = [_read(row) for row in data["symbols"]]
        self._known.update({instrument.symbol: instrument for instrument in found})
        for limit in data.get("rateLimits", []):
            if limit.get("rateLimitType") == "REQUEST_WEIGHT" and limit.get("interval") == "MINUTE":
                self.weight_limit = int(limit["limit"])
        return found


def _read(row: dict[str, Any]) -> Instrument:
    filters = {item["filterType"]: item for item in row["filters"]}
    notional = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL") or {}
    tick = decimal(filters["PRICE_FILTER"]["tickSize"], "tickSize")
    step = decimal(filters["LOT_SIZE"]["stepSize"], "stepSize")
    if tick <= ZERO or step <= ZERO:
        raise ValueError(f"{row['symbol']}: tickSize and stepSize must be above 0")
    return Instrument(
        symbol=row["symbol"],
        base=row["baseAsset"],
        quote=row["quoteAsset"],
        status=row["status"],
        tick=tick,
        step=step,
        quantity_min=decimal(filters["LOT_SIZE"]["minQty"], "minQty"),
        notional_min=decimal(notional.get("minNotional", "0"), "minNotional"),
    )
