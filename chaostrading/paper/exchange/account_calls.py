"""What the account holds, has ordered and has traded; listen keys."""

from typing import Any

from chaostrading.core.money import plain
from chaostrading.paper.exchange import wording
from chaostrading.paper.exchange.endpoint import endpoint, weigh_symbols
from chaostrading.paper.exchange.orders import Order
from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.rejections import Rejected
from chaostrading.paper.exchange.trade_calls import find_order
from chaostrading.paper.exchange.venue import ACCOUNT, PaperVenue

__all__: list[str] = []


@endpoint("GET", "/api/v3/account", weight=20, security="signed", ws="account.status")
def account(venue: PaperVenue, params: Params) -> Any:
    """Balances, fees and permissions of the account."""
    ledger, rate = venue.engine.ledger, venue.engine.fee_rate
    balances = [
        {
            "asset": asset,
            "free": plain(ledger.free(ACCOUNT, asset)),
            "locked": plain(ledger.locked(ACCOUNT, asset)),
        }
        for asset in ledger.assets(ACCOUNT)
    ]
    if params.flag("omitZeroBalances"):
        zero = plain(rate * 0)
        balances = [row for row in balances if row["free"] != zero or row["locked"] != zero]
    return {
        "makerCommission": int(rate * 10_000),
        "takerCommission": int(rate * 10_000),
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": _rates(venue),
        "canTrade": True,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": venue.engine.now_ms(),
        "accountType": "SPOT",
        "balances": balances,
        "permissions": ["SPOT"],
        "uid": 1,
    }


@endpoint(
    "GET", "/api/v3/account/commission", weight=20, security="signed", ws="account.commission"
)
def commission(venue: PaperVenue, params: Params) -> Any:
    """The fee rates on one symbol."""
    none = dict.fromkeys(("maker", "taker", "buyer", "seller"), "0.00000000")
    return {
        "symbol": params.symbol(venue.engine.rules),
        "standardCommission": _rates(venue),
        "specialCommission": none,
        "taxCommission": none,
        "discount": {
            "enabledForAccount": False,
            "enabledForSymbol": False,
            "discountAsset": "BNB",
            "discount": "0.00000000",
        },
    }


@endpoint("GET", "/api/v3/order", weight=4, security="signed", ws="order.status")
def order_status(venue: PaperVenue, params: Params) -> Any:
    """One order, by id or client id; -2013 where there is none."""
    order = find_order(venue, params, "orderId", "origClientOrderId")
    if order is None:
        raise Rejected(-2013, "Order does not exist.")
    return wording.queried_order(order)


@endpoint(
    "GET",
    "/api/v3/openOrders",
    weight=weigh_symbols(6, 80),
    security="signed",
    ws="openOrders.status",
)
def open_orders(venue: PaperVenue, params: Params) -> Any:
    """Orders that may still trade, of one symbol or of all."""
    symbol = params.symbol(venue.engine.rules) if "symbol" in params else ""
    found = venue.engine.open_orders(ACCOUNT, symbol)
    return [wording.queried_order(order) for order in found]


@endpoint("GET", "/api/v3/allOrders", weight=20, security="signed", ws="allOrders")
def all_orders(venue: PaperVenue, params: Params) -> Any:
    """Orders of a symbol in any state, oldest first."""
    symbol = params.symbol(venue.engine.rules)
    first, limit = params.integer("orderId"), params.limit(500, 1000)
    start, end = params.time_ms("startTime"), params.time_ms("endTime")
    found: list[Order] = [
        order
        for order in venue.engine.orders(ACCOUNT, symbol)
        if (first is None or order.order_id >= first)
        and (start is None or order.created_ms >= start)
        and (end is None or order.created_ms <= end)
    ]
    oldest_first = first is not None or start is not None
    chosen = found[:limit] if oldest_first else found[-limit:]
    return [wording.queried_order(order) for order in chosen]


@endpoint("GET", "/api/v3/myTrades", weight=20, security="signed", ws="myTrades")
def my_trades(venue: PaperVenue, params: Params) -> Any:
    """The account's fills on a symbol, oldest first."""
    symbol = params.symbol(venue.engine.rules)
    order_id, first = params.integer("orderId"), params.integer("fromId")
    start, end = params.time_ms("startTime"), params.time_ms("endTime")
    limit = params.limit(500, 1000)
    found = [
        fill
        for fill in venue.engine.fills(ACCOUNT, symbol)
        if (order_id is None or fill.order_id == order_id)
        and (first is None or fill.trade_id >= first)
        and (start is None or fill.time_ms >= start)
        and (end is None or fill.time_ms <= end)
    ]
    oldest_first = first is not None or start is not None
    chosen = found[:limit] if oldest_first else found[-limit:]
    return [wording.my_trade(fill) for fill in chosen]


@endpoint(
    "GET", "/api/v3/rateLimit/order", weight=40, security="signed", ws="account.rateLimits.orders"
)
def order_counts(venue: PaperVenue, params: Params) -> Any:
    """How many unfilled orders count at the moment."""
    return venue.limits.usage("", ACCOUNT, venue.engine.now_ms(), orders=True)[:2]


@endpoint("POST", "/api/v3/userDataStream", weight=2, security="key", ws="userDataStream.start")
def start_listening(venue: PaperVenue, params: Params) -> Any:
    """A listen key for `/ws/<listenKey>`, good for an hour."""
    return {"listenKey": venue.listen_keys.start(venue.engine.now_ms())}


@endpoint("PUT", "/api/v3/userDataStream", weight=2, security="key", ws="userDataStream.ping")
def keep_listening(venue: PaperVenue, params: Params) -> Any:
    """Make a listen key good for another hour."""
    venue.listen_keys.keep(params.required("listenKey"), venue.engine.now_ms())
    return {}


@endpoint("DELETE", "/api/v3/userDataStream", weight=2, security="key", ws="userDataStream.stop")
def stop_listening(venue: PaperVenue, params: Params) -> Any:
    """End a listen key."""
    venue.listen_keys.stop(params.required("listenKey"))
    return {}


def _rates(venue: PaperVenue) -> dict[str, str]:
    rate, none = plain(venue.engine.fee_rate), "0.00000000"
    return {"maker": rate, "taker": rate, "buyer": none, "seller": none}
