"""Trading chaos: too many trades, sizes that are wrong, and ways around the risk engine.

The three actions are the tests of the seed in all their variants.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.actions import put_in_force
from chaostrading.actions.attempts import Attempts
from chaostrading.actions.bypass import Bypass
from chaostrading.actions.bypass_ground import Ground
from chaostrading.actions.storm import Storm
from chaostrading.core.errors import ChaosTradingError, InvalidInput, unknown_name
from chaostrading.core.seeds import Dice
from chaostrading.session import Injection, Session
from chaostrading.targets.paper import PaperTarget

__all__ = ["position_sizing_failure", "risk_engine_bypass", "trade_storm"]

V = TypeVar("V")
BYPASS = "risk_bypass_attempt"
BYPASS_S = 90.0
QUICK_ROUNDS = 3
STEP = Decimal("0.001")
STEPS = {"BTCUSDT": Decimal("0.00001"), "ETHUSDT": Decimal("0.0001")}
"""Steps of the quantities that are tried, by symbol."""
STORM = "signal_trade_storm"
STORMS = {"signals": "api", "oscillating_market": "market", "reject_and_retry": "rejects"}
PER_MINUTE_MAX = 12_000
QUICK_STORM_S = {"signals": 10.0, "oscillating_market": 28.0, "reject_and_retry": 10.0}
QUICK_SIGNALS = 200
SWING_EVERY_S = 0.3
STILL_S = 0.01
FREE_ROAD = {"weight_per_minute": 100_000, "orders_per_10s": 10_000}
USUAL_ROAD = {"weight_per_minute": 6_000, "orders_per_10s": 50, "reset": True}

TRADES = "*@trade"
SIZINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "price_x0.001": ("bad_price", {"values": ["x0.001"], "frames": 100_000}),
    "swapped_price_quantity": ("bad_price", {"values": ["swapped"], "frames": 100_000}),
    "balance_zero": ("account_data_wrong", {"form": "zero"}),
    "balance_absent": ("account_data_wrong", {"form": "empty"}),
    "balance_x10": ("account_data_wrong", {"form": "x10"}),
    "balance_nan": ("account_data_wrong", {"form": "nan"}),
    "contract_multiplier": ("account_data_wrong", {"form": "contracts", "multiplier": 100.0}),
    "step_size_change": (
        "filter_change",
        {"step_size_factor": 100.0, "min_notional_factor": 1.0},
    ),
    "min_notional_change": (
        "filter_change",
        {"step_size_factor": 1.0, "min_notional_factor": 16.0},
    ),
}


def trade_storm(
    variant: str = "signals",
    per_minute: int = 300,
    duration_s: float = 60.0,
    order_usdt: float = 1_900.0,
    swing: float = 0.005,
    symbol: str = "",
) -> dict[str, Any]:
    """
    Make the target want more than 100 trades in a minute (F55), by one of three causes.

    The exchange's own limits are taken out of the way first (in the paper stack only), so that the
    target itself must stop the storm. Signals and rejects are over when this returns, a market that
    oscillates goes on: let `hold` wait, and `heal` end it.

    - `variant`:
      `signals`: `per_minute` requests at the target's API, half of the first 200 of them large
      orders to buy, all others signals, so that rate and position limits are both reached; once
      the target says that the rate is too high, an exit and a cancel are tried;
      `oscillating_market`: the true price jumps by `swing` and back, three times a second (paper
      exchange only); half-way a cancel is tried;
      `reject_and_retry`: the same signals, and each order is answered `insufficient balance`
      (F28), so that the target's retries make a storm of their own
    - `per_minute`: requests in a minute, 100..12000 (10,000 orders on the wire take some 10,500);
      a quick run sends 200 in 10 s
    - `duration_s`: seconds of the storm
    - `order_usdt`: worth of a large order in USDT
    - `swing`: how far the price jumps, as a share of it
    - `symbol`: shell pattern of the symbols to trade; empty takes all that the target trades

    Returns the variant, how many requests were sent, in how many seconds, and how many of them the
    target let through.

    Example:

        {"type": "action", "name": "storm", "provider": {"type": "python",
         "module": "chaostrading.actions.trading", "func": "trade_storm",
         "arguments": {"variant": "signals", "per_minute": 10000, "duration_s": 20}}}
    """
    way = _variant("trade_storm", variant, STORMS)
    try:
        if not 100 <= per_minute <= PER_MINUTE_MAX:
            raise InvalidInput(
                f"trade_storm: per_minute must be within 100..{PER_MINUTE_MAX}, was {per_minute}"
            )
        run = session.current()
        seconds = _storm_seconds(run, variant, duration_s)
        if way == "market":
            return _market_storm(run, seconds, swing, symbol)
        count = round(per_minute * seconds / 60)
        count = max(count, QUICK_SIGNALS) if run.quick else count
        if way == "rejects":
            put_in_force(
                "insufficient_balance",
                {"rejections": 1_000_000},
                duration_s=seconds,
                scope={"symbol": symbol},
            )
        return _api_storm(run, variant, count, seconds, Decimal(str(order_usdt)), symbol)
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def position_sizing_failure(
    variant: str = "price_x0.001",
    duration_s: float = 20.0,
    quick_s: float = 12.0,
    path: str = "",
    stream: str = "",
) -> dict[str, Any]:
    """
    Falsify one input of the target's position sizing at the wire (F56); all other inputs are true.

    - `variant`: which input is wrong:
      `price_x0.001`: public trades say a thousandth of the price, tickers and books the true one
      (F43): sized from the last trade, an order is a thousand times too large;
      `swapped_price_quantity`: public trades have price and quantity in each other's place (F43);
      `balance_zero`, `balance_absent`, `balance_nan`: answers about the account say 0, list no
      balance, or say NaN (F48);
      `balance_x10`: they say ten times what there is (F48);
      `contract_multiplier`: they count in contracts of a hundredth (F48);
      `step_size_change`: quantities must be multiples of a step a hundred times as large (F29);
      `min_notional_change`: the least value of an order is sixteen times as large (F29)
    - `duration_s`: how long the input is wrong; `quick_s` in a quick run
    - `path`, `stream`: shell patterns of the requests or streams to touch; empty takes those of the
      variant

    Returns the variant and the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "sizing", "provider": {"type": "python",
         "module": "chaostrading.actions.trading", "func": "position_sizing_failure",
         "arguments": {"variant": "contract_multiplier"}}}
    """
    fault, parameters = _variant("position_sizing_failure", variant, SIZINGS)
    if fault == "bad_price":
        stream = stream or TRADES
    try:
        seconds = quick_s if session.current().quick else duration_s
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
    if fault == "account_data_wrong":
        parameters = {**parameters, "for_s": seconds + 5.0}
    scope = {"path": path, "stream": stream}
    lease = put_in_force(fault, parameters, duration_s=seconds, scope=scope)
    return {"variant": variant, "lease": lease}


def risk_engine_bypass(rounds: int = 10, symbol: str = "") -> dict[str, Any]:
    """
    Try every way around the target's risk engine (F57), and the same paths within the limits.

    The target's own strategy rests meanwhile, so that the room below the limits is known. Tried
    are: orders that are too large, of every type and split into many; numbers that are none;
    symbols that look alike; fields and headers that claim that no check is needed; missing and
    expired tokens; replayed requests; batches, lists, replacing and amending; limits raised under
    way; eight orders at once where one fits; a restart in between; the kill switch; stale, late and
    missing prices; and an order to the exchange itself. Each way has a name and a sentence in
    `chaostrading.actions.bypass_ways` and `bypass`. All is over when this returns.

    - `rounds`: how often eight orders are sent at once, 1..100; a quick run does it three times
    - `symbol`: shell pattern of the symbols to try it with; empty takes the first

    Returns how many attempts were made by how many ways, and how many the target denied.

    Example:

        {"type": "action", "name": "bypass", "provider": {"type": "python",
         "module": "chaostrading.actions.trading", "func": "risk_engine_bypass",
         "arguments": {"rounds": 10}}}
    """
    try:
        if not 1 <= rounds <= 100:
            raise InvalidInput(f"risk_engine_bypass: rounds must be within 1..100, was {rounds}")
        run = session.current()
        attempts = Attempts(run, BYPASS)
        symbols = [name for name in attempts.symbols() if fnmatchcase(name, symbol or "*")]
        with attempts.in_force({"rounds": rounds, "symbols": symbols}, BYPASS_S):
            if symbols:
                _try_all(attempts, symbols, QUICK_ROUNDS if run.quick else rounds)
        blocked = [row for row in attempts.rows if row["expect"] == "blocked"]
        return {
            "attempts": len(attempts.rows),
            "must_be_blocked": len(blocked),
            "ways": len({row["way"] for row in blocked}),
            "denied": sum(1 for row in attempts.rows if row.get("denied")),
        }
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def _try_all(attempts: Attempts, symbols: list[str], rounds: int) -> None:
    first, *others = [
        Ground(symbol=name, price=attempts.price(name), step=STEPS.get(name, STEP))
        for name in symbols
    ]
    bypass = Bypass(attempts, first, put_in_force)
    bypass.pause()
    bypass.ways()
    bypass.batches()
    bypass.limits()
    bypass.past_the_target()
    bypass.at_the_limit(rounds)
    bypass.killed()
    bypass.blind(others[0] if others else first)
    attempts.restore()


def _storm_seconds(run: Session, variant: str, duration_s: float) -> float:
    cap_ms = run.settings.max_duration_ms
    seconds = QUICK_STORM_S[variant] if run.quick else duration_s
    return seconds if cap_ms is None else min(seconds, cap_ms / 1_000)


def _api_storm(
    run: Session, variant: str, count: int, seconds: float, order_usdt: Decimal, symbol: str
) -> dict[str, Any]:
    attempts = Attempts(run, STORM)
    symbols = [name for name in attempts.symbols() if fnmatchcase(name, symbol or "*")]
    told = {"variant": variant, "requests": count, "seconds": seconds, "symbols": symbols}
    with attempts.in_force(told, seconds) as injection:
        set_limits = _lift_limits(run)

        def end() -> None:
            set_limits()
            attempts.restore()

        injection.end = end
        if not symbols:
            return {**told, "requests": 0, "let_through": 0}
        dice = Dice(run.seed, "trade_storm")
        storm = Storm(attempts, dice, symbols, order_usdt)
        resting = storm.place_far()
        began = run.clock.monotonic()
        storm.blow(count, seconds, resting, exits=variant == "signals")
        took = run.clock.monotonic() - began
    return {
        **told,
        "requests": len(attempts.rows),
        "seconds": round(took, 3),
        "per_minute": round(len(attempts.rows) * 60 / took),
        "let_through": sum(1 for row in attempts.rows if not row.get("denied")),
        "unanswered": storm.unanswered,
    }


def _market_storm(run: Session, seconds: float, swing: float, symbol: str) -> dict[str, Any]:
    exchange = run.exchange
    if exchange is None:
        raise InvalidInput("trade_storm: oscillating_market needs the paper exchange")
    orders = exchange.books(run.recording.began_s)["orders"]
    traded = sorted({str(row["symbol"]) for row in orders})
    symbols = [name for name in traded if fnmatchcase(name, symbol or "*")]
    told = {"variant": "oscillating_market", "seconds": seconds, "symbols": symbols}
    injection = Injection(
        fault=STORM,
        parameters={**told, "swing": swing, "every_s": SWING_EVERY_S},
        began_s=run.clock.monotonic(),
        duration_s=seconds,
        report={"hits": round(seconds / SWING_EVERY_S) * len(symbols)},
    )
    set_limits = _lift_limits(run)

    def end() -> None:
        set_limits()
        for name in symbols:
            exchange.move_market(_swings(name, 0.0, STILL_S))
        run.recording.note(pressure_level=0.0)

    injection.end = end
    run.add(injection)
    storm = _storm(run, symbols)
    resting = storm.place_far() if storm else ""
    for name in symbols:
        exchange.move_market(_swings(name, swing, seconds))
    # The market is the fault: its level stands in the samples for the judges.
    run.recording.note(pressure_wanted=swing, pressure_level=swing if symbols else 0.0)
    if storm:
        run.hold(seconds / 2)
        storm.cancel(resting)
    return told


def _storm(run: Session, symbols: list[str]) -> Storm | None:
    """What can place an order that rests, and cancel it; None where this pack cannot."""
    if not symbols or not isinstance(run.target, PaperTarget):
        return None
    return Storm(Attempts(run, STORM), Dice(run.seed, "trade_storm"), symbols, Decimal(0))


def _swings(symbol: str, swing: float, seconds: float) -> dict[str, Any]:
    return {"symbol": symbol, "oscillate": f"{swing:g}", "every_s": SWING_EVERY_S, "for_s": seconds}


def _lift_limits(run: Session) -> Callable[[], None]:
    """Lift the limits of the stack's exchange. Returns what sets them again, from a count of 0."""
    exchange = run.exchange
    if exchange is None or not run.paper_stack:
        return lambda: None  # Limits of an exchange that outlives this run are not touched.
    exchange.change_limits(FREE_ROAD)
    return lambda: exchange.change_limits(USUAL_ROAD)


def _variant(test: str, variant: str, known: Mapping[str, V]) -> V:
    if variant not in known:
        raise ActivityFailed(str(unknown_name(f"variant of {test}", variant, known)))
    return known[variant]
