"""What requests to Binance mean, over REST and over the WebSocket API, and what the answers say."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from chaostrading.venues.base import Meaning, Role
from chaostrading.venues.reading import loads, parameters, retry_after_s, text

__all__ = ["METHOD_ROLES", "is_stream", "of_parameters", "of_row", "read_answer", "read_request"]

_PREFIX = re.compile(r"^/(?:api|sapi|fapi|dapi|wapi)/v\d+/")
_BANNED_UNTIL = re.compile(r"banned until (\d{13})")
_LARGE = 32_768
"""Market answers above this size (long candle histories) are not read for their last price."""

_ROLES: dict[str, Role | dict[str, Role]] = {
    "order": {"POST": "order", "DELETE": "cancel", "GET": "query", "PUT": "replace"},
    "order/test": "other",
    "order/oco": "order",
    "order/cancelReplace": "replace",
    "order/amend/keepPriority": "replace",
    "sor/order": "order",
    "sor/order/test": "other",
    "orderList": {"DELETE": "cancel", "GET": "query"},
    "orderList/oco": "order",
    "orderList/oto": "order",
    "orderList/otoco": "order",
    "orderList/opo": "order",
    "orderList/opoco": "order",
    "batchOrders": {"POST": "order", "DELETE": "cancel", "PUT": "replace", "GET": "query"},
    "openOrders": {"DELETE": "cancel", "GET": "query"},
    "openOrder": "query",
    "allOpenOrders": "cancel",
    "countdownCancelAll": "cancel",
    "margin/order": {"POST": "order", "DELETE": "cancel", "GET": "query"},
    "margin/openOrders": {"DELETE": "cancel", "GET": "query"},
    "margin/allOrders": "query",
    "margin/myTrades": "query",
    "margin/account": "account",
    "allOrders": "query",
    "allOrderList": "query",
    "openOrderList": "query",
    "myTrades": "query",
    "userTrades": "query",
    "myPreventedMatches": "query",
    "myAllocations": "query",
    "order/amendments": "query",
    "rateLimit/order": "query",
    "account": "account",
    "account/commission": "account",
    "balance": "account",
    "positionRisk": "account",
    "asset/getUserAsset": "account",
    "asset/tradeFee": "account",
    "capital/config/getall": "account",
    "exchangeInfo": "rules",
    "depth": "market",
    "trades": "market",
    "historicalTrades": "market",
    "aggTrades": "market",
    "klines": "market",
    "uiKlines": "market",
    "avgPrice": "market",
    "ticker": "market",
    "ticker/24hr": "market",
    "ticker/price": "market",
    "ticker/bookTicker": "market",
    "ticker/tradingDay": "market",
    "premiumIndex": "market",
    "fundingRate": "market",
    "time": "time",
    "ping": "time",
    "system/status": "time",
    "userDataStream": "session",
    "listenKey": "session",
}
"""REST endpoints by what follows the version, and by method where that decides."""

METHOD_ROLES: dict[str, Role] = {
    "order.place": "order",
    "order.test": "other",
    "sor.order.place": "order",
    "orderList.place": "order",
    "orderList.place.oco": "order",
    "orderList.place.oto": "order",
    "orderList.place.otoco": "order",
    "order.cancel": "cancel",
    "openOrders.cancelAll": "cancel",
    "orderList.cancel": "cancel",
    "order.cancelReplace": "replace",
    "order.amend.keepPriority": "replace",
    "order.modify": "replace",
    "order.status": "query",
    "openOrders.status": "query",
    "allOrders": "query",
    "orderList.status": "query",
    "openOrderLists.status": "query",
    "allOrderLists": "query",
    "myTrades": "query",
    "myPreventedMatches": "query",
    "account.status": "account",
    "account.commission": "account",
    "account.balance": "account",
    "account.position": "account",
    "account.rateLimits.orders": "query",
    "exchangeInfo": "rules",
    "depth": "market",
    "trades.recent": "market",
    "trades.historical": "market",
    "trades.aggregate": "market",
    "klines": "market",
    "uiKlines": "market",
    "avgPrice": "market",
    "ticker.24hr": "market",
    "ticker.tradingDay": "market",
    "ticker": "market",
    "ticker.price": "market",
    "ticker.book": "market",
    "time": "time",
    "ping": "time",
    "session.logon": "session",
    "session.logout": "session",
    "session.status": "session",
    "userDataStream.start": "session",
    "userDataStream.ping": "session",
    "userDataStream.stop": "session",
    "userDataStream.subscribe": "session",
    "userDataStream.subscribe.signature": "session",
    "userDataStream.unsubscribe": "session",
}
"""Methods of the WebSocket API."""


def is_stream(name: str) -> bool:
    """Whether this names a stream and is not the listen key of an account."""
    return "@" in name or name.startswith("!")


def read_request(method: str, path: str, query: str, body: bytes) -> Meaning:
    """What an HTTP request means; upgrades to WebSocket are told apart by their path."""
    if path.startswith(("/ws", "/stream")):
        return _connecting(path, query)
    endpoint = _PREFIX.sub("", path).strip("/")
    found = _ROLES.get(endpoint, "other")
    role = found.get(method, "other") if isinstance(found, dict) else found
    return of_parameters(role, endpoint, parameters(query, body))


def _connecting(path: str, query: str) -> Meaning:
    if path.startswith("/ws-"):
        return Meaning(role="session", endpoint=path.strip("/").partition("/")[0])
    listed = "/".join(value for name, value in parse_qsl(query) if name == "streams")
    names = [name for name in (path.split("/")[2:] + listed.split("/")) if name]
    streams = tuple(name for name in names if is_stream(name))
    role: Role = "session" if len(streams) < len(names) else "subscription"
    return Meaning(role=role, endpoint=path.split("/")[1], streams=streams)


def of_parameters(
    role: Role, endpoint: str, values: Mapping[str, str], request_id: str = ""
) -> Meaning:
    """Meaning of a request's parameters, which REST and WebSocket API share."""
    get = values.get
    new, original = get("newClientOrderId", ""), get("origClientOrderId", "")
    if role in ("cancel", "query"):
        client_id = original or get("listClientOrderId", "")
    else:
        client_id = new or get("listClientOrderId", "") or original
    return Meaning(
        role=role,
        endpoint=endpoint,
        symbol=get("symbol", ""),
        side=get("side", ""),
        order_type=get("type", ""),
        quantity=get("quantity", "") or get("newQty", ""),
        price=get("price", ""),
        client_id=client_id,
        order_id=get("orderId", "") or get("cancelOrderId", ""),
        request_id=request_id,
    )


def read_answer(
    request: Meaning, status: int, headers: dict[str, str], body: bytes, now_ms: int
) -> Meaning:
    """What the answer to a request says, added to what the request meant."""
    wait_s = retry_after_s(headers, now_ms)
    if status < 400 and (request.role in ("rules", "account") or len(body) > _LARGE):
        return replace(request, status=status, retry_after_s=wait_s)
    row = loads(body)
    if wait_s is None and status == 418:
        banned = _BANNED_UNTIL.search(body[:512].decode("latin-1"))
        wait_s = max(0.0, (int(banned.group(1)) - now_ms) / 1000) if banned else None
    found = of_row(request, row)
    return replace(request, status=status, retry_after_s=wait_s, **found)


def of_row(request: Meaning, row: Any) -> dict[str, Any]:
    """The fields of a Meaning that the body of an answer fills in."""
    if isinstance(row, list):
        return _of_list(request, row)
    if not isinstance(row, dict):
        return {}
    if "code" in row and "msg" in row:
        return {"code": text(row["code"])}
    if request.role == "replace" and isinstance(row.get("newOrderResponse"), dict):
        row = row["newOrderResponse"]
    found: dict[str, Any] = {
        "order_id": text(row.get("orderId")) or request.order_id,
        "order_status": text(row.get("status")),
        "executed": text(row.get("executedQty")),
        "client_id": request.client_id or text(row.get("clientOrderId")),
        "symbol": request.symbol or text(row.get("symbol")),
        "side": request.side or text(row.get("side")),
    }
    moment = row.get("transactTime", row.get("serverTime", row.get("updateTime")))
    if isinstance(moment, int):
        found["event_time_ms"] = moment
    if request.role == "market":
        found |= _of_market(row)
    return found


def _of_market(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    bids = row.get("bids")
    if isinstance(bids, list) and bids and isinstance(bids[0], list) and bids[0]:
        found["price"] = text(bids[0][0])
    else:
        found["price"] = text(row.get("price") or row.get("bidPrice") or row.get("lastPrice"))
    if isinstance(row.get("lastUpdateId"), int):
        found["sequence"] = row["lastUpdateId"]
    moment = row.get("closeTime", row.get("time"))
    if isinstance(moment, int):
        found["event_time_ms"] = moment
    return found


def _of_list(request: Meaning, rows: list[Any]) -> dict[str, Any]:
    """Candles and trades: the newest row tells price and time. Lists of orders tell nothing."""
    last = rows[-1] if rows else None
    if request.role != "market":
        return {}
    if isinstance(last, list) and len(last) > 6:
        return {"price": text(last[4])}
    if isinstance(last, dict) and len(rows) > 1 and "price" in last and "time" in last:
        return {"price": text(last["price"]), "event_time_ms": last["time"]}
    return {}
