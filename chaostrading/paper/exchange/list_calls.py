"""Order lists: placing OCO and OTO, cancelling and asking for them."""

from typing import Any

from chaostrading.paper.exchange import wording
from chaostrading.paper.exchange.endpoint import endpoint
from chaostrading.paper.exchange.lists import place_oco, place_oto
from chaostrading.paper.exchange.order_form import list_leg, side_of
from chaostrading.paper.exchange.orders import OrderList, OrderRequest
from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.rejections import Rejected, cancel_rejected, mandatory
from chaostrading.paper.exchange.venue import ACCOUNT, PaperVenue

__all__: list[str] = []

ABOVE_OR_BELOW = (
    "LIMIT_MAKER",
    "STOP_LOSS",
    "STOP_LOSS_LIMIT",
    "TAKE_PROFIT",
    "TAKE_PROFIT_LIMIT",
)


@endpoint("POST", "/api/v3/orderList/oco", security="signed", orders=2, ws="orderList.place.oco")
def oco(venue: PaperVenue, params: Params) -> Any:
    """Place two orders of which the one cancels the other."""
    symbol, side = params.symbol(venue.engine.rules), side_of(params)
    legs: list[OrderRequest] = []
    for prefix in ("above", "below"):
        kind = params.required(f"{prefix}Type")
        if kind not in ABOVE_OR_BELOW:
            raise Rejected(-1158, "Order type not supported in OCO.")
        legs.append(list_leg(params, symbol, side, kind, prefix))
    if all(leg.type == "LIMIT_MAKER" for leg in legs):
        raise Rejected(-1168, "At least one OCO order must be contingent.")
    client_id = params.client_id("listClientOrderId") or ""
    placed = place_oco(venue.engine, ACCOUNT, client_id, legs[0], legs[1])
    return _placed(placed, params)


@endpoint("POST", "/api/v3/order/oco", security="signed", orders=2)
def old_oco(venue: PaperVenue, params: Params) -> Any:
    """The deprecated form: `price`, `stopPrice` and perhaps `stopLimitPrice`."""
    symbol, side = params.symbol(venue.engine.rules), side_of(params)
    quantity, price = params.positive("quantity", "quantity"), params.positive("price", "price")
    stop = params.positive("stopPrice", "stopPrice")
    for name, value in (("quantity", quantity), ("price", price), ("stopPrice", stop)):
        if value is None:
            raise mandatory(name)
    stop_limit = params.positive("stopLimitPrice", "stopLimitPrice")
    limit = OrderRequest(
        symbol=symbol,
        side=side,
        type="LIMIT_MAKER",
        quantity=quantity,
        price=price,
        client_id=params.client_id("limitClientOrderId") or "",
    )
    contingent = OrderRequest(
        symbol=symbol,
        side=side,
        type="STOP_LOSS" if stop_limit is None else "STOP_LOSS_LIMIT",
        quantity=quantity,
        price=stop_limit,
        stop_price=stop,
        time_in_force=params.text("stopLimitTimeInForce", "GTC"),
        client_id=params.client_id("stopClientOrderId") or "",
    )
    above, below = (limit, contingent) if side == "SELL" else (contingent, limit)
    client_id = params.client_id("listClientOrderId") or ""
    return _placed(place_oco(venue.engine, ACCOUNT, client_id, above, below), params)


@endpoint("POST", "/api/v3/orderList/oto", security="signed", orders=2, ws="orderList.place.oto")
def oto(venue: PaperVenue, params: Params) -> Any:
    """Place an order, and a second one for when the first is filled."""
    symbol = params.symbol(venue.engine.rules)
    legs: list[OrderRequest] = []
    for prefix in ("working", "pending"):
        kind = params.required(f"{prefix}Type")
        if prefix == "working" and kind not in ("LIMIT", "LIMIT_MAKER"):
            raise Rejected(-1116, "Invalid orderType.")
        if kind not in ("LIMIT", "MARKET", *ABOVE_OR_BELOW):
            raise Rejected(-1116, "Invalid orderType.")
        side = side_of(params, f"{prefix}Side")
        legs.append(list_leg(params, symbol, side, kind, prefix))
    client_id = params.client_id("listClientOrderId") or ""
    placed = place_oto(venue.engine, ACCOUNT, client_id, legs[0], legs[1])
    return _placed(placed, params)


@endpoint("DELETE", "/api/v3/orderList", security="signed", ws="orderList.cancel")
def cancel_list(venue: PaperVenue, params: Params) -> Any:
    """Cancel all orders of a list."""
    found = _find(venue, params)
    order = next((item for item in found.orders if item.open), None) if found else None
    if found is None or order is None:
        raise cancel_rejected()
    cancel_id = params.client_id("newClientOrderId") or venue.engine.new_client_id()
    ended = venue.engine.cancel(ACCOUNT, order, cancel_id)
    reports = [wording.cancelled_order(item, cancel_id) for item in ended]
    return wording.order_list(found, reports)


@endpoint("GET", "/api/v3/orderList", weight=4, security="signed", ws="orderList.status")
def query_list(venue: PaperVenue, params: Params) -> Any:
    """One order list, by id or client id."""
    found = _find(venue, params)
    if found is None:
        raise Rejected(-2018, "Order list does not exist.")
    return wording.order_list(found)


@endpoint("GET", "/api/v3/allOrderList", weight=20, security="signed", ws="allOrderLists")
def all_lists(venue: PaperVenue, params: Params) -> Any:
    """All order lists, oldest first."""
    found = venue.engine.lists.all(ACCOUNT)[-params.limit(500, 1000) :]
    return [wording.order_list(item) for item in found]


@endpoint("GET", "/api/v3/openOrderList", weight=6, security="signed", ws="openOrderLists.status")
def open_lists(venue: PaperVenue, params: Params) -> Any:
    """Order lists with an order that may still trade."""
    found = venue.engine.lists.all(ACCOUNT, only_open=True)
    return [wording.order_list(item) for item in found]


def _placed(placed: OrderList, params: Params) -> dict[str, Any]:
    detail = params.text("newOrderRespType", "RESULT")
    return wording.order_list(
        placed, [wording.placed_order(item, detail) for item in placed.orders]
    )


def _find(venue: PaperVenue, params: Params) -> OrderList | None:
    list_id = params.integer("orderListId")
    name = params.text("listClientOrderId") or params.text("origClientOrderId")
    found = venue.engine.lists.all(ACCOUNT)
    return next(
        (
            item
            for item in reversed(found)
            if (item.list_id == list_id if list_id is not None else item.client_id == name)
        ),
        None,
    )
