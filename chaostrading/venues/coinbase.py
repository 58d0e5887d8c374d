"""Coinbase Advanced Trade, REST version 3. A refused order comes with HTTP 200, `success` false.

Source of facts: docs.cdp.coinbase.com (advanced trade: REST errors, rate limits, websocket).
"""

from dataclasses import replace
from typing import Any, ClassVar

from chaostrading.venues.base import Meaning, Role, Words
from chaostrading.venues.generic import Generic, Rule, first, with_retry_after
from chaostrading.venues.pages import body_of_kind
from chaostrading.venues.reading import loads, text

__all__ = ["COINBASE", "Coinbase"]

_LISTS = ("tickers", "trades", "updates", "orders", "candles", "positions")


class Coinbase(Generic):
    """The dialect of Coinbase. It holds no state; use `COINBASE`."""

    name = "coinbase"
    host = "api.coinbase.com"

    rules: ClassVar[tuple[Rule, ...]] = (
        ("POST", r"/orders/batch_cancel$", "cancel"),
        ("POST", r"/orders/edit$", "replace"),
        ("POST", r"/orders$", "order"),
        ("GET", r"/orders/historical", "query"),
        ("GET", r"/accounts|/portfolios|/positions|/balance", "account"),
        ("GET", r"/product_book$|/best_bid_ask$|/(ticker|candles)$", "market"),
        ("GET", r"/products(/[^/]+)?$", "rules"),
        ("GET", r"/time$", "time"),
    )
    symbol_names = ("product_id",)
    side_names = ("side", "order_side")
    quantity_names = (
        "base_size", "quote_size", "size", "new_quantity", "best_bid_quantity",
        "best_ask_quantity", "last_size", "leaves_quantity",
    )  # fmt: skip
    price_names = (
        "price", "limit_price", "price_level", "best_bid", "best_ask", "high_24_h", "low_24_h",
        "close", "open", "high", "low", "avg_price",
    )  # fmt: skip
    client_id_names = ("client_order_id",)
    order_id_names = ("order_id",)
    status_names = ("status",)
    executed_names = ("cumulative_quantity", "filled_size")
    time_names = ("timestamp", "time", "event_time")
    sequence_names = ("sequence_num",)
    ladders = frozenset({"bids", "asks"})

    def read_request(self, method: str, path: str, query: str, body: bytes) -> Meaning:
        found = super().read_request(method, path, query, body)
        row = loads(body) if found.role == "order" else None
        configuration = row.get("order_configuration") if isinstance(row, dict) else None
        if not isinstance(row, dict) or not isinstance(configuration, dict) or not configuration:
            return found
        kind, values = next(iter(configuration.items()))
        inner = values if isinstance(values, dict) else {}
        return self.call("order", found.endpoint, {**row, **inner, "type": kind}, "")

    def result_of(self, row: Any) -> Any:
        """The order in an answer, or the newest entry of the events in a message."""
        if not isinstance(row, dict):
            return row
        for name in ("success_response", "order"):
            if isinstance(row.get(name), dict):
                return row[name]
        events = row.get("events")
        if not isinstance(events, list) or not events or not isinstance(events[-1], dict):
            return row
        event = events[-1]
        for name in _LISTS:
            if isinstance(event.get(name), list) and event[name]:
                return {**event, **event[name][-1]} if isinstance(event[name][-1], dict) else event
        return event

    def code_of(self, row: Any) -> str:
        if isinstance(row, dict) and isinstance(row.get("error_response"), dict):
            return first(row["error_response"], ("error", "preview_failure_reason"))
        return first(row, ("error", "failure_reason"))

    def read_message(self, path: str, direction: str, payload: bytes) -> Meaning:
        row = loads(payload)
        if not isinstance(row, dict):
            return Meaning()
        channel, kind = text(row.get("channel")), text(row.get("type"))
        if direction == "up" or channel == "subscriptions":
            products = row.get("product_ids")
            names = [text(one) for one in products] if isinstance(products, list) else []
            return Meaning(
                role="subscription",
                endpoint=kind or channel,
                streams=tuple(f"{channel}:{one}" for one in names),
            )
        if kind == "error" or channel == "heartbeats":
            return Meaning(role="time" if channel else "other", endpoint=channel or kind)
        inner = self.result_of(row)
        symbol = first(inner, self.symbol_names)
        role: Role = "private" if channel == "user" else "market"
        name = "level2" if channel == "l2_data" else channel  # subscribed to by another name
        stream = f"{name}:{symbol}" if symbol and role == "market" else name
        found = self.event(role, channel, stream, row, inner)
        # A change of the book names a level at any depth: that is not the market's price.
        return replace(found, price="") if name == "level2" else found

    # --- saying --------------------------------------------------------------------------------
    def row(self, code: str, message: str) -> dict[str, object]:
        return {"error": code, "error_details": message or code, "message": message or code}

    def error(self, *, status: int, code: str, message: str = "") -> Words:
        if status != 200:
            return self.say(status, code, message)
        return self.error_in_200(code=code)

    def rate_limited(
        self, *, retry_after: str, body: str, used_weight: int, now_ms: int, orders: bool = False
    ) -> Words:
        said = self.say(429, "rate_limit_exceeded", "too many requests", body)
        return with_retry_after(said, retry_after)

    def unknown_status(self, *, status: int) -> Words:
        return self.say(status, "INTERNAL", "internal server error")

    def overloaded(self, *, status: int) -> Words:
        return self.say(status, "unavailable", "service is temporarily unavailable")

    def maintenance(self, *, state: str) -> Words:
        if state in ("CANCEL_ONLY", "POST_ONLY"):
            return self.error_in_200(code=f"ORDER_ENTRY_{state}")
        return self.error_in_200(code="ORDER_ENTRY_DISABLED")

    def error_in_200(self, *, code: str) -> Words:
        """A refused order: `success` is false, the reason stands in `error_response`."""
        reason = code or "RATE_LIMIT_EXCEEDED"
        row = {
            "success": False,
            "failure_reason": "UNKNOWN_FAILURE_REASON",
            "order_id": "",
            "error_response": {"error": reason, "message": reason, "error_details": ""},
        }
        headers, body = body_of_kind("json", 200, row)
        return Words(status=200, headers=headers, body=body)


COINBASE = Coinbase()
