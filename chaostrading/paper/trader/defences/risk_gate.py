"""D24: exposure is reserved before it is used, in one step, for all paths alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from chaostrading.core.money import ZERO

__all__ = ["NaiveRiskGate", "Reservation", "RiskGate"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reservation:
    """Exposure that an order may still add to a symbol."""

    symbol: str
    side: str
    quantity: Decimal
    is_stop: bool = False
    """A stop protects what is held until it is left, so it takes no exit its room."""


class RiskGate:
    """Holds one reservation per living order, from before it is sent until it is known to be over.

    The worst case of a side is the position plus everything reserved on that side.
    """

    def __init__(self, position_usdt_max: Decimal) -> None:
        self._limit = position_usdt_max
        self._held: dict[str, Reservation] = {}

    def use(self, position_usdt_max: Decimal) -> None:
        """Hold this limit from now on."""
        self._limit = position_usdt_max

    def hold(self, client_id: str, wanted: Reservation) -> None:
        """Reserve for an order that lives already, as after a restart; nothing is asked."""
        self._held[client_id] = wanted

    def worst(self, symbol: str, side: str, position: Decimal) -> Decimal:
        """The position if everything reserved on this side is filled."""
        mine = (r.quantity for r in self._held.values() if (r.symbol, r.side) == (symbol, side))
        reserved = sum(mine, ZERO)
        return position + reserved if side == "BUY" else position - reserved

    def reserve(
        self, client_id: str, wanted: Reservation, position: Decimal | None, price: Decimal
    ) -> str | None:
        """Reserve and return None, or return why not. There is no await between check and act."""
        if position is None:
            return f"POSITION_UNKNOWN: symbol={wanted.symbol}"
        worst = self.worst(wanted.symbol, wanted.side, position)
        after = worst + wanted.quantity if wanted.side == "BUY" else worst - wanted.quantity
        exposure = abs(after) * price
        limit = self._limit
        if exposure > limit and abs(after) > abs(position):
            values = f"symbol={wanted.symbol}, position_usdt={exposure:.2f}, max={limit}"
            return f"POSITION_EXCEEDS_MAXIMUM: {values}"
        self._held[client_id] = wanted
        return None

    def exit_fits(self, wanted: Reservation, position: Decimal) -> bool:
        """True when the order, with all exits under way, only reduces the position."""
        if position == 0 or (wanted.side == "BUY") == (position > 0):
            return False
        stops = (
            held.quantity
            for held in self._held.values()
            if held.is_stop and (held.symbol, held.side) == (wanted.symbol, wanted.side)
        )
        spared = ZERO if wanted.is_stop else sum(stops, ZERO)
        after = self.worst(wanted.symbol, wanted.side, position)
        after += -spared if wanted.side == "BUY" else spared
        after = after + wanted.quantity if wanted.side == "BUY" else after - wanted.quantity
        return after * position >= 0

    def release(self, client_id: str) -> None:
        """The order is over; its fills are in the position."""
        self._held.pop(client_id, None)

    def held(self) -> Mapping[str, Reservation]:
        """What is reserved, by client id."""
        return self._held


class NaiveRiskGate(RiskGate):
    """Checks the position alone and lets everybody act on the same check."""

    def hold(self, client_id: str, wanted: Reservation) -> None:
        return None

    def reserve(
        self, client_id: str, wanted: Reservation, position: Decimal | None, price: Decimal
    ) -> str | None:
        limit = self._limit
        if position is not None and abs(position) * price > limit:
            return f"POSITION_EXCEEDS_MAXIMUM: symbol={wanted.symbol}, max={limit}"
        return None
