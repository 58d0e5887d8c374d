"""The exchange proper: places, cancels and amends orders of accounts, and keeps all of them.

Pure: no socket, no task; the clock is handed in. After every call the caller drains the events and
tells the world. A call does all of what it says, or raises `Rejected` and has changed nothing.
"""

from collections.abc import Callable
from decimal import Decimal

from chaostrading.core.clock import Clock
from chaostrading.core.money import ZERO
from chaostrading.paper.exchange.book import Book
from chaostrading.paper.exchange.filters import check_amount, check_open_orders, check_order
from chaostrading.paper.exchange.ledger import HOUSE, Ledger
from chaostrading.paper.exchange.lists import Lists
from chaostrading.paper.exchange.matching import Matcher
from chaostrading.paper.exchange.orders import (
    MARKET_TYPES,
    STOP_TYPES,
    Event,
    Fill,
    Order,
    OrderRequest,
    Side,
)
from chaostrading.paper.exchange.rejections import (
    Rejected,
    cancel_rejected,
    new_order_rejected,
)
from chaostrading.paper.exchange.rules import Rules

__all__ = ["Engine"]

FEE_RATE = Decimal("0.001")
KEPT_ORDERS = 100_000
"""Ended orders beyond this many are forgotten, the oldest first."""


class Engine:
    """Accounts, orders and books of the whole exchange."""

    def __init__(self, rules: dict[str, Rules], clock: Clock, fee_rate: Decimal = FEE_RATE) -> None:
        self.rules = dict(rules)
        self.clock = clock
        self.fee_rate = fee_rate
        self.average: Callable[[str], Decimal] = lambda symbol: self._matcher.last[symbol]
        """Average price of the last 5 minutes, for the filters that want it."""
        self._matcher = Matcher(self.rules, clock, fee_rate)
        self.lists = Lists(self._matcher)
        self._orders: dict[int, Order] = {}
        self._open: dict[int, Order] = {}
        self._by_client: dict[tuple[str, str, str], Order] = {}
        self._last_order_id = 0
        self._last_client_id = 0

    # --- looking -------------------------------------------------------------------------------
    @property
    def ledger(self) -> Ledger:
        """Balances of all accounts."""
        return self._matcher.ledger

    def book(self, symbol: str) -> Book:
        """The order book of a symbol."""
        return self._matcher.books[symbol]

    def last_price(self, symbol: str) -> Decimal:
        """Price of the last trade, or the start price."""
        return self._matcher.last[symbol]

    def now_ms(self) -> int:
        """Wall clock in milliseconds, the server's time."""
        return self._matcher.now_ms()

    def orders(self, account: str, symbol: str = "") -> list[Order]:
        """All orders of an account that are remembered, oldest first."""
        return [
            order
            for order in self._orders.values()
            if order.account == account and symbol in ("", order.symbol)
        ]

    def open_orders(self, account: str, symbol: str = "") -> list[Order]:
        """Orders of an account that may still trade, oldest first."""
        for order_id in [key for key, order in self._open.items() if not order.open]:
            del self._open[order_id]
        return [
            order
            for order in self._open.values()
            if order.account == account and symbol in ("", order.symbol)
        ]

    def fills(self, account: str, symbol: str = "") -> list[Fill]:
        """All fills of an account, in the order of trade ids per symbol."""
        found = [fill for order in self.orders(account, symbol) for fill in order.fills]
        return sorted(found, key=lambda fill: (fill.mono_s, fill.trade_id))

    def find(
        self, account: str, symbol: str, order_id: int | None, client_id: str | None
    ) -> Order | None:
        """The order of that id, or the newest one of that client id. Both given: both must fit."""
        if order_id is None:
            return self._by_client.get((account, symbol, client_id or ""))
        order = self._orders.get(order_id)
        if order is None or order.account != account or order.symbol != symbol:
            return None
        return order if client_id in (None, order.client_id) else None

    def drain(self) -> list[Event]:
        """All that happened since the last call."""
        events, self._matcher.events = self._matcher.events, []
        return events

    # --- accounts' orders ----------------------------------------------------------------------
    def open_account(self, account: str, balances: dict[str, Decimal]) -> None:
        """Open an account with these balances."""
        self.ledger.open(account, balances)

    def check(self, account: str, request: OrderRequest) -> None:
        """Raise what placing the order would raise before it reaches the book; change nothing."""
        rules = self.rules[request.symbol]
        check_order(request, rules, self.average(request.symbol))
        open_orders = self.open_orders(account, request.symbol)
        check_open_orders(request, rules, open_orders)
        if request.client_id and any(o.client_id == request.client_id for o in open_orders):
            raise new_order_rejected("Duplicate order sent.")

    def place(self, account: str, request: OrderRequest) -> Order:
        """Place an order. It may have traded, and even ended, when this returns."""
        self.check(account, request)
        order = self.make(account, request)
        self.admit(order)
        self.register(order)
        self.start(order)
        self.settle(order.symbol)
        return order

    def cancel(self, account: str, order: Order, new_client_id: str = "") -> list[Order]:
        """Cancel an open order, and with it the rest of its list. Returns what was cancelled."""
        if not order.open or order.account != account:
            raise cancel_rejected()
        ended = [item for item in self.lists.members(order) if item.open]
        name = new_client_id or self.new_client_id()
        self.lists.cancelling(order)
        for item in ended:
            self._matcher.end(item, "CANCELED", client_id=name)
        self.lists.finish(order)
        self.settle(order.symbol)
        return ended

    def amend(self, account: str, order: Order, quantity: Decimal, client_id: str) -> Order:
        """Make an open order smaller; it keeps its place in the queue."""
        if not order.open or order.account != account or order.type in MARKET_TYPES:
            raise Rejected(-2038, "Unknown order sent.")
        if quantity == order.quantity:
            message = "The requested action would change no state; rejecting"
            raise Rejected(-2038, message)
        if quantity > order.quantity or quantity <= order.executed:
            raise Rejected(-2038, "Order amend (quantity increase) is not supported.")
        check_amount(quantity, order.price, self.rules[order.symbol])
        less = order.quantity - quantity
        on_book = not order.waiting
        original, order.client_id = order.client_id, client_id or self.new_client_id()
        order.quantity = quantity
        if on_book:
            self.book(order.symbol).reduce(order, less)
        if order.locked:
            # The first leg of an OCO holds for both; it gives back when one of them trades.
            if order.list_id == -1:
                self._matcher.hold(order, self._matcher.needs(order))
            self._matcher.tell_funds(account, self._matcher.gives(order))
        self._by_client[(account, order.symbol, order.client_id)] = order
        self._matcher.tell(order, "REPLACED", original=original)
        return order

    # --- steps of placing, which lists take one by one --------------------------------------------
    def make(self, account: str, request: OrderRequest) -> Order:
        """Make the order that a request asks for; nothing else knows of it yet."""
        self._last_order_id += 1
        now_ms = self.now_ms()
        order = Order(
            order_id=self._last_order_id,
            client_id=request.client_id or self.new_client_id(),
            account=account,
            symbol=request.symbol,
            side=request.side,
            type=request.type,
            time_in_force=request.time_in_force,
            price=request.price or ZERO,
            quantity=request.quantity or ZERO,
            quote_quantity=request.quote_quantity or ZERO,
            stop_price=request.stop_price or ZERO,
            self_trade=request.self_trade,
            created_ms=now_ms,
            updated_ms=now_ms,
            accepted_mono_s=self.clock.monotonic(),
        )
        if order.quote_quantity:
            order.quantity = self._matcher.affordable(order)
            if order.quantity < self.rules[order.symbol].min_quantity:
                text = "Order book liquidity is less than `LOT_SIZE` filter minimum quantity."
                raise new_order_rejected(text)
        return order

    def admit(self, order: Order, lock: Decimal | None = None) -> None:
        """Check what depends on the market, and lock the money (`lock` where it is not its own)."""
        if order.type in STOP_TYPES and self._matcher.would_trigger(order):
            raise new_order_rejected("Order would trigger immediately.")
        if order.type == "LIMIT_MAKER" and self._matcher.would_take(order):
            raise new_order_rejected("Order would immediately match and take.")
        if lock is None:
            if order.type == "MARKET" and order.side == "BUY":
                lock = self._matcher.with_fee(self._matcher.cost(order))
            else:
                lock = self._matcher.needs(order)
        self._matcher.hold(order, lock)

    def needs(self, order: Order) -> Decimal:
        """What the order must hold of the asset it gives, fee included."""
        return self._matcher.needs(order)

    def register(self, order: Order) -> None:
        """Remember the order and tell that it was accepted."""
        self._orders[order.order_id] = order
        self._open[order.order_id] = order
        self._by_client[(order.account, order.symbol, order.client_id)] = order
        self._matcher.tell(order, "NEW")
        if order.locked:
            self._matcher.tell_funds(order.account, self._matcher.gives(order))
        self._forget_old()

    def start(self, order: Order) -> None:
        """Let the order work, or wait for its stop price."""
        if order.type in STOP_TYPES:
            order.waiting = True
            self._matcher.waiting[order.symbol].append(order)
        else:
            self._matcher.work(order)

    def settle(self, symbol: str) -> None:
        """Do what follows from the last step: due second orders and triggered stops."""
        while True:
            pending = self.lists.next_due()
            if pending is not None:
                self._start_pending(pending)
                continue
            triggered = self._matcher.next_triggered(symbol)
            if triggered is None:
                return
            self._matcher.trigger(triggered)

    def new_client_id(self) -> str:
        """A client id in the exchange's manner, for those who sent none."""
        self._last_client_id += 1
        return f"paper{self._last_client_id:017d}"

    # --- the house -----------------------------------------------------------------------------
    def quote(self, symbol: str, side: Side, price: Decimal, quantity: Decimal) -> Order:
        """Place a market maker's limit order. It may be filled when this returns."""
        return self._house(symbol, side, "LIMIT", price, quantity)

    def take(self, symbol: str, side: Side, quantity: Decimal) -> Order:
        """Place a market taker's market order."""
        return self._house(symbol, side, "MARKET", ZERO, quantity)

    def withdraw(self, order: Order) -> None:
        """Take a market maker's order off the book, if it is still there."""
        if order.open:
            self._matcher.end(order, "CANCELED")

    def _house(
        self, symbol: str, side: Side, kind: str, price: Decimal, quantity: Decimal
    ) -> Order:
        self._last_order_id += 1
        order = Order(
            order_id=self._last_order_id,
            client_id="",
            account=HOUSE,
            symbol=symbol,
            side=side,
            type=kind,
            time_in_force="GTC",
            price=price,
            quantity=quantity,
            self_trade="NONE",
        )
        self._matcher.work(order)
        self.settle(symbol)
        return order

    def _start_pending(self, order: Order) -> None:
        order.waiting = False
        order.status = "NEW"
        try:
            self.admit(order)
        except Rejected:
            self._matcher.end(order, "EXPIRED", reason="REJECTED")
            return
        self._matcher.tell(order, "NEW")
        self._matcher.tell_funds(order.account, self._matcher.gives(order))
        self.start(order)

    def _forget_old(self) -> None:
        while len(self._orders) > KEPT_ORDERS:
            oldest = next(iter(self._orders.values()))
            if oldest.open:
                return
            del self._orders[oldest.order_id]
            key = (oldest.account, oldest.symbol, oldest.client_id)
            if self._by_client.get(key) is oldest:
                del self._by_client[key]
