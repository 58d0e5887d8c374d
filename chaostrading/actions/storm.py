"""Drives a storm: so many requests a minute at the target's order entry, by a steady clock."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from chaostrading.actions.attempts import Attempts
from chaostrading.core.errors import ChaosTradingError
from chaostrading.core.seeds import Dice

__all__ = ["Storm"]

WORKERS = 8
"""Requests under way at once, so that a slow answer does not slow the storm."""
BUNCH = 4
"""So many signals come one by one, then so many large orders at the same moment."""
LARGE_UNTIL = 200
"""From this request on all are signals: the position limit has been reached or never will be."""
CROSS = Decimal("1.002")
FAR = Decimal("0.97")
EXIT_USDT = Decimal(40)
EXIT_TRIES = 3
RATE = "RATE_"


class Storm:
    """Signals to buy and sell, and large orders in bunches, so that the limits are reached.

    Once the target says that the rate is too high, an order that reduces its position and a cancel
    of an order that was placed beforehand are tried: both must pass.
    """

    def __init__(
        self, attempts: Attempts, dice: Dice, symbols: list[str], order_usdt: Decimal
    ) -> None:
        self._attempts = attempts
        self._dice = dice
        self._symbols = symbols
        self._order_usdt = order_usdt
        self._prices = {symbol: attempts.price(symbol) for symbol in symbols}
        self._broken = threading.Event()
        self.unanswered = 0

    def place_far(self) -> str:
        """Rest an order far from the market; returns its client id, empty if it was refused."""
        symbol = self._symbols[0]
        order = self._order(symbol, "BUY", EXIT_USDT, FAR, "GTC")
        reply = self._attempts.entry.send("/orders", order)
        return str(reply.body.get("client_id", ""))

    def cancel(self, resting: str) -> None:
        """Cancel that order; nothing where there is none."""
        if resting:
            self._attempts.entry.send(f"/orders/{resting}", method="DELETE")

    def blow(self, count: int, seconds: float, resting: str, *, exits: bool) -> None:
        """Send `count` requests evenly over `seconds`. Raises Refused when the run is stopped."""
        run = self._attempts.run
        began = run.clock.monotonic()
        tried = False
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="storm") as pool:
            try:
                for number in range(count):
                    first = number - number % BUNCH if _is_large(number) else number
                    due = began + first * seconds / count
                    run.hold(due - run.clock.monotonic())
                    pool.submit(self._one, number, *self._choice())
                    if self._broken.is_set() and not tried:
                        tried = True
                        pool.submit(self._leave, resting, exits)
                run.hold(began + seconds - run.clock.monotonic())
                if not tried:
                    pool.submit(self._leave, resting, exits)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _choice(self) -> tuple[str, str]:
        """Symbol and side; drawn in one thread, so that the seed repeats them."""
        return self._dice.pick(self._symbols), self._dice.pick(("BUY", "SELL"))

    def _one(self, number: int, symbol: str, side: str) -> None:
        large = _is_large(number)
        if large:
            order = self._order(self._symbols[0], "BUY", self._order_usdt, CROSS, "IOC")
        else:
            order = {"symbol": symbol, "side": side}
        try:
            reply = self._attempts.entry.send("/orders" if large else "/signals", order)
        except ChaosTradingError:
            self.unanswered += 1
            return
        self._attempts.record("large order" if large else "signal", "some", order, reply)
        if reply.denied.startswith(RATE):
            self._broken.set()

    def _leave(self, resting: str, exits: bool) -> None:
        entry = self._attempts.entry
        self.cancel(resting)
        symbol = self._symbols[0]
        for attempt in range(EXIT_TRIES if exits else 0):
            if self._attempts.position(symbol) * self._prices[symbol] < EXIT_USDT:
                return
            order = self._order(symbol, "SELL", EXIT_USDT / 2, 2 - CROSS, "IOC")
            reply = entry.send("/orders", order)
            if not reply.denied or attempt == EXIT_TRIES - 1:
                self._attempts.record("exit", "accepted", order, reply, reduces=True)
                return

    def _order(
        self, symbol: str, side: str, usdt: Decimal, at: Decimal, time_in_force: str
    ) -> dict[str, Any]:
        price = self._prices[symbol]
        return {
            "symbol": symbol,
            "side": side,
            "type": "LIMIT",
            "quantity": f"{usdt / price:.5f}" if price > 10_000 else f"{usdt / price:.4f}",
            "price": f"{price * at:.2f}",
            "time_in_force": time_in_force,
        }


def _is_large(number: int) -> bool:
    return number < LARGE_UNTIL and number // BUNCH % 2 == 1
