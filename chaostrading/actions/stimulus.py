"""Give the target something to get wrong: a market that moves, and a fill, while a fault is on.

Only the paper exchange can be moved; with a system of your own the market does as it likes, and
these calls do nothing.
"""

from typing import Any

from chaostrading.core.seeds import Dice
from chaostrading.session import Session

__all__ = ["await_resting_order", "move_through"]

LOOK_EVERY_S = 0.1
YOUNG_S = 1.0

Row = dict[str, Any]


def await_resting_order(run: Session, timeout_s: float = 6.0) -> list[Row]:
    """Wait until the target has just placed an order that rests; return all its resting orders.

    Just placed (within 1 s), because an old one may be cancelled before anything is moved. Returns
    what rests when `timeout_s` is over, and nothing where the exchange is not the paper exchange.
    """
    if run.exchange is None:
        return []
    ends_s = run.clock.monotonic() + timeout_s
    while True:
        now_s = run.clock.monotonic()
        orders = run.exchange.books(run.recording.began_s)["orders"]
        resting = [row for row in orders if row["status"] == "NEW" and row["type"] == "LIMIT"]
        young = any(now_s - float(row["accepted_mono_s"]) < YOUNG_S for row in resting)
        if young or now_s >= ends_s:
            return resting
        run.hold(LOOK_EVERY_S)


def move_through(
    run: Session, resting: list[Row], dice: Dice, share: float = 0.012, over_s: float = 0.5
) -> list[Row]:
    """Move each symbol that the target has traded by `share`, through its resting order if any.

    A resting buy is met by a falling price, a sell by a rising one; where nothing rests the dice
    say which way. Returns the moves as `{"symbol", "move"}` and keeps them in the run's facts.
    """
    if run.exchange is None:
        return []
    orders = run.exchange.books(run.recording.began_s)["orders"]
    sides = {str(row["symbol"]): str(row["side"]) for row in resting}
    moves = []
    for symbol in sorted({str(row["symbol"]) for row in orders}):
        chosen = dice.pick(("BUY", "SELL"))
        down = sides.get(symbol, chosen) == "BUY"
        move = f"{-share if down else share:g}"
        run.exchange.move_market({"symbol": symbol, "move": move, "over_s": over_s})
        moves.append({"symbol": symbol, "move": move})
    run.facts["moves"] = moves
    return moves
