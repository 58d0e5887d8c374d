"""Kraken Spot: REST version 0, WebSocket version 2. Errors come with HTTP 200 in a list of texts.

Source of facts: docs.kraken.com (REST errors, rate limits, WebSocket v2).
"""

import json
from typing import Any, ClassVar

from chaostrading.venues.base import Meaning, Role, Words
from chaostrading.venues.generic import Generic, Rule, first, with_retry_after
from chaostrading.venues.reading import id_from_text, id_text, loads, text

__all__ = ["KRAKEN", "Kraken"]

_CALLS: dict[str, Role] = {
    "add_order": "order",
    "batch_add": "order",
    "cancel_order": "cancel",
    "cancel_all": "cancel",
    "cancel_all_orders_after": "cancel",
    "batch_cancel": "cancel",
    "edit_order": "replace",
    "amend_order": "replace",
}
_PRIVATE = frozenset({"executions", "balances", "openOrders", "ownTrades"})
_MODES = {
    "CANCEL_ONLY": "EService:Market in cancel_only mode",
    "POST_ONLY": "EService:Market in post_only mode",
}


class Kraken(Generic):
    """The dialect of Kraken. It holds no state; use `KRAKEN`."""

    name = "kraken"
    host = "api.kraken.com"

    rules: ClassVar[tuple[Rule, ...]] = (
        ("POST", r"/private/addorder", "order"),
        ("POST", r"/private/cancel", "cancel"),
        ("POST", r"/private/(edit|amend)order", "replace"),
        ("POST", r"/private/(open|closed|query)orders|/private/.*trades", "query"),
        ("POST", r"/private/(balance|tradebalance|openpositions|ledgers)", "account"),
        ("POST", r"/private/getwebsocketstoken$", "session"),
        ("GET|POST", r"/public/(assetpairs|assets)$", "rules"),
        ("GET|POST", r"/public/(time|systemstatus)$", "time"),
        ("GET|POST", r"/public/", "market"),
    )
    symbol_names = ("pair", "symbol")
    side_names = ("type", "side")
    type_names = ("ordertype", "order_type")
    quantity_names = ("volume", "order_qty", "qty", "bid_qty", "ask_qty", "last_qty")
    price_names = (
        "price", "limit_price", "last", "bid", "ask", "vwap", "close", "low", "high", "open",
        "last_price",
    )  # fmt: skip
    client_id_names = ("cl_ord_id", "userref", "order_userref")
    order_id_names = ("order_id", "txid")
    status_names = ("order_status", "status")
    executed_names = ("cum_qty", "vol_exec")
    time_names = ("timestamp", "unixtime", "time_in", "time_out")
    sequence_names = ("trade_id", "sequence")
    trade_id_names = ("exec_id", "trade_id")
    ladders = frozenset({"bids", "asks", "b", "a", "bs", "as"})

    def result_of(self, row: Any) -> Any:
        inner = row.get("result", row.get("data")) if isinstance(row, dict) else None
        if isinstance(inner, dict) and isinstance(inner.get("txid"), list) and inner["txid"]:
            return {**inner, "txid": inner["txid"][0]}
        return inner[0] if isinstance(inner, list) and inner else inner

    def code_of(self, row: Any) -> str:
        error = row.get("error") if isinstance(row, dict) else None
        if isinstance(error, list):
            return text(error[0]) if error else ""
        return text(error)

    def read_message(self, path: str, direction: str, payload: bytes) -> Meaning:
        row = loads(payload)
        if not isinstance(row, dict):
            return Meaning()
        method, channel = text(row.get("method")), text(row.get("channel"))
        request_id, values = id_text(row.get("req_id")), row.get("params")
        if method in _CALLS and direction == "up":
            return self.call(_CALLS[method], method, values, request_id)
        if method in _CALLS:
            return self.reply(row, method, request_id)
        if method in ("subscribe", "unsubscribe"):
            symbols = values.get("symbol") if isinstance(values, dict) else None
            wanted = first(values, ("channel",))
            names = [text(one) for one in symbols] if isinstance(symbols, list) else []
            return Meaning(
                role="subscription",
                endpoint=method,
                request_id=request_id,
                code=self.code_of(row),
                streams=tuple(f"{wanted}:{one}" for one in names) or ((wanted,) if wanted else ()),
            )
        if method or channel in ("heartbeat", "status"):
            return Meaning(role="time", endpoint=method or channel, request_id=request_id)
        inner = self.result_of(row)
        symbol = first(inner, ("symbol",))
        role: Role = "private" if channel in _PRIVATE else "market"
        stream = f"{channel}:{symbol}" if symbol and role == "market" else channel
        return self.event(role, channel, stream, row, inner)

    # --- saying --------------------------------------------------------------------------------
    def row(self, code: str, message: str) -> dict[str, object]:
        return {"error": [code or message]}

    def rate_limited(
        self, *, retry_after: str, body: str, used_weight: int, now_ms: int, orders: bool = False
    ) -> Words:
        code = "EOrder:Rate limit exceeded" if orders else "EAPI:Rate limit exceeded"
        return with_retry_after(self.say(429, code, code, body), retry_after)

    def banned(self, *, until_ms: int, retry_after: str, body: str) -> Words:
        """Kraken knows no 418: it locks out for a while and says so with HTTP 200."""
        return self.say(200, "EGeneral:Temporary lockout", "EGeneral:Temporary lockout", "json")

    def unknown_status(self, *, status: int) -> Words:
        return self.say(status, "EGeneral:Internal error", "")

    def overloaded(self, *, status: int) -> Words:
        return self.say(status, "EService:Busy", "")

    def maintenance(self, *, state: str) -> Words:
        return self.say(200, _MODES.get(state, "EService:Unavailable"), "")

    def error_in_200(self, *, code: str) -> Words:
        return self.say(200, code or "EAPI:Rate limit exceeded", "")

    def ws_error(self, *, request_id: str, words: Words, now_ms: int) -> bytes:
        code = self.code_of(loads(words.body)) or "EGeneral:Internal error"
        rest = {"error": code, "method": "add_order", "success": False}
        return f'{{"req_id":{id_from_text(request_id)},{json.dumps(rest)[1:]}'.encode()


KRAKEN = Kraken()
