"""Order lists: OCO, where one cancels the other, and OTO, where one triggers the other."""

from typing import TYPE_CHECKING

from chaostrading.core.money import ZERO
from chaostrading.paper.exchange.matching import Matcher
from chaostrading.paper.exchange.orders import ListChanged, Order, OrderList, OrderRequest
from chaostrading.paper.exchange.rejections import new_order_rejected

if TYPE_CHECKING:
    from chaostrading.paper.exchange.engine import Engine

__all__ = ["Lists", "place_oco", "place_oto"]


class Lists:
    """All order lists, and what happens to the other order when one of a list moves."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._lists: dict[int, OrderList] = {}
        self._due: list[Order] = []
        self._cancelling: set[int] = set()
        matcher.before_trade = self._before_trade
        matcher.after_end = self._after_end

    def all(self, account: str, *, only_open: bool = False) -> list[OrderList]:
        """The account's lists, oldest first."""
        return [
            item
            for item in self._lists.values()
            if item.orders[0].account == account and not (only_open and item.status != "EXECUTING")
        ]

    def get(self, list_id: int) -> OrderList | None:
        """The list of that id."""
        return self._lists.get(list_id)

    def members(self, order: Order) -> tuple[Order, ...]:
        """The orders that share the order's list; itself alone where it is in none."""
        return (order,) if order.list_id == -1 else self._lists[order.list_id].orders

    def open(self, contingency: str, client_id: str, orders: tuple[Order, ...]) -> OrderList:
        """Tie orders together. They must not have been registered yet."""
        list_id = len(self._lists) + 1
        opened = OrderList(
            list_id=list_id,
            contingency=contingency,
            client_id=client_id,
            symbol=orders[0].symbol,
            orders=orders,
            created_ms=self._matcher.now_ms(),
        )
        self._lists[list_id] = opened
        for order in orders:
            order.list_id = list_id
        return opened

    def tell(self, order_list: OrderList) -> None:
        """Note that a list began or ended."""
        now_ms = self._matcher.now_ms()
        self._matcher.events.append(ListChanged(order_list=order_list, time_ms=now_ms))

    def next_due(self) -> Order | None:
        """The second order of an OTO whose first has been filled; each is given once."""
        return self._due.pop(0) if self._due else None

    def cancelling(self, order: Order) -> None:
        """All orders of this order's list are being cancelled: the one does not end the other."""
        self._cancelling.add(order.list_id)

    def finish(self, order: Order) -> None:
        """The cancelling is done."""
        self._cancelling.discard(order.list_id)
        if order.list_id != -1:
            self._after_end(order)

    def _before_trade(self, order: Order) -> None:
        found = self._lists[order.list_id]
        if found.contingency != "OCO":
            return
        for other in found.orders:
            if other is not order and other.open:
                order.locked += other.locked
                other.locked = ZERO
                self._matcher.end(other, "EXPIRED", reason="OCO_TRIGGER")

    def _after_end(self, order: Order) -> None:
        found = self._lists[order.list_id]
        if found.list_id in self._cancelling:
            return
        if found.contingency == "OTO":
            working, pending = found.orders
            if working.status == "FILLED" and pending.status == "PENDING_NEW":
                if pending not in self._due:
                    self._due.append(pending)
            elif not working.open and pending.open and pending.status == "PENDING_NEW":
                self._matcher.end(pending, "EXPIRED", reason="OTO_PHASE_ONE_EXPIRED")
        elif order.status != "FILLED" and order.status != "EXPIRED":
            for other in found.orders:
                if other is not order and other.open:
                    self._matcher.end(other, "EXPIRED", reason="OCO_TRIGGER")
        if found.status == "EXECUTING" and not any(item.open for item in found.orders):
            found.status = "ALL_DONE"
            self.tell(found)


def place_oco(
    engine: "Engine", account: str, client_id: str, above: OrderRequest, below: OrderRequest
) -> OrderList:
    """Place two orders of which only one can trade. They share the locked money."""
    for request in (above, below):
        engine.check(account, request)
    last = engine.last_price(above.symbol)
    high = above.price if above.type == "LIMIT_MAKER" else above.stop_price
    low = below.price if below.type == "LIMIT_MAKER" else below.stop_price
    if high is None or low is None or not low < last < high:
        text = "The relationship of the prices for the orders is not correct."
        raise new_order_rejected(text)
    orders = (engine.make(account, above), engine.make(account, below))
    shared = max(engine.needs(order) for order in orders)
    engine.admit(orders[1], ZERO)
    engine.admit(orders[0], shared)
    return _begin(engine, "OCO", client_id, orders)


def place_oto(
    engine: "Engine", account: str, client_id: str, working: OrderRequest, pending: OrderRequest
) -> OrderList:
    """Place an order, and a second one that is placed when the first has been filled."""
    for request in (working, pending):
        engine.check(account, request)
    orders = (engine.make(account, working), engine.make(account, pending))
    engine.admit(orders[0])
    orders[1].status = "PENDING_NEW"
    orders[1].waiting = True
    return _begin(engine, "OTO", client_id, orders)


def _begin(
    engine: "Engine", contingency: str, client_id: str, orders: tuple[Order, Order]
) -> OrderList:
    opened = engine.lists.open(contingency, client_id or engine.new_client_id(), orders)
    engine.lists.tell(opened)
    for order in orders:
        engine.register(order)
    for order in orders:
        if order.status == "NEW":
            engine.start(order)
    engine.settle(opened.symbol)
    return opened
