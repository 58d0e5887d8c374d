"""The risk engine: the only maker of approved orders. When it cannot tell, the answer is no."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from chaostrading.core.errors import Refused
from chaostrading.paper.trader.account import Account
from chaostrading.paper.trader.defences.all_order_types import AllOrderTypes, NaiveAllOrderTypes
from chaostrading.paper.trader.defences.batch_gate import BatchGate, NaiveBatchGate
from chaostrading.paper.trader.defences.kill_switch import KillSwitch, NaiveKillSwitch
from chaostrading.paper.trader.defences.live_instrument_rules import (
    LiveInstrumentRules,
    NaiveLiveInstrumentRules,
)
from chaostrading.paper.trader.defences.market_status_gate import (
    MarketStatusGate,
    NaiveMarketStatusGate,
)
from chaostrading.paper.trader.defences.order_rate_cap import NaiveOrderRateCap, OrderRateCap
from chaostrading.paper.trader.defences.risk_flags import NaiveRiskFlags, RiskFlags
from chaostrading.paper.trader.defences.risk_gate import NaiveRiskGate, Reservation, RiskGate
from chaostrading.paper.trader.defences.sizing_caps import NaiveSizingCaps, SizingCaps
from chaostrading.paper.trader.instruments import Instruments
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.market import Market
from chaostrading.paper.trader.order import Order, Wish

__all__ = ["Approved", "RiskEngine"]

TYPES = frozenset({"LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT"})
CHANGEABLE = ("order_notional_usdt_max", "position_usdt_max")
_SEAL = object()


class Approved:
    """An order that may be sent. Only the risk engine can make one."""

    __slots__ = ("order",)

    def __init__(self, order: Order, seal: object) -> None:
        if seal is not _SEAL:
            raise Refused("risk: only the risk engine approves orders")
        self.order = order


class RiskEngine:
    """Approves or denies. A denial is one line: `CATEGORY_CONDITION: key=value`."""

    def __init__(
        self,
        kit: Kit,
        market: Market,
        account: Account,
        instruments: Instruments,
        earlier_ages_s: list[float],
    ) -> None:
        choose, limits = kit.defences.choose, kit.settings.limits
        self._kit = kit
        self._market = market
        self._account = account
        self._instruments = instruments
        self.limits = limits
        self._flags = choose(RiskFlags, NaiveRiskFlags)()
        self._batches = choose(BatchGate, NaiveBatchGate)()
        self._types = choose(AllOrderTypes, NaiveAllOrderTypes)()
        self.caps = choose(SizingCaps, NaiveSizingCaps)(limits)
        self.gate = choose(RiskGate, NaiveRiskGate)(self.caps.position_usdt_max)
        cap = choose(OrderRateCap, NaiveOrderRateCap)
        self.rate = cap(kit.clock, limits.orders_per_minute_max, earlier_ages_s)
        self.kill = choose(KillSwitch, NaiveKillSwitch)(kit.clock)
        self.status = choose(MarketStatusGate, NaiveMarketStatusGate)(kit.clock)
        self.rules = choose(LiveInstrumentRules, NaiveLiveInstrumentRules)(kit.clock)
        self.names: Callable[[], str] = lambda: ""
        self.recovered: Callable[[], bool] = lambda: True
        """False during the start, when denials are no news."""
        self.always: list[Callable[[str], str | None]] = []
        """Further reasons, by symbol, for which no order at all may be sent."""
        self.entries: list[Callable[[str], str | None]] = []
        """Further reasons, by symbol, for which no position may be opened."""
        self.routine: list[Callable[[str], str | None]] = []
        """Further reasons, by symbol, for which the strategy's routine may not even close one."""

    def approve(self, wish: Wish) -> Approved | str:
        """Approve a wish and reserve its exposure, or say why not. One step, without an await."""
        try:
            verdict = self._judge(wish)
        except Exception as error:  # an engine that stumbles says no
            self._kit.error("risk", error)
            verdict = f"RISK_ENGINE_FAILED: error={type(error).__name__}"
        if isinstance(verdict, str):
            self._kit.counters["orders_denied_total"] += 1
            category = verdict.partition(":")[0]
            if category.endswith(("_EXCEEDS_MAXIMUM", "_OUTSIDE_BAND")):
                self._kit.counters["risk_violations_total"] += 1
                self._kit.warn("risk_limit", verdict, category, "critical")
            elif self.recovered():
                self._kit.warn("order_denied", verdict, category)
            detail = {"symbol": wish.symbol, "side": wish.side, "purpose": wish.purpose}
            told = {"path": wish.path, "quantity": str(wish.quantity), "denied": verdict}
            self._kit.audit.write("OrderDenied", {**detail, **told})
        return verdict

    def tighten(self, changes: Mapping[str, Decimal]) -> str | None:
        """Change limits under way, or say why not.

        They may be lowered, and raised again up to what the trader was started with.
        """
        given = self._kit.settings.limits
        for name, value in changes.items():
            if name not in CHANGEABLE:
                return f"LIMIT_UNKNOWN: name={name}"
            if not 0 < value <= getattr(given, name):
                return f"LIMIT_EXCEEDS_MAXIMUM: {name}={value}, max={getattr(given, name)}"
        values: dict[str, Any] = dict(changes)
        self.limits = replace(self.limits, **values)
        self.caps.use(self.limits)
        self.gate.use(self.caps.position_usdt_max)
        return None

    def take_back(self, approved: Approved) -> None:
        """Give back what was reserved for an order that will not be sent."""
        self.gate.release(approved.order.client_id)

    @property
    def trading_state(self) -> str:
        """`active`, `reducing` (exits only) or `halted`."""
        if self.kill.engaged:
            return "halted"
        return "reducing" if self._too_much_lost() is not None else "active"

    def _judge(self, wish: Wish) -> Approved | str:
        if wish.symbol not in self._market.symbols:
            return f"SYMBOL_NOT_ALLOWED: symbol={wish.symbol}"
        if wish.type not in TYPES or wish.side not in ("BUY", "SELL"):
            return f"ORDER_NOT_ALLOWED: type={wish.type}, side={wish.side}"
        if self.kill.engaged:
            return "STATE_HALTED: reason=kill switch"
        if self._flags.skips(wish.claims) or self._batches.skips(wish.path):
            return self._approved(wish, self.names(), False)
        wanted = Reservation(
            symbol=wish.symbol,
            side=wish.side,
            quantity=wish.quantity,
            is_stop=wish.type == "STOP_LOSS_LIMIT",
        )
        position = self._account.position(wish.symbol)
        is_exit = (
            position is not None
            and wish.quantity.is_finite()
            and wish.quantity > 0
            and self.gate.exit_fits(wanted, position)
        )
        reference = self._reference(wish.symbol, is_exit)
        denial = (
            self._first(self.always, wish.symbol)
            or self.status.denial(wish.symbol, wish.type)
            or (self._exit(wish) if is_exit else self._entry(wish.symbol))
            or self._numbers(wish, reference)
            or self.rate.denial(is_exit)
        )
        if denial is not None:
            return denial
        client_id = self.names()
        price = max(wish.price or reference or Decimal(0), reference or Decimal(0))
        denial = self.gate.reserve(client_id, wanted, position, price)
        if denial is not None:
            return denial
        return self._approved(wish, client_id, is_exit)

    def _approved(self, wish: Wish, client_id: str, is_exit: bool) -> Approved:
        self.rate.attempt()
        now = self._kit.clock.monotonic()
        order = Order(client_id=client_id, wish=wish, is_exit=is_exit, created_s=now)
        return Approved(order, _SEAL)

    def _entry(self, symbol: str) -> str | None:
        denial = self._first(self.entries, symbol) or self._market.symbols[symbol].denial()
        if denial is None and not self._account.check.known(symbol):
            denial = f"ACCOUNT_UNKNOWN: symbol={symbol}"
        return denial or self._too_much_lost()

    def _exit(self, wish: Wish) -> str | None:
        """Exits pass, but the routine of the strategy does not trade on data it cannot trust."""
        if wish.purpose not in ("trade", "signal", "quote"):
            return None
        denial = self._first(self.routine, wish.symbol)
        return denial or self._market.symbols[wish.symbol].denial()

    def _numbers(self, wish: Wish, reference: Decimal | None) -> str | None:
        price = reference if wish.price is None else wish.price
        if price is None:
            return f"PRICE_UNKNOWN: symbol={wish.symbol}"
        if self._types.capped(wish.type):
            denial = self.caps.denial(wish.quantity, price, reference)
            if denial is not None:
                return denial
        band = self._kit.settings.limits.price_band
        if reference is not None and reference > 0 and abs(price / reference - 1) > band:
            return f"PRICE_OUTSIDE_BAND: price={price}, reference={reference}, band={band}"
        instrument = self._instruments.get(wish.symbol)
        if instrument is None or not self.rules.usable(wish.symbol):
            return f"RULES_UNKNOWN: symbol={wish.symbol}"
        if instrument.too_small(wish.quantity, price):
            return f"QUANTITY_TOO_SMALL: quantity={wish.quantity}, price={price}"
        return None

    def _reference(self, symbol: str, is_exit: bool) -> Decimal | None:
        market = self._market.symbols[symbol]
        if is_exit and market.denial() is not None:
            return market.good.for_exit(market.raw)
        return market.mid

    def _too_much_lost(self) -> str | None:
        marks = ((s, m.good.for_marking(m.raw)) for s, m in self._market.symbols.items())
        _, drawdown = self._account.result(marks)
        limit = self._kit.settings.limits.loss_usdt_max
        if drawdown > limit:
            return f"LOSS_EXCEEDS_MAXIMUM: drawdown_usdt={drawdown:.2f}, max={limit}"
        return None

    @staticmethod
    def _first(reasons: list[Callable[[str], str | None]], symbol: str) -> str | None:
        return next((text for reason in reasons if (text := reason(symbol)) is not None), None)
