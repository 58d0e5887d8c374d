"""Orders meet here: matching by price and time, settlement, stop triggers.

`Matcher` knows orders, books and the ledger. It does not check whether an order may be placed (that
is `engine`'s) and knows order lists only as two callbacks.
"""

from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from chaostrading.core.clock import Clock
from chaostrading.core.money import ZERO
from chaostrading.paper.exchange.book import Book
from chaostrading.paper.exchange.ledger import HOUSE, Ledger
from chaostrading.paper.exchange.orders import (
    LIMIT_TYPES,
    MARKET_TYPES,
    Event,
    Fill,
    FundsChanged,
    Order,
    OrderChanged,
    Side,
    Traded,
)
from chaostrading.paper.exchange.rules import Rules

__all__ = ["Matcher"]

UNIT = Decimal("0.00000001")


class Matcher:
    """The matching half of the engine. Events pile up until the engine hands them on."""

    def __init__(self, rules: dict[str, Rules], clock: Clock, fee_rate: Decimal) -> None:
        self.rules = rules
        self.clock = clock
        self.fee_rate = fee_rate
        self.ledger = Ledger()
        self.books = {symbol: Book() for symbol in rules}
        self.last = {symbol: item.start_price for symbol, item in rules.items()}
        self.waiting: dict[str, list[Order]] = {symbol: [] for symbol in rules}
        self.events: list[Event] = []
        self.before_trade: Callable[[Order], None] = lambda order: None
        """Called with an order of a list that is about to trade or has triggered."""
        self.after_end: Callable[[Order], None] = lambda order: None
        """Called with an order of a list that has been filled or has ended."""
        self._trade_ids = dict.fromkeys(rules, 0)
        self._executions = 0

    def now_ms(self) -> int:
        """Wall clock in milliseconds."""
        return int(self.clock.wall() * 1000)

    # --- money ---------------------------------------------------------------------------------
    def gives(self, order: Order) -> str:
        """The asset that an order gives away."""
        rules = self.rules[order.symbol]
        return rules.quote if order.side == "BUY" else rules.base

    def needs(self, order: Order) -> Decimal:
        """What an order with a price must hold for its remaining quantity, fee included."""
        if order.side == "SELL":
            return order.remaining
        price = order.price or order.stop_price
        return self.with_fee(order.remaining * price)

    def with_fee(self, quote: Decimal) -> Decimal:
        """An amount of the quote asset and the fee on it."""
        return (quote * (1 + self.fee_rate)).quantize(UNIT, rounding=ROUND_UP)

    def hold(self, order: Order, amount: Decimal) -> None:
        """Bring what is locked for an order to `amount`. Raises when there is not enough."""
        if order.account == HOUSE or amount == order.locked:
            return
        asset = self.gives(order)
        if amount > order.locked:
            self.ledger.lock(order.account, asset, amount - order.locked)
        else:
            self.ledger.unlock(order.account, asset, order.locked - amount)
        order.locked = amount

    def offers(self, taker: Order, worst: Decimal | None) -> Iterator[tuple[Decimal, Decimal]]:
        """Price and quantity of what the taker would trade with, in that order."""
        makers: Side = "SELL" if taker.side == "BUY" else "BUY"
        skip_own = taker.self_trade != "NONE" and taker.account != HOUSE
        for maker in self.books[taker.symbol].resting(makers, worst):
            if not (skip_own and maker.account == taker.account):
                yield maker.price, maker.remaining

    def cost(self, taker: Order) -> Decimal:
        """What a market order would pay in the quote asset for its quantity, without fee."""
        left, total = taker.remaining, ZERO
        for price, quantity in self.offers(taker, None):
            part = min(left, quantity)
            total += part * price
            left -= part
            if left <= 0:
                break
        return total

    def affordable(self, taker: Order) -> Decimal:
        """The base quantity that the order's quote quantity trades for, in whole steps."""
        step = self.rules[taker.symbol].step_size
        money, total = taker.quote_quantity, ZERO
        for price, quantity in self.offers(taker, None):
            part = min(quantity, (money / price // step) * step)
            total += part
            money -= part * price
            if part < quantity:
                break
        return total

    # --- orders --------------------------------------------------------------------------------
    def would_trigger(self, order: Order) -> bool:
        """Whether the last price has reached a stop order's stop price."""
        last = self.last[order.symbol]
        above = order.type.startswith("STOP_LOSS") == (order.side == "BUY")
        return last >= order.stop_price if above else last <= order.stop_price

    def would_take(self, order: Order) -> bool:
        """Whether a limit order would trade at once."""
        best = self.books[order.symbol].best("SELL" if order.side == "BUY" else "BUY")
        return best is not None and _crosses(order, best[0])

    def work(self, order: Order) -> None:
        """Let an order trade, then rest on the book or end as its kind demands."""
        order.working_ms = self.now_ms()
        if order.time_in_force == "FOK" and order.type in LIMIT_TYPES:
            there = sum((quantity for _, quantity in self.offers(order, order.price)), ZERO)
            if there < order.remaining:
                self.end(order, "EXPIRED", reason="UNFILLED_FOK_ORDER_EXPIRED")
                return
        self._match(order)
        if not order.open:
            return
        if order.remaining <= 0:
            # A quantity of 0 comes from a quote quantity that buys less than one step.
            self.end(order, "EXPIRED", reason="INSUFFICIENT_LIQUIDITY")
        elif order.type in MARKET_TYPES:
            self.end(order, "EXPIRED", reason="INSUFFICIENT_LIQUIDITY")
        elif order.time_in_force in ("IOC", "FOK"):
            self.end(order, "EXPIRED", reason="UNFILLED_IOC_QUANTITY_EXPIRED")
        else:
            self.books[order.symbol].add(order)

    def end(
        self,
        order: Order,
        status: str,
        *,
        execution: str = "",
        reason: str = "",
        client_id: str = "",
    ) -> None:
        """End an order that is not filled: off the book, money back, tell it."""
        self.books[order.symbol].remove(order)
        if order in self.waiting[order.symbol]:
            self.waiting[order.symbol].remove(order)
        held = order.locked
        self.hold(order, ZERO)
        order.status = status
        order.waiting = False
        self.tell(
            order,
            execution or status,
            reason=reason,
            client_id=client_id or order.client_id,
            original=order.client_id if client_id else "",
        )
        if held:
            self.tell_funds(order.account, self.gives(order))
        if order.list_id != -1:
            self.after_end(order)

    def trigger(self, order: Order) -> None:
        """Set a stop order to work, now that its stop price has been reached."""
        self.waiting[order.symbol].remove(order)
        order.waiting = False
        if order.list_id != -1:
            self.before_trade(order)
        order.working_ms = self.now_ms()
        self.tell(order, "NEW")
        if order.type in MARKET_TYPES and order.side == "BUY":
            needed = self.with_fee(self.cost(order))
            free = self.ledger.free(order.account, self.gives(order))
            if needed > free + order.locked:
                self.end(order, "EXPIRED", reason="REJECTED")
                return
            self.hold(order, needed)
        self.work(order)

    def next_triggered(self, symbol: str) -> Order | None:
        """A waiting stop order whose stop price has been reached, the oldest first."""
        return next((order for order in self.waiting[symbol] if self.would_trigger(order)), None)

    # --- telling -------------------------------------------------------------------------------
    def tell(
        self,
        order: Order,
        execution: str,
        *,
        fill: Fill | None = None,
        reason: str = "",
        client_id: str = "",
        original: str = "",
    ) -> None:
        """Note that an order changed. The house is told nothing."""
        order.updated_ms = self.now_ms()
        order.changed_mono_s = self.clock.monotonic()
        if order.account == HOUSE:
            return
        self._executions += 1
        self.events.append(
            OrderChanged(
                order=order,
                execution=execution,
                status=order.status,
                executed=order.executed,
                quote_executed=order.quote_executed,
                time_ms=order.updated_ms,
                execution_id=self._executions,
                fill=fill,
                client_id=client_id or order.client_id,
                original_client_id=original,
                expiry_reason=reason,
            )
        )

    def tell_funds(self, account: str, *assets: str) -> None:
        """Note that balances changed."""
        if account != HOUSE:
            self.events.append(FundsChanged(account=account, assets=assets, time_ms=self.now_ms()))

    # --- trading -------------------------------------------------------------------------------
    def _match(self, taker: Order) -> None:
        makers: Side = "SELL" if taker.side == "BUY" else "BUY"
        book = self.books[taker.symbol]
        while taker.remaining > 0:
            maker = book.first(makers)
            if maker is None or not _crosses(taker, maker.price):
                return
            own = maker.account == taker.account and taker.account != HOUSE
            if own and taker.self_trade != "NONE":
                prevented = min(taker.remaining, maker.remaining)
                if taker.self_trade != "EXPIRE_TAKER":
                    maker.prevented += prevented
                    self.end(maker, "EXPIRED_IN_MATCH", execution="TRADE_PREVENTION")
                if taker.self_trade != "EXPIRE_MAKER":
                    taker.prevented += prevented
                    self.end(taker, "EXPIRED_IN_MATCH", execution="TRADE_PREVENTION")
                    return
                continue
            self._trade(taker, maker)

    def _trade(self, taker: Order, maker: Order) -> None:
        for order in (taker, maker):
            if order.list_id != -1:
                self.before_trade(order)
        rules = self.rules[taker.symbol]
        quantity, price = min(taker.remaining, maker.remaining), maker.price
        money = (price * quantity).quantize(UNIT, rounding=ROUND_DOWN)
        self._trade_ids[taker.symbol] += 1
        trade_id = self._trade_ids[taker.symbol]
        buyer, seller = (taker, maker) if taker.side == "BUY" else (maker, taker)
        self.ledger.pay(seller.account, buyer.account, rules.base, quantity)
        self.ledger.pay(buyer.account, seller.account, rules.quote, money)
        self.last[taker.symbol] = price
        self.events.append(
            Traded(
                trade_id=trade_id,
                symbol=taker.symbol,
                price=price,
                quantity=quantity,
                quote_quantity=money,
                buyer_is_maker=buyer is maker,
                taker_order_id=taker.order_id,
                time_ms=self.now_ms(),
            )
        )
        for order in (taker, maker):
            order.executed += quantity
            order.quote_executed += money
            order.status = "FILLED" if order.remaining <= 0 else "PARTIALLY_FILLED"
        self.books[taker.symbol].reduce(maker, quantity)
        for order in (taker, maker):
            if order.account != HOUSE:
                self._book_fill(order, trade_id, price, quantity, money, order is maker)

    def _book_fill(
        self,
        order: Order,
        trade_id: int,
        price: Decimal,
        quantity: Decimal,
        money: Decimal,
        maker: bool,
    ) -> None:
        rules = self.rules[order.symbol]
        fee = (money * self.fee_rate).quantize(UNIT, rounding=ROUND_DOWN)
        if order.side == "BUY":
            self.ledger.unlock(order.account, rules.quote, fee)
            order.locked -= money + fee
        else:
            order.locked -= quantity
        self.ledger.charge(order.account, rules.quote, fee)
        if order.remaining <= 0:
            self.hold(order, ZERO)
        elif order.type in LIMIT_TYPES:
            self.hold(order, self.needs(order))
        fill = Fill(
            trade_id=trade_id,
            order_id=order.order_id,
            client_id=order.client_id,
            list_id=order.list_id,
            symbol=order.symbol,
            side=order.side,
            price=price,
            quantity=quantity,
            quote_quantity=money,
            commission=fee,
            commission_asset=rules.quote,
            maker=maker,
            time_ms=self.now_ms(),
            mono_s=self.clock.monotonic(),
        )
        order.fills.append(fill)
        self.tell(order, "TRADE", fill=fill)
        self.tell_funds(order.account, rules.base, rules.quote)
        if order.list_id != -1 and order.remaining <= 0:
            self.after_end(order)


def _crosses(taker: Order, price: Decimal) -> bool:
    if taker.type in MARKET_TYPES:
        return True
    return taker.price >= price if taker.side == "BUY" else taker.price <= price
