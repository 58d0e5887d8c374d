"""Orders, trades, candles and events as Binance words them. Numbers are text with 8 decimals."""

from decimal import Decimal
from typing import Any

from chaostrading.core.money import ZERO, plain
from chaostrading.paper.exchange.candles import Candle
from chaostrading.paper.exchange.orders import (
    STOP_TYPES,
    Fill,
    Order,
    OrderChanged,
    OrderList,
    Traded,
)
from chaostrading.paper.exchange.tape import Aggregate

__all__ = [
    "aggregate",
    "aggregate_event",
    "cancelled_order",
    "execution_report",
    "kline_event",
    "kline_row",
    "levels",
    "list_status",
    "my_trade",
    "order_list",
    "placed_order",
    "queried_order",
    "ticker_event",
    "trade",
    "trade_event",
]


def levels(rows: list[tuple[Decimal, Decimal]]) -> list[list[str]]:
    """Price levels of a book."""
    return [[plain(price), plain(quantity)] for price, quantity in rows]


def placed_order(order: Order, detail: str) -> dict[str, Any]:
    """The answer to a placed order; detail is ACK, RESULT or FULL."""
    answer: dict[str, Any] = {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        "transactTime": order.created_ms,
    }
    if detail == "ACK":
        return answer
    answer.update(_state(order))
    answer["workingTime"] = order.working_ms
    if detail == "FULL":
        answer["fills"] = [
            {
                "price": plain(fill.price),
                "qty": plain(fill.quantity),
                "commission": plain(fill.commission),
                "commissionAsset": fill.commission_asset,
                "tradeId": fill.trade_id,
            }
            for fill in order.fills
        ]
    answer["selfTradePreventionMode"] = order.self_trade
    return answer


def queried_order(order: Order) -> dict[str, Any]:
    """An order as queries show it."""
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        **_state(order),
        "stopPrice": plain(order.stop_price),
        "icebergQty": plain(ZERO),
        "time": order.created_ms,
        "updateTime": order.updated_ms,
        "isWorking": not order.waiting,
        "workingTime": order.working_ms,
        "selfTradePreventionMode": order.self_trade,
    }


def cancelled_order(order: Order, cancel_id: str) -> dict[str, Any]:
    """The answer to a cancel."""
    return {
        "symbol": order.symbol,
        "origClientOrderId": order.client_id,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": cancel_id,
        "transactTime": order.updated_ms,
        **_state(order),
        "selfTradePreventionMode": order.self_trade,
    }


def _state(order: Order) -> dict[str, Any]:
    state = {
        "price": plain(order.price),
        "origQty": plain(order.quantity),
        "executedQty": plain(order.executed),
        "origQuoteOrderQty": plain(order.quote_quantity),
        "cummulativeQuoteQty": plain(order.quote_executed),
        "status": order.status,
        "timeInForce": order.time_in_force,
        "type": order.type,
        "side": order.side,
    }
    if order.type in STOP_TYPES:
        state["stopPrice"] = plain(order.stop_price)
    if order.prevented:
        state["preventedQuantity"] = plain(order.prevented)
    return state


def order_list(found: OrderList, reports: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """An order list; `reports` where the answer tells about its orders as well."""
    answer: dict[str, Any] = {
        "orderListId": found.list_id,
        "contingencyType": found.contingency,
        "listStatusType": "ALL_DONE" if found.status == "ALL_DONE" else "EXEC_STARTED",
        "listOrderStatus": found.status,
        "listClientOrderId": found.client_id,
        "transactionTime": found.created_ms,
        "symbol": found.symbol,
        "orders": [
            {"symbol": item.symbol, "orderId": item.order_id, "clientOrderId": item.client_id}
            for item in found.orders
        ],
    }
    if reports is not None:
        answer["orderReports"] = reports
    return answer


def my_trade(fill: Fill) -> dict[str, Any]:
    """A fill as `GET /api/v3/myTrades` shows it."""
    return {
        "symbol": fill.symbol,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "orderListId": fill.list_id,
        "price": plain(fill.price),
        "qty": plain(fill.quantity),
        "quoteQty": plain(fill.quote_quantity),
        "commission": plain(fill.commission),
        "commissionAsset": fill.commission_asset,
        "time": fill.time_ms,
        "isBuyer": fill.side == "BUY",
        "isMaker": fill.maker,
        "isBestMatch": True,
    }


def trade(item: Traded) -> dict[str, Any]:
    """A public trade."""
    return {
        "id": item.trade_id,
        "price": plain(item.price),
        "qty": plain(item.quantity),
        "quoteQty": plain(item.quote_quantity),
        "time": item.time_ms,
        "isBuyerMaker": item.buyer_is_maker,
        "isBestMatch": True,
    }


def aggregate(number: int, items: Aggregate) -> dict[str, Any]:
    """An aggregate trade."""
    return {
        "a": number,
        "p": plain(items[0].price),
        "q": plain(sum((item.quantity for item in items), ZERO)),
        "f": items[0].trade_id,
        "l": items[-1].trade_id,
        "T": items[0].time_ms,
        "m": items[0].buyer_is_maker,
        "M": True,
    }


def aggregate_event(symbol: str, number: int, items: Aggregate) -> dict[str, Any]:
    """An event of the stream `<symbol>@aggTrade`."""
    head = {"e": "aggTrade", "E": items[-1].time_ms, "s": symbol}
    return {**head, **aggregate(number, items)}


def trade_event(item: Traded) -> dict[str, Any]:
    """An event of the stream `<symbol>@trade`."""
    return {
        "e": "trade",
        "E": item.time_ms,
        "s": item.symbol,
        "t": item.trade_id,
        "p": plain(item.price),
        "q": plain(item.quantity),
        "T": item.time_ms,
        "m": item.buyer_is_maker,
        "M": True,
    }


def kline_row(candle: Candle) -> list[Any]:
    """A candle as `GET /api/v3/klines` shows it."""
    return [
        candle.open_ms,
        plain(candle.open),
        plain(candle.high),
        plain(candle.low),
        plain(candle.close),
        plain(candle.volume),
        candle.end_ms - 1,
        plain(candle.quote_volume),
        candle.trades,
        plain(candle.taker_volume),
        plain(candle.taker_quote_volume),
        "0",
    ]


def kline_event(
    symbol: str, interval: str, candle: Candle, now_ms: int, closed: bool
) -> dict[str, Any]:
    """An event of the stream `<symbol>@kline_<interval>`."""
    return {
        "e": "kline",
        "E": now_ms,
        "s": symbol,
        "k": {
            "t": candle.open_ms,
            "T": candle.end_ms - 1,
            "s": symbol,
            "i": interval,
            "f": candle.first_trade_id,
            "L": candle.last_trade_id,
            "o": plain(candle.open),
            "c": plain(candle.close),
            "h": plain(candle.high),
            "l": plain(candle.low),
            "v": plain(candle.volume),
            "n": candle.trades,
            "x": closed,
            "q": plain(candle.quote_volume),
            "V": plain(candle.taker_volume),
            "Q": plain(candle.taker_quote_volume),
            "B": "0",
        },
    }


def execution_report(change: OrderChanged) -> dict[str, Any]:
    """What became of an order, for its owner."""
    order, fill = change.order, change.fill
    report: dict[str, Any] = {
        "e": "executionReport",
        "E": change.time_ms,
        "s": order.symbol,
        "c": change.client_id,
        "S": order.side,
        "o": order.type,
        "f": order.time_in_force,
        "q": plain(order.quantity),
        "p": plain(order.price),
        "P": plain(order.stop_price),
        "F": plain(ZERO),
        "g": order.list_id,
        "C": change.original_client_id,
        "x": change.execution,
        "X": change.status,
        "r": "NONE",
        "i": order.order_id,
        "l": plain(fill.quantity if fill else ZERO),
        "z": plain(change.executed),
        "L": plain(fill.price if fill else ZERO),
        "n": plain(fill.commission) if fill else "0",
        "N": fill.commission_asset if fill else None,
        "T": change.time_ms,
        "t": fill.trade_id if fill else -1,
        "I": change.execution_id,
        "w": change.status in ("NEW", "PARTIALLY_FILLED") and not order.waiting,
        "m": fill.maker if fill else False,
        "M": False,
        "O": order.created_ms,
        "Z": plain(change.quote_executed),
        "Y": plain(fill.quote_quantity if fill else ZERO),
        "Q": plain(order.quote_quantity),
        "V": order.self_trade,
    }
    if order.working_ms != -1:
        report["W"] = order.working_ms
    if order.prevented:
        report["A"] = plain(order.prevented)
    if change.expiry_reason:
        report["eR"] = change.expiry_reason
    return report


def list_status(found: OrderList, now_ms: int) -> dict[str, Any]:
    """What became of an order list, for its owner."""
    return {
        "e": "listStatus",
        "E": now_ms,
        "s": found.symbol,
        "g": found.list_id,
        "c": found.contingency,
        "l": "ALL_DONE" if found.status == "ALL_DONE" else "EXEC_STARTED",
        "L": found.status,
        "r": "NONE",
        "C": found.client_id,
        "T": now_ms,
        "O": [{"s": item.symbol, "i": item.order_id, "c": item.client_id} for item in found.orders],
    }


def ticker_event(symbol: str, shown: dict[str, Any], now_ms: int, *, short: bool) -> dict[str, Any]:
    """An event of `<symbol>@ticker`, or of `<symbol>@miniTicker` for `short`."""
    common = {
        "E": now_ms,
        "s": symbol,
        "c": shown["lastPrice"],
        "o": shown["openPrice"],
        "h": shown["highPrice"],
        "l": shown["lowPrice"],
        "v": shown["volume"],
        "q": shown["quoteVolume"],
    }
    if short:
        return {"e": "24hrMiniTicker", **common}
    return {
        "e": "24hrTicker",
        **common,
        "p": shown["priceChange"],
        "P": shown["priceChangePercent"],
        "w": shown["weightedAvgPrice"],
        "x": shown["prevClosePrice"],
        "Q": shown["lastQty"],
        "b": shown["bidPrice"],
        "B": shown["bidQty"],
        "a": shown["askPrice"],
        "A": shown["askQty"],
        "O": shown["openTime"],
        "C": shown["closeTime"],
        "F": shown["firstId"],
        "L": shown["lastId"],
        "n": shown["count"],
    }
