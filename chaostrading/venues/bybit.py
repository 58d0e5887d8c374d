"""Bybit, API version 5. Errors come with HTTP 200 and `retCode` above 0 in the body.

Source of facts: bybit-exchange.github.io/docs/v5 (error, rate-limit, websocket, order).
"""

import json
import re
from dataclasses import replace
from typing import Any, ClassVar

from chaostrading.venues.base import Meaning, Role, Words
from chaostrading.venues.generic import Generic, Rule, first, with_retry_after
from chaostrading.venues.reading import id_from_text, id_text, loads, text, whole

__all__ = ["BYBIT", "Bybit"]

MESSAGES = {
    "10000": "Server Timeout",
    "10001": "Request parameter error.",
    "10002": "The request time exceeds the time window range.",
    "10003": "API key is invalid.",
    "10006": "Too many visits. Exceeded the API Rate Limit.",
    "10016": "Internal server error.",
    "10018": "Exceeded the IP Rate Limit.",
    "10019": "WS trade service is restarting, do not accept new request.",
    "10429": "System level frequency protection.",
}
_CALLS: dict[str, Role] = {
    "order.create": "order",
    "order.create-batch": "order",
    "order.cancel": "cancel",
    "order.cancel-batch": "cancel",
    "order.amend": "replace",
    "order.amend-batch": "replace",
}


class Bybit(Generic):
    """The dialect of Bybit. It holds no state; use `BYBIT`."""

    name = "bybit"
    host = "api.bybit.com"

    rules: ClassVar[tuple[Rule, ...]] = (
        ("POST", r"/order/create(-batch)?$", "order"),
        ("POST", r"/order/cancel", "cancel"),
        ("POST", r"/order/amend", "replace"),
        ("GET", r"/order/|/execution/", "query"),
        ("GET", r"/account/|/position/|/asset/", "account"),
        ("GET", r"/market/instruments-info$", "rules"),
        ("GET", r"/market/time$", "time"),
        ("GET", r"/market/", "market"),
    )
    symbol_names = ("symbol", "s")
    side_names = ("side", "S")
    type_names = ("orderType",)
    quantity_names = ("qty", "v", "size", "execQty")
    price_names = (
        "lastPrice", "price", "p", "execPrice", "bid1Price", "ask1Price", "close", "open", "high",
        "low", "highPrice24h", "lowPrice24h", "prevPrice24h", "indexPrice", "markPrice",
    )  # fmt: skip
    client_id_names = ("orderLinkId",)
    order_id_names = ("orderId",)
    status_names = ("orderStatus",)
    executed_names = ("cumExecQty",)
    code_names = ("retCode",)
    time_names = ("ts", "cts", "T", "time", "creationTime", "updatedTime", "timestamp")
    sequence_names = ("u", "seq")
    trade_id_names = ("execId", "i")
    private_topics = re.compile(r"^(order|execution|wallet|position|greeks)(\.|$)")

    def result_of(self, row: Any) -> Any:
        inner = row.get("result", row.get("data")) if isinstance(row, dict) else None
        if isinstance(inner, dict) and isinstance(inner.get("list"), list):
            inner = inner["list"]
        return inner[0] if isinstance(inner, list) and inner else inner

    def code_of(self, row: Any) -> str:
        code = first(row, ("retCode",))
        return "" if code == "0" else code

    def wait_s(self, headers: dict[str, str], now_ms: int) -> float | None:
        """`X-Bapi-Limit-Reset-Timestamp` is a moment in milliseconds, sent with every answer; it
        only asks to stay away when nothing is left."""
        reset_ms = whole(headers.get("x-bapi-limit-reset-timestamp", ""))
        if reset_ms is not None and headers.get("x-bapi-limit-status") == "0":
            return max(0.0, (reset_ms - now_ms) / 1_000)
        return super().wait_s(headers, now_ms)

    def used_weight(self, headers: dict[str, str]) -> int | None:
        limit = whole(headers.get("x-bapi-limit", ""))
        left = whole(headers.get("x-bapi-limit-status", ""))
        return limit - left if limit is not None and left is not None else None

    def read_message(self, path: str, direction: str, payload: bytes) -> Meaning:
        row = loads(payload)
        if not isinstance(row, dict):
            return Meaning()
        op, topic = text(row.get("op")), text(row.get("topic"))
        request_id = id_text(row.get("reqId", row.get("req_id")))
        arguments = row.get("args")
        if op in _CALLS and direction == "up":
            values = arguments[0] if isinstance(arguments, list) and arguments else {}
            return self.call(_CALLS[op], op, values, request_id)
        if op in _CALLS:
            return self.reply(row, op, request_id)
        if op in ("subscribe", "unsubscribe"):
            streams = tuple(map(text, arguments)) if isinstance(arguments, list) else ()
            return Meaning(role="subscription", endpoint=op, request_id=request_id, streams=streams)
        if op:
            role: Role = "session" if op == "auth" else "time"
            return Meaning(role=role, endpoint=op, request_id=request_id)
        role = "private" if self.private_topics.search(topic) else "market"
        inner = self.result_of(row)
        found = self.event(role, topic.partition(".")[0], topic, row, inner)
        return found if found.symbol or role == "private" else _with_symbol(found, topic)

    # --- saying --------------------------------------------------------------------------------
    def row(self, code: str, message: str) -> dict[str, object]:
        number = whole(code) or 10_001
        said = message or MESSAGES.get(code, MESSAGES["10001"])
        return {"retCode": number, "retMsg": said, "result": {}, "retExtInfo": {}, "time": 0}

    def rate_limited(
        self, *, retry_after: str, body: str, used_weight: int, now_ms: int, orders: bool = False
    ) -> Words:
        """10006, with the moment of return in milliseconds beside Retry-After."""
        said = with_retry_after(self.say(429, "10006", MESSAGES["10006"], body), retry_after)
        wait_ms = (whole(retry_after) or 1) * 1_000
        limits = (
            ("X-Bapi-Limit", "10"),
            ("X-Bapi-Limit-Status", "0"),
            ("X-Bapi-Limit-Reset-Timestamp", str(now_ms + wait_ms)),
        )
        return Words(status=said.status, headers=said.headers + limits, body=said.body)

    def banned(self, *, until_ms: int, retry_after: str, body: str) -> Words:
        """403, `access too frequent`: the documents ask to stay away for ten minutes."""
        return self.say(403, "10018", "403, access too frequent", body)

    def unknown_status(self, *, status: int) -> Words:
        return self.say(status, "10000", MESSAGES["10000"])

    def overloaded(self, *, status: int) -> Words:
        return self.say(status, "10429", MESSAGES["10429"])

    def maintenance(self, *, state: str) -> Words:
        return self.say(200, "10016", "System is under maintenance.")

    def error_in_200(self, *, code: str) -> Words:
        return self.say(200, code or "10006", "")

    def ws_error(self, *, request_id: str, words: Words, now_ms: int) -> bytes:
        said = loads(words.body)
        row = said if isinstance(said, dict) and "retCode" in said else self.row("10016", "")
        rest = {
            "retCode": row["retCode"], "retMsg": row["retMsg"], "op": "order.create", "data": {},
            "header": {"Timenow": str(now_ms)}, "connId": "chaos",
        }  # fmt: skip
        return f'{{"reqId":{id_from_text(request_id)},{json.dumps(rest)[1:]}'.encode()


def _with_symbol(found: Meaning, topic: str) -> Meaning:
    """Candles name their symbol in the topic only: `kline.1.BTCUSDT`."""
    return replace(found, symbol=topic.rpartition(".")[2])


BYBIT = Bybit()
