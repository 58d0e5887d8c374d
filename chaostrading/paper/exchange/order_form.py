"""Which parameters an order of each type takes, and what is wrong with the rest."""

from collections.abc import Callable, Mapping
from typing import cast

from chaostrading.paper.exchange.orders import LIMIT_TYPES, STOP_TYPES, OrderRequest, Side
from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.rejections import (
    Rejected,
    mandatory,
    new_order_rejected,
    not_required,
)
from chaostrading.paper.exchange.rules import Rules

__all__ = ["list_leg", "order_request", "response_type", "side_of"]

TYPES = ("LIMIT", "MARKET", *STOP_TYPES, "LIMIT_MAKER")
SELF_TRADE = ("NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH")
UNSUPPORTED = {
    "icebergQty": "Iceberg orders are not supported for this symbol.",
    "trailingDelta": "Trailing stop orders are not supported for this symbol.",
    "pegPriceType": "Pegged orders are not supported for this symbol.",
}


def order_request(params: Params, rules: Mapping[str, Rules]) -> OrderRequest:
    """Read a new order."""
    symbol = params.symbol(rules)
    side = side_of(params)
    kind = params.required("type")
    if kind not in TYPES:
        raise Rejected(-1116, "Invalid orderType.")
    return list_leg(params, symbol, side, kind, "")


def side_of(params: Params, name: str = "side") -> Side:
    """BUY or SELL."""
    side = params.required(name)
    if side not in ("BUY", "SELL"):
        raise Rejected(-1117, "Invalid side.")
    return cast(Side, side)


def list_leg(params: Params, symbol: str, side: Side, kind: str, prefix: str) -> OrderRequest:
    """Read one order, of a list where `prefix` says so (`abovePrice`, `pendingQuantity`)."""

    def name(word: str) -> str:
        return f"{prefix}{word[0].upper()}{word[1:]}" if prefix else word

    for word, message in UNSUPPORTED.items():
        if params.raw(name(word)) not in (None, "", "0"):
            raise new_order_rejected(message)
    shared = "quantity" if prefix in ("above", "below") else name("quantity")
    quantity = params.positive(shared, "quantity")
    quote = params.positive("quoteOrderQty", "quoteOrderQty") if not prefix else None
    price = params.positive(name("price"), "price")
    stop = params.positive(name("stopPrice"), "stopPrice")
    force = params.choice(
        name("timeInForce"), ("GTC", "IOC", "FOK"), Rejected(-1115, "Invalid timeInForce.")
    )
    _check_form(name, kind, price is not None, stop is not None, force)
    if kind != "MARKET" and quote is not None:
        raise not_required("quoteOrderQty")
    if quantity is None and quote is None:
        raise mandatory(shared)
    if quantity is not None and quote is not None:
        raise not_required("quoteOrderQty")
    refusal = Rejected(-1130, "Data sent for parameter 'selfTradePreventionMode' is not valid.")
    own_id = "newClientOrderId" if not prefix else name("clientOrderId")
    return OrderRequest(
        symbol=symbol,
        side=side,
        type=kind,
        quantity=quantity,
        quote_quantity=quote,
        price=price,
        stop_price=stop,
        time_in_force=force or "GTC",
        client_id=params.client_id(own_id) or "",
        self_trade=params.choice("selfTradePreventionMode", SELF_TRADE, refusal) or "EXPIRE_MAKER",
    )


def _check_form(
    word: Callable[[str], str], kind: str, price: bool, stop: bool, force: str | None
) -> None:
    takes_force = kind in LIMIT_TYPES and kind != "LIMIT_MAKER"
    if takes_force and force is None:
        raise mandatory(word("timeInForce"))
    if not takes_force and force is not None:
        raise not_required(word("timeInForce"))
    for wanted, there, parameter in (
        (kind in LIMIT_TYPES, price, "price"),
        (kind in STOP_TYPES, stop, "stopPrice"),
    ):
        if wanted and not there:
            raise mandatory(word(parameter))
        if there and not wanted:
            raise not_required(word(parameter))


def response_type(params: Params, request: OrderRequest) -> str:
    """How much the answer tells: FULL for MARKET and LIMIT, else ACK, unless asked otherwise."""
    refusal = Rejected(-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
    asked = params.choice("newOrderRespType", ("ACK", "RESULT", "FULL"), refusal)
    return asked or ("FULL" if request.type in ("MARKET", "LIMIT") else "ACK")
