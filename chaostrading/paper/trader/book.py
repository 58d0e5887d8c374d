"""Price levels, and what changes them."""

from dataclasses import dataclass
from decimal import Decimal

from chaostrading.core.money import decimal_or_none

__all__ = ["Diff", "Level", "Levels", "Snapshot", "read_levels"]

Level = tuple[Decimal, Decimal]
"""Price and quantity; quantity 0 removes the level."""
KEPT = 200
"""Levels kept on each side."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Diff:
    """One difference of the depth stream: update ids `first` to `last` (`U` and `u`)."""

    first: int
    last: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A whole book as of update id `last`."""

    last: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


def read_levels(rows: object) -> tuple[Level, ...]:
    """Read levels as exchanges send them. Raises ValueError when one is not a number."""
    if not isinstance(rows, list):
        raise ValueError(f"levels must be a list, was {type(rows).__name__}")
    levels = []
    for row in rows:
        if not isinstance(row, list) or len(row) < 2:
            raise ValueError(f"level must be [price, quantity], was {row!r}")
        price, quantity = decimal_or_none(row[0]), decimal_or_none(row[1])
        if price is None or quantity is None or price <= 0 or quantity < 0:
            raise ValueError(f"level must be positive numbers, was {row!r}")
        levels.append((price, quantity))
    return tuple(levels)


class Levels:
    """Both sides of a book, without any judgement about them."""

    def __init__(self) -> None:
        self.bids: dict[Decimal, Decimal] = {}
        self.asks: dict[Decimal, Decimal] = {}

    def replace(self, snapshot: Snapshot) -> None:
        """Begin again from a snapshot."""
        self.bids = {price: size for price, size in snapshot.bids if size > 0}
        self.asks = {price: size for price, size in snapshot.asks if size > 0}

    def apply(self, diff: Diff) -> None:
        """Apply a difference."""
        for side, rows in ((self.bids, diff.bids), (self.asks, diff.asks)):
            for price, size in rows:
                if size == 0:
                    side.pop(price, None)
                else:
                    side[price] = size
        if len(self.bids) > 2 * KEPT:
            self.bids = {price: self.bids[price] for price in sorted(self.bids)[-KEPT:]}
        if len(self.asks) > 2 * KEPT:
            self.asks = {price: self.asks[price] for price in sorted(self.asks)[:KEPT]}

    def best(self) -> tuple[Decimal, Decimal] | None:
        """Best bid and ask, or None when a side is empty."""
        if not self.bids or not self.asks:
            return None
        return max(self.bids), min(self.asks)
