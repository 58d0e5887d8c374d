"""Finds out by REST what nobody told: unknown orders, missed fills, what the stream left out."""

import asyncio
from typing import Any

from chaostrading.paper.trader.account import Account, fill_from_trade
from chaostrading.paper.trader.answer import Call, Outcome, Priority
from chaostrading.paper.trader.defences.private_stream_continuity import PrivateStreamContinuity
from chaostrading.paper.trader.gateway import Gateway
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.order import Order
from chaostrading.paper.trader.orders import OrderClient

__all__ = ["Resolver"]

LIVE_GRACE_S = 2.0
"""An order younger than this may be missing from a list of open orders."""
MISMATCH_EVERY_S = 5.0


class Resolver:
    """Settles what is open, and reconciles with REST."""

    def __init__(
        self,
        kit: Kit,
        gateway: Gateway,
        account: Account,
        orders: OrderClient,
        continuity: PrivateStreamContinuity,
    ) -> None:
        self._kit = kit
        self._gateway = gateway
        self._account = account
        self._orders = orders
        self._continuity = continuity
        self._mismatch_asked_at = -MISMATCH_EVERY_S

    @property
    def checks_rest(self) -> bool:
        """True when the private stream is compared with REST all the time."""
        return self._continuity.checks_rest

    async def step(self) -> None:
        """Ask about what is due: unknown orders, lost fills, a private stream that came back."""
        now = self._kit.clock.monotonic()
        due = [order for order in self._orders.unsettled() if now >= order.ask_at_s]
        await asyncio.gather(*map(self._question, due))
        if self._continuity.checks_rest and not self._continuity.may_trade:
            await self.reconcile()
        if now - self._mismatch_asked_at > MISMATCH_EVERY_S:
            for symbol in self._kit.settings.symbols:
                if self._account.check.mismatched(symbol):
                    self._mismatch_asked_at = now
                    await self.trades(symbol)

    async def _question(self, order: Order) -> None:
        """Ask for one order. Once the exchange answers "not found", the pauses begin anew."""
        await self._orders.ask(order)
        pause = self._orders.unknown_rule.next_question_s(order.not_found or order.asked)
        order.ask_at_s = self._kit.clock.monotonic() + pause

    async def reconcile(self) -> bool:
        """Read open orders, account and trades; True when all could be read."""
        whole = await self.account()
        for symbol in self._kit.settings.symbols:
            if not (whole and await self.open_orders(symbol) and await self.trades(symbol)):
                return False
        self._continuity.reconciled()
        self._kit.audit.write("PrivateStreamReconciled", {})
        return True

    async def account(self, priority: int = Priority.ACCOUNT) -> bool:
        """Read balances; False when they could not be read or are not believed."""
        outcome = await self._get("/api/v3/account", (), "account", dict, priority)
        return outcome.ok and self._account.take(outcome.data, self._gateway.clock.now_ms())

    async def open_orders(self, symbol: str, priority: int = Priority.ACCOUNT) -> bool:
        """Compare our living orders with the exchange's list; ask about those not in it."""
        began = self._kit.clock.monotonic()
        params = (("symbol", symbol),)
        outcome = await self._get("/api/v3/openOrders", params, "account", list, priority)
        if not outcome.ok:
            return False
        listed = {str(row.get("clientOrderId")): row for row in outcome.data}
        for order in self._orders.living(symbol):
            row = listed.get(order.client_id)
            if row is not None:
                self._orders.take_row(order, row)
            elif order.state == "live" and began - order.sent_s > LIVE_GRACE_S:
                await self._orders.ask(order)
        await self._orphans(listed)
        return True

    async def trades(self, symbol: str) -> bool:
        """Read our latest trades and count those that nobody told of."""
        params = (("symbol", symbol), ("limit", "200"))
        outcome = await self._get("/api/v3/myTrades", params, "query", list, Priority.ACCOUNT)
        if not outcome.ok:
            return False
        by_order_id = {order.order_id: order.client_id for order in self._orders.orders.values()}
        for row in outcome.data:
            client_id = by_order_id.get(str(row.get("orderId")), "")
            side = "BUY" if row.get("isBuyer") else "SELL"
            fill = fill_from_trade(row, symbol, client_id, side)
            if self._account.add(fill, row.get("time")):
                self._kit.warn(
                    "fill_found", f"{symbol}: trade {fill.trade_id} found by REST", symbol
                )
        return True

    async def _orphans(self, listed: dict[str, dict[str, Any]]) -> None:
        """Cancel resting orders with our kind of name that are unknown here, or should be over."""
        for client_id, row in listed.items():
            order = self._orders.orders.get(client_id)
            forgotten = order is None and client_id.startswith("ct-")
            if forgotten or (order is not None and self._lingers(order)):
                self._kit.warn("orphan_order", f"{client_id} rests and should not", client_id)
                params = (("symbol", str(row["symbol"])), ("origClientOrderId", client_id))
                call = Call(
                    method="DELETE",
                    path="/api/v3/order",
                    params=params,
                    signed=True,
                    group="cancel",
                    priority=Priority.CANCEL,
                )
                await self._gateway.request(call)

    def _lingers(self, order: Order) -> bool:
        age = self._kit.clock.monotonic() - order.sent_s
        return order.over and order.state != "filled" and age > 60.0

    async def _get(
        self,
        path: str,
        params: tuple[tuple[str, str], ...],
        group: str,
        shape: type,
        priority: int,
    ) -> Outcome:
        call = Call(
            method="GET",
            path=path,
            params=params,
            signed=True,
            group=group,
            priority=priority,
            shape=shape,
        )
        return await self._gateway.request(call)
