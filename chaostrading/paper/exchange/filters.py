"""Does an order meet the rules of its symbol? Raises `Rejected` in the exchange's words if not."""

from decimal import Decimal

from chaostrading.paper.exchange.orders import MARKET_TYPES, STOP_TYPES, Order, OrderRequest
from chaostrading.paper.exchange.rejections import Rejected, filter_failure
from chaostrading.paper.exchange.rules import Rules

__all__ = ["check_amount", "check_open_orders", "check_order"]


def check_order(request: OrderRequest, rules: Rules, average: Decimal) -> None:
    """Check status, price, quantity and notional. `average` is the average price of 5 minutes."""
    if rules.status != "TRADING":
        raise Rejected(-1013, "Market is closed.")
    for price in (request.price, request.stop_price):
        if price is not None:
            _check_price(price, rules)
    if request.price is not None:
        low, high = average * rules.percent_down, average * rules.percent_up
        if not low <= request.price <= high:
            raise filter_failure("PERCENT_PRICE_BY_SIDE")
    if request.quantity is not None:
        market = request.type in MARKET_TYPES
        price = request.price or request.stop_price or average
        check_amount(request.quantity, price, rules, market=market)
    elif request.quote_quantity is not None and request.quote_quantity < rules.min_notional:
        raise filter_failure("NOTIONAL")


def check_amount(quantity: Decimal, price: Decimal, rules: Rules, *, market: bool = False) -> None:
    """Check LOT_SIZE, MARKET_LOT_SIZE and NOTIONAL."""
    if not rules.min_quantity <= quantity <= rules.max_quantity or quantity % rules.step_size:
        raise filter_failure("LOT_SIZE")
    if market and quantity > rules.max_market_quantity:
        raise filter_failure("MARKET_LOT_SIZE")
    notional = quantity * price
    if notional < rules.min_notional or (not market and notional > rules.max_notional):
        raise filter_failure("NOTIONAL")


def check_open_orders(request: OrderRequest, rules: Rules, open_orders: list[Order]) -> None:
    """Check MAX_NUM_ORDERS and MAX_NUM_ALGO_ORDERS against the open orders of the symbol."""
    if request.type == "MARKET" or request.time_in_force in ("IOC", "FOK"):
        return
    if len(open_orders) >= rules.max_orders:
        raise filter_failure("MAX_NUM_ORDERS")
    stops = sum(1 for order in open_orders if order.type in STOP_TYPES)
    if request.type in STOP_TYPES and stops >= rules.max_stop_orders:
        raise filter_failure("MAX_NUM_ALGO_ORDERS")


def _check_price(price: Decimal, rules: Rules) -> None:
    if not rules.min_price <= price <= rules.max_price or price % rules.tick_size:
        raise filter_failure("PRICE_FILTER")
