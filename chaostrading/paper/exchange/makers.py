"""The life of the market: a seeded price path, market makers who quote it, takers who trade it.

One `Market` per symbol is stepped a few times a second. Its makers keep one order at the touch,
which follows the price on every step, and a ladder on a fixed grid behind it, which only moves when
the price crosses a rung; so a step costs a handful of orders, not a rewritten book.
"""

from decimal import Decimal

from chaostrading.core.seeds import Dice
from chaostrading.paper.exchange.engine import Engine
from chaostrading.paper.exchange.orders import Order, Side

__all__ = ["Market"]

VOLATILITY = 3e-5
"""Standard deviation of the price's relative move in one second."""
TRADES_PER_S = 3.0
RUNGS = 20
GRID = Decimal("0.0001")
"""Distance of two rungs, relative to the start price."""
DEEP = (Decimal("0.005"), Decimal("0.01"), Decimal("0.02"), Decimal("0.05"))
"""Where the large orders stand that keep the book from running empty, relative to the price."""


class Market:
    """The makers and takers of one symbol, and the true price they follow."""

    def __init__(self, engine: Engine, symbol: str, dice: Dice) -> None:
        self._engine = engine
        self._dice = dice.fork(symbol)
        self.rules = engine.rules[symbol]
        self.symbol = symbol
        self.price = self.rules.start_price
        self._grid = self._tick(self.price * GRID)
        self._step = self.rules.step_size
        self._orders: dict[tuple[Side, Decimal], Order] = {}
        self._drift: tuple[Decimal, float] | None = None
        self._swing: tuple[Decimal, float, float] | None = None
        self._swing_age = 0.0
        self._rush: tuple[int, float] = (0, 0.0)
        self.frozen = False
        self.step(0.0)

    def move(self, share: Decimal, over_s: float) -> None:
        """Move the price by this share of itself, spread evenly over the seconds."""
        if over_s <= 0:
            self.price *= 1 + share
            self._drift = None
        else:
            self._drift = (self.price * share / Decimal(str(over_s)), over_s)

    def oscillate(self, share: Decimal, every_s: float, for_s: float) -> None:
        """Flip the quoted price between this share above and below, for a time."""
        self._swing = (share, every_s, for_s)
        self._swing_age = 0.0

    def rush(self, rungs: int, for_s: float) -> None:
        """Let makers renew so many rungs on every step, for a time: many messages, same prices."""
        self._rush = (rungs, for_s)

    def freeze(self, frozen: bool) -> None:
        """Hold the price still (or let it go on). Small trades go on at that price."""
        self.frozen = frozen
        self._drift = self._swing = None
        self._rush = (0, 0.0)

    def quoted(self) -> Decimal:
        """The price that makers quote around now."""
        if self._swing is None:
            return self.price
        share, every_s, _ = self._swing
        up = int(self._swing_age / every_s) % 2 == 0
        return self.price * (1 + share if up else 1 - share)

    def step(self, elapsed_s: float) -> None:
        """Move the price by what belongs to the elapsed time, re-quote, and perhaps trade."""
        self._walk(elapsed_s)
        self._quote(self.quoted())
        rungs, left_s = self._rush
        self._rush = (rungs, left_s - elapsed_s) if left_s > elapsed_s else (0, 0.0)
        if self._dice.chance(min(1.0, TRADES_PER_S * elapsed_s)):
            side: Side = "BUY" if self._dice.chance(0.5) else "SELL"
            self._engine.take(self.symbol, side, self._quantity(0.002, 0.1))

    def _walk(self, elapsed_s: float) -> None:
        step = self._dice.normal(0, VOLATILITY * elapsed_s**0.5)
        if self._swing is not None:
            self._swing_age += elapsed_s
            if self._swing_age >= self._swing[2]:
                self._swing = None
        if self.frozen:
            return
        self.price *= 1 + Decimal(f"{step:.9f}")
        if self._drift is not None:
            slope, left_s = self._drift
            part_s = min(elapsed_s, left_s)
            self.price += slope * Decimal(str(part_s))
            self._drift = (slope, left_s - part_s) if left_s - part_s > 1e-9 else None
        self.price = max(self.price, self.rules.tick_size * 10).quantize(Decimal("1e-12"))

    def _quote(self, price: Decimal) -> None:
        wanted = self._ladder(price)
        for key, order in list(self._orders.items()):
            if key not in wanted or not order.open:
                self._engine.withdraw(order)
                del self._orders[key]
        # One rung is renewed on every step, so that quantities live even where prices do not.
        for _ in range(1 + self._rush[0]):
            renewed = self._dice.pick(list(wanted))
            if renewed in self._orders:
                self._engine.withdraw(self._orders.pop(renewed))
        for key, large in wanted.items():
            if key not in self._orders:
                low, high = (8.0, 20.0) if large else (0.3, 2.0)
                quantity = self._quantity(low, high)
                self._orders[key] = self._engine.quote(self.symbol, key[0], key[1], quantity)

    def _ladder(self, price: Decimal) -> dict[tuple[Side, Decimal], bool]:
        tick, grid = self.rules.tick_size, self._grid
        bid = self._tick(price)
        wanted: dict[tuple[Side, Decimal], bool] = {
            ("BUY", bid): False,
            ("SELL", bid + tick): False,
        }
        base = (bid // grid) * grid
        for rung in range(RUNGS):
            lower, upper = base - rung * grid, base + (rung + 1) * grid
            if 0 < lower < bid:
                wanted[("BUY", lower)] = False
            if upper > bid + tick:
                wanted[("SELL", upper)] = False
        # The deep orders stand on a coarse grid, or they too would move with every step.
        coarse = grid * 25
        centre = (bid // coarse) * coarse
        for share in DEEP:
            lower = self._tick(centre * (1 - share))
            if lower > 0:
                wanted[("BUY", lower)] = True
            wanted[("SELL", self._tick((centre + coarse) * (1 + share)))] = True
        return wanted

    def _quantity(self, low: float, high: float) -> Decimal:
        share = Decimal(f"{self._dice.uniform(low, high):.6f}")
        step = self._step
        return max(self.rules.typical_quantity * share // step * step, step)

    def _tick(self, price: Decimal) -> Decimal:
        tick = self.rules.tick_size
        return max(price // tick * tick, tick)
