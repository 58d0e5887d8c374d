"""Rejections that exchanges have in common, each in the words and with the code of the venue.

A trouble is a plain name (`no_funds`); the table says status, code and text per venue. What a venue
does not list is said with the code of the generic one.
"""

import json

from chaostrading.venues.base import Meaning, Venue, Words
from chaostrading.venues.pages import JSON

__all__ = ["TROUBLES", "order_expired", "replace_partial", "stream_ended", "trouble"]

_ROW = tuple[int, str, str]
"""HTTP status, error code, text; an empty text is the venue's usual one for the code."""

TROUBLES: dict[str, dict[str, _ROW]] = {
    "nonce": {
        "binance": (400, "-1021", ""),
        "bybit": (200, "10002", ""),
        "okx": (401, "50102", ""),
        "kraken": (200, "EAPI:Invalid nonce", ""),
        "coinbase": (401, "UNAUTHENTICATED", ""),
        "generic": (400, "InvalidNonce", "Nonce is not increasing."),
    },
    "time_early": {
        "binance": (
            400,
            "-1021",
            "Timestamp for this request was 1000ms ahead of the server's time.",
        ),
        "bybit": (200, "10002", ""),
        "okx": (401, "50102", ""),
        "generic": (401, "InvalidTimestamp", "Timestamp is ahead of the server's time."),
    },
    "time_late": {
        "binance": (400, "-1021", ""),
        "bybit": (200, "10002", ""),
        "okx": (401, "50102", ""),
        "generic": (401, "InvalidTimestamp", "Timestamp is outside of the window."),
    },
    "no_funds": {
        "binance": (400, "-2010", ""),
        "bybit": (200, "170131", "Insufficient balance."),
        "okx": (200, "51008", "Order failed. Insufficient account balance."),
        "kraken": (200, "EOrder:Insufficient funds", ""),
        "coinbase": (200, "INSUFFICIENT_FUND", "Insufficient balance in source account"),
        "generic": (400, "InsufficientFunds", "Insufficient funds."),
    },
    "step_size": {
        "binance": (400, "-1013", "Filter failure: LOT_SIZE"),
        "bybit": (200, "170137", "Order quantity has too many decimals."),
        "okx": (200, "51121", "Order quantity must be a multiple of the lot size."),
        "kraken": (200, "EGeneral:Invalid arguments:volume", ""),
        "coinbase": (200, "INVALID_SIZE_PRECISION", ""),
        "generic": (400, "InvalidQuantity", "Quantity is not a multiple of the step size."),
    },
    "tick_size": {
        "binance": (400, "-1013", "Filter failure: PRICE_FILTER"),
        "bybit": (200, "170134", "Order price has too many decimals."),
        "okx": (200, "51000", "Parameter px error"),
        "kraken": (200, "EOrder:Invalid price", ""),
        "coinbase": (200, "INVALID_PRICE_PRECISION", ""),
        "generic": (400, "InvalidPrice", "Price is not a multiple of the tick size."),
    },
    "min_notional": {
        "binance": (400, "-1013", "Filter failure: NOTIONAL"),
        "bybit": (200, "170140", "Order value exceeded lower limit."),
        "okx": (200, "51020", "Order amount should be greater than the min available amount."),
        "kraken": (200, "EOrder:Order minimum not met", ""),
        "coinbase": (200, "INVALID_MIN_NOTIONAL", ""),
        "generic": (400, "TooSmall", "Order value is below the minimum."),
    },
    "price_band": {
        "binance": (400, "-1013", "Filter failure: PERCENT_PRICE_BY_SIDE"),
        "okx": (200, "51006", "Order price is not within the price limit"),
        "generic": (400, "PriceOutOfBand", "Price is outside of the allowed band."),
    },
    "unknown_order": {
        "binance": (400, "-2011", ""),
        "bybit": (200, "170213", "Order does not exist."),
        "okx": (200, "51400", "Cancellation failed as the order does not exist."),
        "kraken": (200, "EOrder:Unknown order", ""),
        "coinbase": (200, "UNKNOWN_CANCEL_ORDER", ""),
        "generic": (404, "UnknownOrder", "Order not found."),
    },
    "order_absent": {
        "binance": (400, "-2013", ""),
        "bybit": (200, "170213", "Order does not exist."),
        "okx": (200, "51603", "Order does not exist"),
        "kraken": (200, "EOrder:Unknown order", ""),
        "coinbase": (404, "NOT_FOUND", "order not found"),
        "generic": (404, "UnknownOrder", "Order not found."),
    },
    "duplicate_order": {
        "binance": (400, "-2010", "Duplicate order sent."),
        "bybit": (200, "170141", "Duplicate clientOrderId"),
        "okx": (200, "51016", "Client order ID already exists."),
        "kraken": (200, "EOrder:Duplicate cl_ord_id", ""),
        "coinbase": (200, "DUPLICATE_CLIENT_ORDER_ID", ""),
        "generic": (400, "DuplicateOrder", "Duplicate clOrdID"),
    },
    "stream_key": {
        "binance": (400, "-1125", ""),
        "generic": (401, "SessionExpired", "The session does not exist."),
    },
    "replace_failed": {
        "binance": (400, "-2022", ""),
        "generic": (400, "ReplaceFailed", "Cancel and replace failed."),
    },
}
"""What can be wrong with a request, and how each venue says it."""


def trouble(venue: Venue, name: str) -> Words:
    """Say that trouble as the venue does."""
    rows = TROUBLES[name]
    status, code, message = rows.get(venue.name) or rows["generic"]
    return venue.error(status=status, code=code, message=message)


def replace_partial(new_order: bytes) -> Words:
    """Binance's 409 to a cancel-and-replace: not cancelled, yet the new order stands.

    `new_order` is the exchange's own answer, whose part on the new order is kept byte for byte."""
    _, found, rest = new_order.partition(b'"newOrderResponse":')
    response = rest.rstrip()[:-1] if found else b"null"
    failed = b'{"code":-2011,"msg":"Unknown order sent."}'
    body = (
        b'{"code":-2021,"msg":"Order cancel-replace partially failed.","data":{'
        b'"cancelResult":"FAILURE","newOrderResult":"SUCCESS","cancelResponse":'
        + failed
        + b',"newOrderResponse":'
        + response
        + b"}}"
    )
    return Words(status=409, headers=(JSON,), body=body)


def stream_ended(venue: Venue, how: str, path: str, now_ms: int) -> bytes:
    """The event by which a private stream ends: `key_expired` or `terminated`. Empty where the
    venue has no such event."""
    if venue.name != "binance":
        return b""
    if how == "key_expired":
        row: dict[str, object] = {
            "e": "listenKeyExpired",
            "E": now_ms,
            "listenKey": path.rpartition("/")[2],
        }
    else:
        row = {"subscriptionId": 0, "event": {"e": "eventStreamTerminated", "E": now_ms}}
    return json.dumps(row, separators=(",", ":")).encode()


def order_expired(venue: Venue, order: Meaning, now_ms: int, mode: str) -> Words:
    """The answer to an order that would have met one of the same account: accepted and expired.

    `mode` is Binance's selfTradePreventionMode. Other venues reject such an order."""
    if venue.name != "binance":
        return venue.error(status=400, code="SelfTrade", message="Self trade prevented.")
    row = {
        "symbol": order.symbol,
        "orderId": 9_000_000_000 + now_ms % 1_000_000_000,
        "orderListId": -1,
        "clientOrderId": order.client_id,
        "transactTime": now_ms,
        "price": order.price or "0.00000000",
        "origQty": order.quantity,
        "executedQty": "0.00000000",
        "origQuoteOrderQty": "0.00000000",
        "cummulativeQuoteQty": "0.00000000",
        "status": "EXPIRED_IN_MATCH",
        "timeInForce": "GTC",
        "type": order.order_type,
        "side": order.side,
        "workingTime": now_ms,
        "fills": [],
        "selfTradePreventionMode": mode.upper(),
    }
    return Words(status=200, headers=(JSON,), body=json.dumps(row, separators=(",", ":")).encode())
