"""Placing, replacing, amending and cancelling orders."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chaostrading.paper.exchange import wording
from chaostrading.paper.exchange.endpoint import endpoint
from chaostrading.paper.exchange.order_form import order_request, response_type
from chaostrading.paper.exchange.orders import Order
from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.rejections import Rejected, cancel_rejected, mandatory, one_of
from chaostrading.paper.exchange.venue import ACCOUNT, PaperVenue

__all__ = ["find_order"]


@endpoint("POST", "/api/v3/order", security="signed", orders=1, ws="order.place")
def place_order(venue: PaperVenue, params: Params) -> Any:
    """Place an order."""
    request = order_request(params, venue.engine.rules)
    detail = response_type(params, request)
    return wording.placed_order(venue.engine.place(ACCOUNT, request), detail)


@endpoint("POST", "/api/v3/order/test", security="signed", ws="order.test")
def test_order(venue: PaperVenue, params: Params) -> Any:
    """Check an order against all rules, and place nothing."""
    request = order_request(params, venue.engine.rules)
    venue.engine.check(ACCOUNT, request)
    if not params.flag("computeCommissionRates"):
        return {}
    rate = {"maker": str(venue.engine.fee_rate), "taker": str(venue.engine.fee_rate)}
    none = {"maker": "0.00000000", "taker": "0.00000000"}
    return {
        "standardCommissionForOrder": rate,
        "specialCommissionForOrder": none,
        "taxCommissionForOrder": none,
        "discount": {
            "enabledForAccount": False,
            "enabledForSymbol": False,
            "discountAsset": "BNB",
            "discount": "0.00000000",
        },
    }


@endpoint("DELETE", "/api/v3/order", security="signed", ws="order.cancel")
def cancel_order(venue: PaperVenue, params: Params) -> Any:
    """Cancel an order, by id or client id."""
    order = find_order(venue, params, "orderId", "origClientOrderId")
    return _cancel(venue, params, order, "newClientOrderId")


@endpoint("DELETE", "/api/v3/openOrders", security="signed", ws="openOrders.cancelAll")
def cancel_all(venue: PaperVenue, params: Params) -> Any:
    """Cancel all open orders of a symbol."""
    symbol = params.symbol(venue.engine.rules)
    found = venue.engine.open_orders(ACCOUNT, symbol)
    if not found:
        raise cancel_rejected()
    answers = []
    for order in found:
        if order.open:
            answers.append(_cancel(venue, params, order, "newClientOrderId"))
    return answers


@endpoint(
    "POST", "/api/v3/order/cancelReplace", security="signed", orders=1, ws="order.cancelReplace"
)
def cancel_replace(venue: PaperVenue, params: Params) -> Any:
    """Cancel an order and place another; 409 where only one of both worked."""
    request = order_request(params, venue.engine.rules)
    mode = params.required("cancelReplaceMode")
    if mode not in ("STOP_ON_FAILURE", "ALLOW_FAILURE"):
        raise Rejected(-1130, "Data sent for parameter 'cancelReplaceMode' is not valid.")
    if "cancelOrderId" not in params and "cancelOrigClientOrderId" not in params:
        raise one_of("cancelOrigClientOrderId", "cancelOrderId")
    detail = response_type(params, request)
    # Filters come before everything: a new order that fails them leaves the old one alone.
    venue.engine.check(ACCOUNT, replace(request, client_id=""))
    cancelled, cancel_result = _attempt_cancel(venue, params)
    placed: dict[str, Any] | None = None
    place_result = "NOT_ATTEMPTED"
    if cancel_result == "SUCCESS" or mode == "ALLOW_FAILURE":
        try:
            placed = wording.placed_order(venue.engine.place(ACCOUNT, request), detail)
            place_result = "SUCCESS"
        except Rejected as refusal:
            placed, place_result = refusal.body(), "FAILURE"
    results = {
        "cancelResult": cancel_result,
        "newOrderResult": place_result,
        "cancelResponse": cancelled,
        "newOrderResponse": placed,
    }
    if cancel_result == place_result == "SUCCESS":
        return results
    if "SUCCESS" in (cancel_result, place_result):
        raise Rejected(-2021, "Order cancel-replace partially failed.", 409, results)
    raise Rejected(-2022, "Order cancel-replace failed.", 400, results)


@endpoint(
    "PUT",
    "/api/v3/order/amend/keepPriority",
    weight=4,
    security="signed",
    ws="order.amend.keepPriority",
)
def amend_order(venue: PaperVenue, params: Params) -> Any:
    """Make an order smaller; it keeps its place in the queue."""
    order = find_order(venue, params, "orderId", "origClientOrderId")
    quantity = params.positive("newQty", "quantity")
    if quantity is None:
        raise mandatory("newQty")
    if order is None:
        raise Rejected(-2038, "Unknown order sent.")
    original = order.client_id
    client_id = params.client_id("newClientOrderId") or ""
    venue.engine.amend(ACCOUNT, order, quantity, client_id)
    return {
        "transactTime": order.updated_ms,
        "executionId": order.order_id,
        "amendedOrder": {
            "symbol": order.symbol,
            "orderId": order.order_id,
            "orderListId": order.list_id,
            "origClientOrderId": original,
            **_amended(wording.queried_order(order)),
        },
    }


def _amended(shown: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "clientOrderId": "clientOrderId",
        "price": "price",
        "qty": "origQty",
        "executedQty": "executedQty",
        "quoteOrderQty": "origQuoteOrderQty",
        "cumulativeQuoteQty": "cummulativeQuoteQty",
        "status": "status",
        "timeInForce": "timeInForce",
        "type": "type",
        "side": "side",
        "workingTime": "workingTime",
        "selfTradePreventionMode": "selfTradePreventionMode",
    }
    return {"preventedQty": "0.00000000", **{new: shown[old] for new, old in names.items()}}


def find_order(venue: PaperVenue, params: Params, id_name: str, client_name: str) -> Order | None:
    """The order that the parameters name; naming none is refused."""
    symbol = params.symbol(venue.engine.rules)
    order_id = params.integer(id_name)
    client_id = params.text(client_name) or None
    if order_id is None and client_id is None:
        raise one_of(client_name, id_name)
    return venue.engine.find(ACCOUNT, symbol, order_id, client_id)


def _attempt_cancel(venue: PaperVenue, params: Params) -> tuple[dict[str, Any], str]:
    try:
        order = find_order(venue, params, "cancelOrderId", "cancelOrigClientOrderId")
        return _cancel(venue, params, order, "cancelNewClientOrderId"), "SUCCESS"
    except Rejected as refusal:
        return refusal.body(), "FAILURE"


def _cancel(venue: PaperVenue, params: Params, order: Order | None, name: str) -> dict[str, Any]:
    if order is None or not order.open:
        raise cancel_rejected()
    wanted = {"ONLY_NEW": "NEW", "ONLY_PARTIALLY_FILLED": "PARTIALLY_FILLED"}
    restriction = params.choice(
        "cancelRestrictions",
        tuple(wanted),
        Rejected(-1145, "Invalid cancelRestrictions"),
    )
    if restriction is not None and order.status != wanted[restriction]:
        raise cancel_rejected("Order was not canceled due to cancel restrictions.")
    cancel_id = params.client_id(name) or venue.engine.new_client_id()
    ended = venue.engine.cancel(ACCOUNT, order, cancel_id)
    found = venue.engine.lists.get(order.list_id)
    if found is not None:
        reports = [wording.cancelled_order(item, cancel_id) for item in ended]
        return wording.order_list(found, reports)
    return wording.cancelled_order(order, cancel_id)
