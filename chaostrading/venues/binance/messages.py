"""What WebSocket messages of Binance mean: streams, account events, WebSocket API."""

import re
from collections.abc import Mapping
from typing import Any

from chaostrading.venues.base import Meaning
from chaostrading.venues.binance.requests import METHOD_ROLES, is_stream, of_parameters, of_row
from chaostrading.venues.reading import id_text, loads, text

__all__ = ["read_message"]

_DIFF = re.compile(rb'"e":"depthUpdate","E":(\d+),"s":"(\w+)","U":\d+,"u":(\d+),(?:"pu":\d+,)?"b":')
"""The head of a depth diff: long messages, of which only the head is worth reading."""
_STREAM = re.compile(rb'^\{"stream":"([^"]+)"')

_STREAM_KINDS = {
    "24hrTicker": "ticker",
    "24hrMiniTicker": "miniTicker",
    "depthUpdate": "depth",
}
# A diff of a book names levels that changed, at any depth: none of them is the market's price.
_PRICES = {
    "trade": "p",
    "aggTrade": "p",
    "24hrTicker": "c",
    "24hrMiniTicker": "c",
    "bookTicker": "b",
    "markPriceUpdate": "p",
}
_SEQUENCES = {"trade": "t", "aggTrade": "a", "depthUpdate": "u", "bookTicker": "u"}
_PRIVATE = frozenset(
    {
        "outboundAccountPosition", "balanceUpdate", "listStatus", "externalLockUpdate",
        "ACCOUNT_UPDATE", "MARGIN_CALL",
    }
)  # fmt: skip
_SESSION = frozenset({"listenKeyExpired", "eventStreamTerminated", "serverShutdown"})


def read_message(path: str, direction: str, payload: bytes) -> Meaning:
    """What a message means. The stream of a raw market message is taken from the path where that
    names one, else made up of symbol and kind (`btcusdt@depth`, without the update speed)."""
    if direction == "down" and (diff := _DIFF.search(payload, 0, 256)):
        return _diff(path, payload, diff)
    row = loads(payload)
    if isinstance(row, list) and row and isinstance(row[-1], dict):
        row = row[-1]  # all-market streams: one array of tickers
    if not isinstance(row, dict):
        return Meaning()
    if direction == "up":
        return _from_client(row)
    stream = text(row.get("stream"))
    if stream and isinstance(row.get("data"), dict | list):
        row = row["data"]
        if isinstance(row, list):
            row = row[-1] if row and isinstance(row[-1], dict) else {}
    elif isinstance(row.get("event"), dict):
        row = row["event"]
    return _from_exchange(path, stream, row)


def _diff(path: str, payload: bytes, diff: re.Match[bytes]) -> Meaning:
    symbol = diff.group(2).decode()
    combined = _STREAM.match(payload)
    return Meaning(
        role="market",
        endpoint="depthUpdate",
        symbol=symbol,
        event_time_ms=int(diff.group(1)),
        sequence=int(diff.group(3)),
        stream=combined.group(1).decode() if combined else _stream(path, symbol, "depth"),
    )


def _from_client(row: Mapping[str, Any]) -> Meaning:
    method, values = text(row.get("method")), row.get("params")
    request_id = id_text(row.get("id"))
    if isinstance(values, list) or method in ("SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS"):
        names = tuple(text(value) for value in values) if isinstance(values, list) else ()
        return Meaning(
            role="subscription",
            endpoint=method,
            request_id=request_id,
            streams=tuple(name for name in names if is_stream(name)),
        )
    if method not in METHOD_ROLES:
        return Meaning(endpoint=method, request_id=request_id)
    texts = {key: text(value) for key, value in values.items()} if isinstance(values, dict) else {}
    return of_parameters(METHOD_ROLES[method], method, texts, request_id)


def _from_exchange(path: str, stream: str, row: Mapping[str, Any]) -> Meaning:
    event = text(row.get("e"))
    if event == "executionReport":
        return _order_event(event, row, row)
    if event == "ORDER_TRADE_UPDATE" and isinstance(row.get("o"), dict):
        return _order_event(event, row, row["o"])
    if event in _PRIVATE:
        return Meaning(role="private", endpoint=event, event_time_ms=_whole(row.get("E")))
    if event in _SESSION:
        return Meaning(
            role="session", endpoint=event, stream=stream, event_time_ms=_whole(row.get("E"))
        )
    if "id" in row and not event:
        return _api_answer(row)
    return _market(path, stream, event, row)


def _order_event(event: str, row: Mapping[str, Any], order: Mapping[str, Any]) -> Meaning:
    original, trade = text(order.get("C")), text(order.get("t"))
    return Meaning(
        role="private",
        endpoint=event,
        symbol=text(order.get("s")),
        side=text(order.get("S")),
        order_type=text(order.get("o")),
        quantity=text(order.get("q")),
        price=text(order.get("p")),
        # After a cancel, `c` is the id of the cancel and `C` that of the order.
        client_id=original if original not in ("", "null") else text(order.get("c")),
        order_id=text(order.get("i")),
        order_status=text(order.get("X")),
        executed=text(order.get("z")),
        trade_id="" if trade in ("-1", "0") else trade,
        event_time_ms=_whole(row.get("E")),
    )


def _api_answer(row: Mapping[str, Any]) -> Meaning:
    """An answer to SUBSCRIBE (`result` is null) or of the WebSocket API (it carries a status)."""
    request_id = id_text(row["id"])
    error = row.get("error")
    if "status" not in row:
        code = text(error.get("code")) if isinstance(error, dict) else text(row.get("code"))
        return Meaning(role="subscription", request_id=request_id, code=code)
    status = _whole(row["status"]) or 0
    if not isinstance(error, dict):
        found = of_row(Meaning(), row.get("result"))
        return Meaning(request_id=request_id, status=status, **found)
    data = error.get("data")
    wait_s = None
    if isinstance(data, dict):
        until, now = _whole(data.get("retryAfter")), _whole(data.get("serverTime"))
        if until is not None and now is not None:
            wait_s = max(0.0, (until - now) / 1000)
    return Meaning(
        request_id=request_id, status=status, code=text(error.get("code")), retry_after_s=wait_s
    )


def _market(path: str, stream: str, event: str, row: Mapping[str, Any]) -> Meaning:
    if not event:
        if "b" in row and "a" in row:
            event = "bookTicker"
        elif "lastUpdateId" in row:
            return _partial_depth(path, stream, row)
        else:
            return Meaning(stream=stream)
    symbol = text(row.get("s"))
    kind = _STREAM_KINDS.get(event, event)
    price = row.get(_PRICES.get(event, ""))
    if event == "kline" and isinstance(row.get("k"), dict):
        kind, price = f"kline_{text(row['k'].get('i'))}", row["k"].get("c")
    return Meaning(
        role="market",
        endpoint=event,
        symbol=symbol,
        price=text(price),
        event_time_ms=_whole(row.get("E")),
        sequence=_whole(row.get(_SEQUENCES.get(event, ""))),
        stream=stream or _stream(path, symbol, kind),
    )


def _partial_depth(path: str, stream: str, row: Mapping[str, Any]) -> Meaning:
    stream = stream or _stream(path, "", "")
    return Meaning(
        role="market",
        endpoint="depth",
        symbol=stream.partition("@")[0].upper(),
        price=text(_best(row.get("bids"))),
        sequence=_whole(row.get("lastUpdateId")),
        stream=stream,
    )


def _best(levels: object) -> object:
    if isinstance(levels, list) and levels and isinstance(levels[0], list) and levels[0]:
        return levels[0][0]
    return None


def _stream(path: str, symbol: str, kind: str) -> str:
    names = [name for name in path.split("/")[2:] if is_stream(name)]
    if len(names) == 1:
        return names[0]
    return f"{symbol.lower()}@{kind}" if symbol else ""


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
