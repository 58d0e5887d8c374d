"""The trading desk: turns wishes into orders, and runs the strategy's loops."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal

from chaostrading.paper.trader.account import Account
from chaostrading.paper.trader.defences.protection_live import (
    NaiveProtectionLive,
    ProtectionLive,
)
from chaostrading.paper.trader.gateway import Gateway
from chaostrading.paper.trader.instruments import Instruments
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.market import Market
from chaostrading.paper.trader.order import Order, Wish
from chaostrading.paper.trader.orders import OrderClient
from chaostrading.paper.trader.risk import Approved, RiskEngine
from chaostrading.paper.trader.strategy import Strategy
from chaostrading.paper.trader.supervisor import Supervisor

__all__ = ["Desk"]

SIGNAL_LIFE_S = 3.0


class Desk:
    """The one path of every order: wish, risk engine, order client."""

    def __init__(
        self,
        kit: Kit,
        gateway: Gateway,
        market: Market,
        account: Account,
        instruments: Instruments,
        risk: RiskEngine,
        orders: OrderClient,
        supervisor: Supervisor,
    ) -> None:
        self._kit = kit
        self._gateway = gateway
        self._market = market
        self._account = account
        self._instruments = instruments
        self._risk = risk
        self._orders = orders
        self._supervisor = supervisor
        self.strategy = Strategy(kit, market, account, instruments, risk)
        self.strategy.busy = self._busy
        self._quote: Order | None = None
        self._rests_until = 0.0
        chosen = kit.defences.choose(ProtectionLive, NaiveProtectionLive)
        self._protection = {symbol: chosen(kit.clock) for symbol in kit.settings.symbols}

    def submit(self, wish: Wish, first_s: float | None = None) -> Order | str:
        """Hand a wish to the risk engine and, if it approves, send the order in the background.

        `first_s` is when a signal that is tried again was tried for the first time.
        """
        approved = self._risk.approve(wish)
        if isinstance(approved, str):
            return approved
        if self._gateway.fallback.active:
            return self._orders.simulated(approved)
        order = self._orders.admit(approved)
        self._supervisor.once(f"order {order.client_id}", self._send(approved, first_s))
        return order

    async def _send(self, approved: Approved, first_s: float | None) -> None:
        order = await self._orders.place(approved)
        if order.state != "rejected":
            return
        if self._orders.unknown_rule.repeats and "unknown" in order.reason:
            self.submit(order.wish)
        elif _may_repeat(order):
            self._again(order.wish, order.created_s if first_s is None else first_s)

    def _again(self, wish: Wish, first_s: float) -> None:
        """Try a signal again for a moment: an order that has ended may give its funds back late."""
        if self._kit.clock.monotonic() - first_s < SIGNAL_LIFE_S:
            again = self.strategy.taking(wish.symbol, wish.side, "signal")
            if again is not None:
                self.submit(again, first_s)

    def submit_together(self, wishes: Sequence[Wish]) -> list[Order] | str:
        """Place all of these orders, or none when the risk engine denies one of them."""
        approved: list[Approved] = []
        for wish in wishes:
            verdict = self._risk.approve(wish)
            if isinstance(verdict, str):
                for other in approved:
                    self._risk.take_back(other)
                return verdict
            approved.append(verdict)
        if self._gateway.fallback.active:
            return [self._orders.simulated(one) for one in approved]
        orders = [self._orders.admit(one) for one in approved]
        for one in approved:
            self._supervisor.once(f"order {one.order.client_id}", self._send(one, None))
        return orders

    def replace(self, old: Order, wish: Wish) -> Order | str:
        """Put another order in the place of one that rests, if the risk engine approves.

        Both count until the old one is over.
        """
        approved = self._risk.approve(wish)
        if isinstance(approved, str):
            return approved
        if self._gateway.fallback.active:
            self._risk.take_back(approved)
            return "EXCHANGE_AWAY: replacing is not simulated"
        order = self._orders.admit(approved)
        self._supervisor.once(f"replace {order.client_id}", self._orders.replace(old, approved))
        return order

    def cancel(self, order: Order) -> None:
        """Cancel an order in the background, until it is proven over."""
        self._supervisor.once(f"cancel {order.client_id}", self._orders.cancel(order))

    def signal(self, symbol: str, side: str) -> Order | str:
        """A signal from outside takes the strategy's own path."""
        self._kit.counters["decisions_total"] += 1
        wish = self.strategy.taking(symbol, side, "signal")
        if wish is None:
            self._kit.counters["orders_denied_total"] += 1
            denial = f"PRICE_UNKNOWN: symbol={symbol[:40]}"
            self._kit.audit.write("OrderDenied", {"path": "signal", "side": side, "denied": denial})
            return denial
        return self.submit(wish)

    def pause(self, seconds: float) -> None:
        """Let the strategy's own loops rest for so long; its resting quote stays."""
        self._rests_until = self._kit.clock.monotonic() + seconds
        self._kit.audit.write("StrategyPaused", {"seconds": seconds})

    @property
    def _rests(self) -> bool:
        return self._kit.clock.monotonic() < self._rests_until

    # --- loops ----------------------------------------------------------------------------------
    async def take_forever(self) -> None:
        """Decide about taking liquidity, about once in 1.3 s."""
        while True:
            await asyncio.sleep(self.strategy.pause_s())
            if self._rests:
                continue
            wish = self.strategy.take()
            if wish is not None:
                self.submit(wish)

    async def fade_forever(self) -> None:
        """Look for fast moves ten times a second."""
        while True:
            await asyncio.sleep(0.1)
            if self._rests:
                continue
            wish = self.strategy.fade()
            if wish is not None:
                self.submit(wish)

    async def quote_forever(self) -> None:
        """Renew the resting quote: cancel, see it gone, place the next."""
        while True:
            await asyncio.sleep(self.strategy.quote_pause_s())
            if self._rests:
                continue
            if self._quote is not None and not self._quote.over:
                if self._quote.state in ("unknown", "sent", "approved"):
                    continue
                if not await self._orders.cancel(self._quote):
                    continue
            wish = self.strategy.quote(None)
            placed = None if wish is None else self.submit(wish)
            self._quote = placed if isinstance(placed, Order) else None

    async def protect(self) -> None:
        """See that every position of some size has a live stop."""
        for symbol, protection in self._protection.items():
            market, position = self._market.symbols[symbol], self._account.position(symbol)
            price = market.good.for_marking(market.raw)
            if position is None or price is None or not price.is_finite() or price <= 0:
                continue
            most = self.strategy.most(price)
            position = max(-most, min(most, position))
            stop = next((o for o in self._orders.living(symbol) if o.wish.purpose == "stop"), None)
            trigger = protection.trigger(position, price)
            if stop is not None and stop.wish.stop_price is not None:
                trigger = stop.wish.stop_price
            quantity = None if stop is None else stop.wish.quantity
            step = protection.step(position, price, quantity, trigger)
            if step == "exit":
                await self._exit(symbol, position, stop)
            elif step in ("place", "replace"):
                await self._place_stop(symbol, position, trigger, stop)

    async def _exit(self, symbol: str, position: Decimal, stop: Order | None) -> None:
        if stop is not None and not await self._orders.cancel(stop):
            return
        wish = self.strategy.taking(symbol, "SELL" if position > 0 else "BUY", "stop")
        if wish is not None:
            self.submit(wish)

    async def _place_stop(
        self, symbol: str, position: Decimal, trigger: Decimal, old: Order | None
    ) -> None:
        instrument = self._instruments.get(symbol)
        if instrument is None:
            return
        atomic = self._protection[symbol].atomic
        if old is not None and not atomic and not await self._orders.cancel(old):
            return
        side = "SELL" if position > 0 else "BUY"
        stop_price = instrument.price(trigger)
        slack = Decimal("0.995") if side == "SELL" else Decimal("1.005")
        wish = Wish(
            symbol=symbol,
            side=side,
            type="STOP_LOSS_LIMIT",
            quantity=instrument.quantity(abs(position)),
            price=instrument.price(stop_price * slack),
            stop_price=stop_price,
            time_in_force="GTC",
            purpose="stop",
        )
        if old is None or not atomic or self._gateway.fallback.active:
            self.submit(wish)
            return
        approved = self._risk.approve(wish)
        if isinstance(approved, Approved):
            await self._orders.replace(old, approved)

    def _busy(self, symbol: str) -> bool:
        return any(o.wish.purpose in ("trade", "signal") for o in self._orders.living(symbol))


def _may_repeat(order: Order) -> bool:
    """A signal to open that lacked funds. Exits pass the rate cap, so they would never stop."""
    lacked_funds = order.reason.startswith("funds")
    return lacked_funds and order.wish.purpose == "signal" and not order.is_exit
