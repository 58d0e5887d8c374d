"""The order client: sends approved orders and cancels, and keeps what is known of each."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from chaostrading.core.money import decimal_or_none, plain
from chaostrading.paper.trader.account import Account, fill_from_event, fill_from_trade
from chaostrading.paper.trader.answer import Call, Outcome, Priority
from chaostrading.paper.trader.defences.cancel_guard import CancelGuard, NaiveCancelGuard
from chaostrading.paper.trader.defences.idempotent_orders import (
    IdempotentOrders,
    NaiveIdempotentOrders,
)
from chaostrading.paper.trader.defences.private_stream_continuity import PrivateStreamContinuity
from chaostrading.paper.trader.defences.risk_gate import Reservation
from chaostrading.paper.trader.defences.unknown_is_not_failed import (
    NaiveUnknownIsNotFailed,
    UnknownIsNotFailed,
)
from chaostrading.paper.trader.gateway import Gateway
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.order import LIVING, Order, state_of
from chaostrading.paper.trader.risk import Approved, RiskEngine

__all__ = ["OrderClient"]

KEPT = 500
ORDER = "/api/v3/order"
CANCEL_ROUNDS = 30


class OrderClient:
    """Every order of ours, by client id."""

    def __init__(
        self,
        kit: Kit,
        gateway: Gateway,
        account: Account,
        risk: RiskEngine,
        continuity: PrivateStreamContinuity,
    ) -> None:
        choose = kit.defences.choose
        self._kit = kit
        self._gateway = gateway
        self._account = account
        self._risk = risk
        self._continuity = continuity
        self.ids = choose(IdempotentOrders, NaiveIdempotentOrders)(kit.clock)
        self.unknown_rule = choose(UnknownIsNotFailed, NaiveUnknownIsNotFailed)(kit.clock)
        self.guard = choose(CancelGuard, NaiveCancelGuard)()
        self.orders: dict[str, Order] = {}
        self._open_ends: set[str] = set()
        risk.names = self.ids.new_intent
        risk.always.append(self._unknown_denial)

    # --- what others ask ------------------------------------------------------------------------
    def living(self, symbol: str | None = None) -> list[Order]:
        """Orders that are not over."""
        mine = self.orders.values()
        return [o for o in mine if not o.over and symbol in (None, o.wish.symbol)]

    def unsettled(self) -> list[Order]:
        """Orders to ask about: unknown ones, and finished ones with fills we did not see."""
        return [o for o in self.orders.values() if o.state == "unknown" or self._lacks_fills(o)]

    def _unknown_denial(self, symbol: str) -> str | None:
        count = sum(o.state == "unknown" for o in self.living(symbol))
        if self.unknown_rule.blocks(count):
            return f"ORDER_UNKNOWN: symbol={symbol}, orders={count}"
        return None

    def _lacks_fills(self, order: Order) -> bool:
        fills = self._account.fills
        return order.over and fills.checks_rest and fills.executed(order.client_id) < order.executed

    # --- placing --------------------------------------------------------------------------------
    def admit(self, approved: Approved) -> Order:
        """Take an approved order into the books and write its intent down, before it is sent."""
        order = approved.order
        self._keep(order)
        self._kit.audit.write("OrderIntended", order.to_json())
        return order

    async def place(self, approved: Approved) -> Order:
        """Send an approved order and settle what can be settled at once."""
        order = approved.order
        if order.client_id not in self.orders:
            self.admit(approved)
        attempt = 0
        while True:
            wire_id = self.ids.client_id(order.client_id, attempt)
            outcome = await self._send(order, wire_id)
            if outcome.kind != "unknown" or attempt >= self.ids.blind_retries:
                break
            attempt += 1
            self._risk.rate.attempt()
            order.created_s = self._kit.clock.monotonic()
        try:
            self._settle(order, outcome)
        except Exception:  # an answer that cannot be read: ask what became of the order
            self._change(order, "unknown")
            raise
        return order

    async def _send(self, order: Order, wire_id: str) -> Outcome:
        now = self._kit.clock.monotonic()
        left = self._gateway.deadlines.intent_life_s - (now - order.created_s)
        if left <= 0:
            return Outcome(kind="not_sent", message="the intent is too old")
        order.state = "sent"
        order.sent_s = now
        call = Call(
            method="POST",
            path=ORDER,
            params=_params(order, wire_id),
            signed=True,
            group="order",
            priority=Priority.EXIT if order.is_exit else Priority.ORDER,
            patience_s=left,
        )
        outcome = await self._gateway.request(call)
        self._kit.counters["orders_sent_total"] += outcome.kind != "not_sent"
        return outcome

    def _settle(self, order: Order, outcome: Outcome) -> None:
        kit, symbol = self._kit, order.wish.symbol
        if outcome.ok:
            kit.counters["orders_accepted_total"] += 1
            self._risk.status.accepted(symbol)
            self._continuity.expect_event(order.client_id)
            self.take_row(order, outcome.data)
            return
        if order.state not in ("sent", "approved"):
            return
        order.reason = outcome.words()
        if outcome.kind in ("unknown", "duplicate"):
            state = self.unknown_rule.state_after_unknown()
            self._change(order, state)
            kit.audit.write("OrderUnknown", {"client_id": order.client_id, "why": order.reason})
            return
        if outcome.kind == "filters":
            self._risk.rules.rejected(symbol)
        if outcome.kind == "closed":
            self._risk.status.rejected_as_closed(symbol)
        if outcome.kind in ("rejected", "filters", "funds", "closed", "clock"):
            kit.counters["orders_rejected_total"] += 1
            kit.warn("order_rejected", f"{order.client_id}: {order.reason}", symbol)
        self._change(order, "rejected")

    async def replace(self, old: Order, approved: Approved) -> Order:
        """Cancel an order and place another in one step, so that one of the two always lives."""
        order = approved.order
        if order.client_id not in self.orders:
            self.admit(approved)
        self._kit.counters["orders_sent_total"] += 1
        order.state, order.sent_s = "sent", self._kit.clock.monotonic()
        call = Call(
            method="POST",
            path=f"{ORDER}/cancelReplace",
            params=(
                *_params(order, order.client_id),
                ("cancelReplaceMode", "STOP_ON_FAILURE"),
                ("cancelOrigClientOrderId", old.client_id),
            ),
            signed=True,
            group="order",
            priority=Priority.EXIT,
        )
        outcome = await self._gateway.request(call)
        if outcome.ok:
            self.take_row(old, outcome.data.get("cancelResponse") or {})
            self._settle(order, replace(outcome, data=outcome.data.get("newOrderResponse") or {}))
        else:
            # Whatever it says, either half may have happened: both are asked for.
            self._settle(order, replace(outcome, kind="unknown"))
            await self.ask(old)
        return order

    # --- cancelling -----------------------------------------------------------------------------
    async def cancel(self, order: Order) -> bool:
        """Cancel until the order is proven over; False when that could not be proven yet."""
        for attempt in range(CANCEL_ROUNDS):
            if order.over:
                return True
            outcome = await self._send_cancel(order)
            if self.guard.after_cancel(outcome) == "gone":
                if outcome.ok and outcome.data:
                    self.take_row(order, outcome.data)
                else:
                    self._change(order, "canceled")
                return True
            if await self.ask(order):
                return True
            await asyncio.sleep(self.guard.retry_s(attempt))
        return order.over

    async def _send_cancel(self, order: Order) -> Outcome:
        self._risk.rate.attempt()
        self._kit.counters["cancels_sent_total"] += 1
        self._kit.audit.write("CancelIntended", {"client_id": order.client_id})
        call = Call(
            method="DELETE",
            path=ORDER,
            params=(("symbol", order.wish.symbol), ("origClientOrderId", order.client_id)),
            signed=True,
            group="cancel",
            priority=Priority.CANCEL,
            patience_s=10.0,
        )
        return await self._gateway.request(call)

    # --- asking ---------------------------------------------------------------------------------
    async def ask(self, order: Order) -> bool:
        """Ask the exchange for an order, and for its fills; True when the order is over."""
        call = Call(
            method="GET",
            path=ORDER,
            params=(("symbol", order.wish.symbol), ("origClientOrderId", order.client_id)),
            signed=True,
            group="query",
            priority=Priority.QUERY,
        )
        outcome = await self._gateway.request(call)
        order.asked += 1
        if outcome.ok and outcome.data:
            self.take_row(order, outcome.data)
        elif outcome.kind == "not_found":
            order.not_found += 1
            if self.unknown_rule.proven_absent(order.not_found, order.sent_s):
                self._change(order, "absent")
        if self._lacks_fills(order):
            await self._ask_fills(order)
        return order.over

    async def _ask_fills(self, order: Order) -> None:
        params = (("symbol", order.wish.symbol), ("orderId", order.order_id))
        call = Call(
            method="GET",
            path="/api/v3/myTrades",
            params=params,
            signed=True,
            group="query",
            priority=Priority.QUERY,
            shape=list,
        )
        outcome = await self._gateway.request(call)
        for row in outcome.data or []:
            wish = order.wish
            self._account.add(fill_from_trade(row, wish.symbol, order.client_id, wish.side))
        self._end_if_over(order)

    # --- learning -------------------------------------------------------------------------------
    def take_row(self, order: Order, row: dict[str, Any]) -> None:
        """Learn from an order as the exchange shows it in an answer."""
        order.order_id = str(row.get("orderId", order.order_id))
        for fill in row.get("fills") or []:
            wish = order.wish
            self._account.add(fill_from_trade(fill, wish.symbol, order.client_id, wish.side))
        executed = decimal_or_none(row.get("executedQty"))
        status = str(row.get("status") or ("NEW" if order.state == "sent" else ""))
        self._progress(order, status, executed)

    def take_event(self, event: dict[str, Any]) -> None:
        """Learn from an `executionReport` of the private stream."""
        original = event.get("C") or ""
        known = original if original in self.orders else str(event.get("c", ""))
        self._continuity.event(known)
        order = self.orders.get(known)
        if int(event.get("t", -1)) >= 0 and event.get("x") == "TRADE":
            fill = fill_from_event(event, known)
            if self._account.add(fill, event.get("T")):
                self._risk.rate.filled()
        if order is not None:
            order.order_id = str(event.get("i", order.order_id))
            executed = decimal_or_none(event.get("z"))
            self._progress(order, str(event.get("X", "")), executed)

    def adopt(self, orders: Iterable[Order]) -> None:
        """Take over orders from before a restart; what became of them is unknown."""
        for order in orders:
            order.state = "unknown"
            wish = order.wish
            held = Reservation(
                symbol=wish.symbol,
                side=wish.side,
                quantity=wish.quantity,
                is_stop=wish.type == "STOP_LOSS_LIMIT",
            )
            self._risk.gate.hold(order.client_id, held)
            self._keep(order)

    def simulated(self, approved: Approved) -> Order:
        """Book an order as filled on paper only; nothing is sent."""
        order = approved.order
        self._keep(order)
        order.reason = "fallback_paper: simulated, nothing was sent"
        self._kit.counters["paper_fills_total"] += 1
        self._kit.audit.write("OrderSimulated", order.to_json())
        self._change(order, "simulated")
        return order

    def _progress(self, order: Order, status: str, executed: Decimal | None) -> None:
        if executed is not None and executed.is_finite():
            order.executed = max(order.executed, executed)
        if not order.over:
            self._change(order, state_of(status) if status else order.state)
        else:
            self._end_if_over(order)

    def _change(self, order: Order, state: str) -> None:
        if state == "unknown" and order.state != "unknown":
            pause = self.unknown_rule.next_question_s(0)
            order.asked, order.not_found = 0, 0
            order.ask_at_s = self._kit.clock.monotonic() + pause
        order.state = state
        self._end_if_over(order)

    def _end_if_over(self, order: Order) -> None:
        if order.over and not self._lacks_fills(order) and order.client_id in self._open_ends:
            self._risk.gate.release(order.client_id)
            told = {"client_id": order.client_id, "state": order.state, "reason": order.reason}
            self._kit.audit.write("OrderEnded", {**told, "executed": str(order.executed)})
            self._open_ends.discard(order.client_id)

    def _keep(self, order: Order) -> None:
        self._open_ends.add(order.client_id)
        self.orders[order.client_id] = order
        if len(self.orders) > KEPT:
            for name in [n for n, o in self.orders.items() if o.state not in LIVING][: KEPT // 10]:
                del self.orders[name]


def _params(order: Order, wire_id: str) -> tuple[tuple[str, str], ...]:
    wish = order.wish
    pairs = [("symbol", wish.symbol), ("side", wish.side), ("type", wish.type)]
    if wish.type in ("LIMIT", "STOP_LOSS_LIMIT"):
        pairs.append(("timeInForce", wish.time_in_force or "GTC"))
    pairs.append(("quantity", _number(wish.quantity)))
    if wish.price is not None and wish.type != "MARKET":
        pairs.append(("price", _number(wish.price)))
    if wish.stop_price is not None:
        pairs.append(("stopPrice", _number(wish.stop_price)))
    pairs += [("newClientOrderId", wire_id), ("newOrderRespType", "FULL")]
    return tuple(pairs)


def _number(value: Decimal) -> str:
    return plain(value) if value.is_finite() else str(value)
