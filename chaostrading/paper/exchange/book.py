"""One symbol's order book: price levels, and within a level who came first."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from decimal import Decimal

from chaostrading.core.money import ZERO
from chaostrading.paper.exchange.orders import Order, Side

__all__ = ["Book"]

Level = tuple[Decimal, Decimal]


class Book:
    """Resting orders of one symbol.

    Every change of a level's total counts `update_id` up by one and is remembered until somebody
    drains it, so that depth updates chain without a gap.
    """

    def __init__(self, first_update_id: int = 1) -> None:
        self.update_id = first_update_id
        self._drained_id = first_update_id
        self._changes: dict[tuple[Side, Decimal], None] = {}
        self._levels: dict[Side, dict[Decimal, dict[int, Order]]] = {"BUY": {}, "SELL": {}}
        self._totals: dict[Side, dict[Decimal, Decimal]] = {"BUY": {}, "SELL": {}}
        self._prices: dict[Side, list[Decimal]] = {"BUY": [], "SELL": []}

    def add(self, order: Order) -> None:
        """Put an order behind all others of its price."""
        level = self._levels[order.side].get(order.price)
        if level is None:
            level = self._levels[order.side][order.price] = {}
            insort(self._prices[order.side], order.price)
        level[order.order_id] = order
        self._count(order.side, order.price, order.remaining)

    def reduce(self, order: Order, quantity: Decimal) -> None:
        """Tell that a resting order has become smaller by `quantity`; it keeps its place."""
        self._count(order.side, order.price, -quantity)
        if order.remaining <= 0:
            self._forget(order)

    def remove(self, order: Order) -> bool:
        """Take an order out. False when it was not in."""
        if order.order_id not in self._levels[order.side].get(order.price, {}):
            return False
        self._count(order.side, order.price, -order.remaining)
        self._forget(order)
        return True

    def best(self, side: Side) -> Level | None:
        """Best price of a side and the quantity there, or None where the side is empty."""
        prices = self._prices[side]
        if not prices:
            return None
        price = prices[-1] if side == "BUY" else prices[0]
        return price, self._totals[side][price]

    def mid(self) -> Decimal | None:
        """Middle of best bid and best ask, or None where a side is empty."""
        bid, ask = self.best("BUY"), self.best("SELL")
        return None if bid is None or ask is None else (bid[0] + ask[0]) / 2

    def top(self, side: Side, limit: int) -> list[Level]:
        """The best `limit` levels, best first."""
        prices = self._prices[side]
        chosen = prices[-limit:][::-1] if side == "BUY" else prices[:limit]
        totals = self._totals[side]
        return [(price, totals[price]) for price in chosen]

    def first(self, side: Side) -> Order | None:
        """The order of a side that is next to trade."""
        best = self.best(side)
        return None if best is None else next(iter(self._levels[side][best[0]].values()))

    def resting(self, side: Side, worst: Decimal | None = None) -> Iterator[Order]:
        """Orders of a side as they would trade, up to `worst`. Do not change the book meanwhile."""
        prices = self._prices[side]
        for price in reversed(prices) if side == "BUY" else prices:
            if worst is not None and (price < worst if side == "BUY" else price > worst):
                return
            yield from self._levels[side][price].values()

    def drain(self) -> tuple[int, int, list[Level], list[Level]] | None:
        """First and last update id, changed bids and asks since the last call; None: no change."""
        if not self._changes:
            return None
        first, last = self._drained_id + 1, self.update_id
        bids: list[Level] = []
        asks: list[Level] = []
        for side, price in self._changes:
            total = self._totals[side].get(price, ZERO)
            (bids if side == "BUY" else asks).append((price, total))
        self._changes.clear()
        self._drained_id = last
        return first, last, bids, asks

    def _count(self, side: Side, price: Decimal, quantity: Decimal) -> None:
        totals = self._totals[side]
        totals[price] = totals.get(price, ZERO) + quantity
        self.update_id += 1
        self._changes[(side, price)] = None

    def _forget(self, order: Order) -> None:
        level = self._levels[order.side][order.price]
        del level[order.order_id]
        if not level:
            del self._levels[order.side][order.price]
            del self._totals[order.side][order.price]
            prices = self._prices[order.side]
            del prices[bisect_left(prices, order.price)]
