"""Give the target something to get wrong while a fault is on: a market that moves, and a fill.

Only the paper exchange can be moved; with a system of your own the market does as it likes.
"""

import contextlib
from collections.abc import Callable
from typing import Any

from chaostrading.core.clock import Clock
from chaostrading.core.errors import Unreachable
from chaostrading.core.seeds import Dice
from chaostrading.paper.judge import PaperExchangeClient

__all__ = ["await_resting_order", "calm", "move_through", "rush"]

LOOK_EVERY_S = 0.1
YOUNG_S = 1.0

Row = dict[str, Any]


def await_resting_order(
    exchange: PaperExchangeClient,
    clock: Clock,
    wait: Callable[[float], Any],
    timeout_s: float = 6.0,
) -> list[Row]:
    """Wait until the target has just placed an order that rests; return all its resting orders.

    Just placed (within 1 s), because an old one may be cancelled before anything is moved. Returns
    what rests when `timeout_s` is over. Raises Unreachable when the exchange does not answer, and
    what `wait(seconds)` raises.
    """
    ends_s = clock.monotonic() + timeout_s
    while True:
        now_s = clock.monotonic()
        orders = exchange.books()["orders"]
        resting = [row for row in orders if row["status"] == "NEW" and row["type"] == "LIMIT"]
        young = any(now_s - float(row["accepted_mono_s"]) < YOUNG_S for row in resting)
        if young or now_s >= ends_s:
            return resting
        wait(LOOK_EVERY_S)


def move_through(
    exchange: PaperExchangeClient, resting: list[Row], dice: Dice, share: float, over_s: float
) -> list[Row]:
    """Move each symbol that the target has traded by `share` within `over_s` seconds.

    It goes through the resting order, if there is one: a buy is met by a falling price, a sell by a
    rising one; where nothing rests the dice say which way. Returns the moves as `{"symbol",
    "move"}`. Raises Unreachable when the exchange does not answer.
    """
    sides = {str(row["symbol"]): str(row["side"]) for row in resting}
    moves = []
    for symbol in sorted({str(row["symbol"]) for row in exchange.books()["orders"]}):
        chosen = dice.pick(("BUY", "SELL"))
        down = sides.get(symbol, chosen) == "BUY"
        move = f"{-share if down else share:g}"
        exchange.move_market({"symbol": symbol, "move": move, "over_s": over_s})
        moves.append({"symbol": symbol, "move": move})
    return moves


def rush(
    exchange: PaperExchangeClient, for_s: float, rungs: int = 60, swing: str = "0.0001"
) -> list[str]:
    """Make the symbols that the target has traded busy: their price flips, and their book is
    renewed ten times a second. Returns the symbols, for `calm`."""
    symbols = sorted({str(row["symbol"]) for row in exchange.books()["orders"]})
    for symbol in symbols:
        swinging = {"oscillate": swing, "every_s": 0.3, "for_s": for_s}
        exchange.move_market({"symbol": symbol, **swinging})
        exchange.move_market({"symbol": symbol, "rush": rungs, "for_s": for_s})
    return symbols


def calm(exchange: PaperExchangeClient, symbols: list[str]) -> None:
    """End at once what `rush` began. An exchange that is gone has ended it already."""
    for symbol in symbols:
        with contextlib.suppress(Unreachable):
            exchange.move_market({"symbol": symbol, "freeze": False})
