"""OKX, API version 5. Every answer has a `code`, and orders have an `sCode` of their own.

Source of facts: www.okx.com/docs-v5 (error codes, order book trading, websocket).
"""

import json
from typing import Any, ClassVar

from chaostrading.venues.base import Meaning, Role, Words
from chaostrading.venues.generic import Generic, Rule, first, with_retry_after
from chaostrading.venues.reading import id_from_text, id_text, loads, text

__all__ = ["OKX", "Okx"]

MESSAGES = {
    "50001": "Service temporarily unavailable. Please try again later.",
    "50004": (
        "API endpoint request timeout (does not mean that the request was successful or failed, "
        "please check the request result)."
    ),
    "50011": "Too Many Requests",
    "50013": "Systems are busy. Please try again later.",
    "50026": "System error. Please try again later.",
    "50061": "Sub-account rate limit exceeded.",
    "50102": "Timestamp request expired.",
    "51008": "Order failed. Insufficient account balance.",
    "64008": "The connection will soon be closed for a service upgrade. Please reconnect.",
}
_CALLS: dict[str, Role] = {
    "order": "order",
    "batch-orders": "order",
    "cancel-order": "cancel",
    "batch-cancel-orders": "cancel",
    "mass-cancel": "cancel",
    "amend-order": "replace",
    "batch-amend-orders": "replace",
}
_PRIVATE = frozenset({"orders", "account", "positions", "balance_and_position", "fills"})


class Okx(Generic):
    """The dialect of OKX. It holds no state; use `OKX`."""

    name = "okx"
    host = "www.okx.com"

    rules: ClassVar[tuple[Rule, ...]] = (
        ("POST", r"/trade/(order|batch-orders|order-algo)$", "order"),
        ("POST", r"/trade/(mass-)?cancel", "cancel"),
        ("POST", r"/trade/amend", "replace"),
        ("GET", r"/trade/", "query"),
        ("GET", r"/account/", "account"),
        ("GET", r"/public/instruments$", "rules"),
        ("GET", r"/public/time$|/system/status$", "time"),
        ("GET", r"/market/|/public/", "market"),
    )
    symbol_names = ("instId",)
    type_names = ("ordType",)
    quantity_names = ("sz", "lastSz", "askSz", "bidSz", "fillSz")
    price_names = (
        "px", "last", "fillPx", "bidPx", "askPx", "open24h", "high24h", "low24h", "avgPx",
        "idxPx", "markPx",
    )  # fmt: skip
    client_id_names = ("clOrdId",)
    order_id_names = ("ordId",)
    status_names = ("state",)
    executed_names = ("accFillSz",)
    time_names = ("ts", "uTime", "fillTime")
    sequence_names = ("seqId", "prevSeqId")
    trade_id_names = ("tradeId",)
    ladders = frozenset({"bids", "asks"})

    def result_of(self, row: Any) -> Any:
        inner = row.get("data") if isinstance(row, dict) else None
        return inner[0] if isinstance(inner, list) and inner else inner

    def code_of(self, row: Any) -> str:
        """The order's own code where it has one; 0 is success, 1 and 2 only point to it."""
        inner = self.result_of(row)
        own = first(inner, ("sCode",))
        code = own if own not in ("", "0") else first(row, ("code",))
        return "" if code == "0" else code

    def read_message(self, path: str, direction: str, payload: bytes) -> Meaning:
        if payload in (b"ping", b"pong"):
            return Meaning(role="time", endpoint=payload.decode())
        row = loads(payload)
        if not isinstance(row, dict):
            return Meaning()
        op, event = text(row.get("op")), text(row.get("event"))
        request_id, arguments = id_text(row.get("id")), row.get("args")
        if op in _CALLS and direction == "up":
            values = arguments[0] if isinstance(arguments, list) and arguments else {}
            return self.call(_CALLS[op], op, values, request_id)
        if op in _CALLS:
            return self.reply(row, op, request_id)
        if op in ("subscribe", "unsubscribe"):
            listed = arguments if isinstance(arguments, list) else []
            return Meaning(
                role="subscription",
                endpoint=op,
                request_id=request_id,
                streams=tuple(_stream(one) for one in listed),
            )
        if op or event:
            role: Role = "session" if (op or event) in ("login", "notice") else "subscription"
            return Meaning(role=role, endpoint=op or event, code=first(row, ("code",)))
        argument = row.get("arg")
        channel = first(argument, ("channel",))
        role = "private" if channel in _PRIVATE else "market"
        inner = self.result_of(row)
        if isinstance(inner, list):  # a candle: time, open, high, low, close, volume
            inner = {"ts": inner[0], "last": inner[4]} if len(inner) > 4 else {}
        about = {**argument, "action": row.get("action")} if isinstance(argument, dict) else {}
        return self.event(role, channel, _stream(argument), about, inner)

    # --- saying --------------------------------------------------------------------------------
    def row(self, code: str, message: str) -> dict[str, object]:
        said = message or MESSAGES.get(code, "")
        if code[:2] in ("51", "54") and code.isdecimal():
            order = {"clOrdId": "", "ordId": "", "sCode": code, "sMsg": said, "tag": ""}
            return {"code": "1", "data": [order], "msg": "All operations failed"}
        return {"code": code, "data": [], "msg": said}

    def rate_limited(
        self, *, retry_after: str, body: str, used_weight: int, now_ms: int, orders: bool = False
    ) -> Words:
        code = "50061" if orders else "50011"
        return with_retry_after(self.say(429, code, MESSAGES[code], body), retry_after)

    def unknown_status(self, *, status: int) -> Words:
        return self.say(status, "50004", MESSAGES["50004"])

    def overloaded(self, *, status: int) -> Words:
        return self.say(status, "50013", MESSAGES["50013"])

    def maintenance(self, *, state: str) -> Words:
        return self.say(503, "50001", MESSAGES["50001"])

    def error_in_200(self, *, code: str) -> Words:
        return self.say(200, code or "50011", "")

    def ws_error(self, *, request_id: str, words: Words, now_ms: int) -> bytes:
        said = loads(words.body)
        row = said if isinstance(said, dict) and "code" in said else self.row("50026", "")
        rest = {"op": "order", "data": row.get("data", []), "code": row["code"], "msg": row["msg"]}
        return f'{{"id":{id_from_text(request_id)},{json.dumps(rest)[1:]}'.encode()


def _stream(argument: object) -> str:
    channel, instrument = first(argument, ("channel",)), first(argument, ("instId",))
    return f"{channel}:{instrument}" if instrument else channel


OKX = Okx()
