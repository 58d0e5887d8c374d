"""Facts about the target's trading: its position, its pace, its log, its kill switch.

Position and pace are read from the exchange's books and from the wire; log and kill switch are the
target's own word.
"""

import bisect

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.checkers.base import run_checker
from chaostrading.checkers.reading import orders
from chaostrading.core.errors import ChaosTradingError
from chaostrading.core.money import ZERO, decimal

__all__ = ["audit_chain_is_intact", "kill_switch_is_released", "orders_per_minute", "position_usdt"]

MINUTE_S = 60.0


def position_usdt(symbol: str = "") -> float:
    """
    What the target's position is worth now at true prices, long or short, in USDT.

    Read from the books of the paper exchange, at the newest mid price; the sum over all symbols, or
    that of one `symbol`. Fails when no books are at hand.

    Example:

        {"type": "probe", "name": "position", "tolerance": {"type": "range", "range": [0, 10000]},
         "provider": {"type": "python", "module": "chaostrading.probes.trading",
         "func": "position_usdt"}}
    """
    try:
        run = session.current()
        if run.exchange is None:
            raise ActivityFailed("position_usdt: no books of an exchange are at hand")
        books = run.exchange.books(run.recording.began_s)
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
    mids = {str(name): decimal(str(price)) for _, name, price in books["mids"]}
    worth = ZERO
    for name, text in books["positions"].items():
        quantity = decimal(str(text))
        if symbol not in ("", name) or not quantity:
            continue
        if name not in mids:
            raise ActivityFailed(f"position_usdt: no price of {name} is known")
        worth += abs(quantity) * mids[name]
    return float(round(worth, 2))


def orders_per_minute() -> float:
    """
    The most orders that the target tried to place in any 60 seconds of the run.

    Read from the wire; orders that were refused count, cancels do not.

    Example:

        {"type": "probe", "name": "pace", "tolerance": {"type": "range", "range": [0, 120]},
         "provider": {"type": "python", "module": "chaostrading.probes.trading",
         "func": "orders_per_minute"}}
    """
    try:
        times = [item.mono_s for item in orders(session.current().evidence())]
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
    return float(
        max(
            (bisect.bisect_left(times, at + MINUTE_S) - number for number, at in enumerate(times)),
            default=0,
        )
    )


def audit_chain_is_intact() -> bool:
    """
    Say whether each entry of the target's audit log seals the one before, and none is missing.

    Fails when the target shows no audit log.
    """
    try:
        evidence = session.current().evidence(final=True)
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
    finding = run_checker("audit_chain_verifies", evidence, {"refusals_logged": False})
    if finding.answer == "unknown":
        raise ActivityFailed(f"audit_chain_is_intact: {finding.observed}")
    return finding.answer == "held"


def kill_switch_is_released() -> bool:
    """
    Say whether the target may trade: it does not call its trading state `halted`.

    Fails when the target does not say what its trading state is.
    """
    try:
        status = session.current().target.told().get("status", {})
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
    if "trading_state" not in status:
        raise ActivityFailed("kill_switch_is_released: the target does not say its trading state")
    return bool(status["trading_state"] != "halted")
