"""A venue that nobody described: common words, common field names, nothing exact.

It is also the ground on which `bybit.py`, `okx.py`, `kraken.py` and `coinbase.py` stand: they
change the tables and the words that differ.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, ClassVar

from chaostrading.venues.base import Meaning, Role, Words
from chaostrading.venues.editing import Path, Wanted, edit_numbers, edit_texts, edit_times
from chaostrading.venues.pages import HTML, body_of_kind, cloudflare, nginx
from chaostrading.venues.reading import (
    id_from_text,
    id_text,
    loads,
    parameters,
    redacted,
    retry_after_s,
    text,
    time_ms,
    whole,
)

__all__ = ["GENERIC", "Generic", "Rule", "best_price", "first", "with_retry_after"]

Rule = tuple[str, str, Role]
"""Methods (a pattern), path (a pattern), and the role of such a request."""


def first(row: object, names: Iterable[str]) -> str:
    """The text of the first of these members that is there and not empty."""
    if isinstance(row, dict):
        for name in names:
            if found := text(row.get(name)):
                return found
    return ""


class Generic:
    """The dialect of an unknown exchange. It holds no state; use `GENERIC`."""

    name: str = "generic"
    host: ClassVar[str] = "exchange"

    rules: ClassVar[tuple[Rule, ...]] = (
        ("GET", r"(server)?time$|ping$|status$", "time"),
        ("GET", r"instrument|exchangeinfo|symbols?$|products?$|markets?$", "rules"),
        ("GET", r"depth|book|ticker|trades$|candle|kline|ohlc|quote", "market"),
        ("GET", r"balance|account|position|wallet|margin", "account"),
        ("GET", r"order|fill|execution|mytrades|history", "query"),
        ("DELETE", r"order", "cancel"),
        ("POST", r"cancel", "cancel"),
        ("PUT|PATCH", r"order", "replace"),
        ("POST", r"amend|replace|edit", "replace"),
        ("POST", r"order", "order"),
    )
    """First match wins; searched in the path in lower case."""

    symbol_names: ClassVar[tuple[str, ...]] = ("symbol", "market", "pair", "instrument")
    side_names: ClassVar[tuple[str, ...]] = ("side",)
    type_names: ClassVar[tuple[str, ...]] = ("type", "ordType", "orderType", "order_type")
    quantity_names: ClassVar[tuple[str, ...]] = ("quantity", "qty", "orderQty", "size", "amount")
    price_names: ClassVar[tuple[str, ...]] = (
        "price", "px", "last", "lastPrice", "bid", "ask", "bidPrice", "askPrice", "bestBid",
        "bestAsk", "close", "open", "high", "low",
    )  # fmt: skip
    client_id_names: ClassVar[tuple[str, ...]] = (
        "clientOrderId", "client_order_id", "clOrdID", "clOrdId", "client_oid",
    )  # fmt: skip
    order_id_names: ClassVar[tuple[str, ...]] = ("orderId", "order_id", "orderID", "ordId", "id")
    status_names: ClassVar[tuple[str, ...]] = ("status", "ordStatus", "state", "order_status")
    executed_names: ClassVar[tuple[str, ...]] = ("executedQty", "cumQty", "filled", "filled_size")
    code_names: ClassVar[tuple[str, ...]] = ("code", "errorCode", "error_code", "error")
    time_names: ClassVar[tuple[str, ...]] = (
        "timestamp", "time", "ts", "serverTime", "transactTime", "eventTime",
    )  # fmt: skip
    sequence_names: ClassVar[tuple[str, ...]] = (
        "sequence", "seq", "seqNum", "sequence_num", "lastUpdateId", "updateId",
    )  # fmt: skip
    trade_id_names: ClassVar[tuple[str, ...]] = ("tradeId", "trade_id", "execId", "execID")
    ladders: ClassVar[frozenset[str]] = frozenset({"bids", "asks", "b", "a"})
    """Members that hold price levels as lists: price first, quantity second."""
    private_topics: ClassVar[re.Pattern[str]] = re.compile(
        r"order|execution|wallet|position|account|fill|private|user", re.IGNORECASE
    )

    # --- reading -------------------------------------------------------------------------------
    def read_request(self, method: str, path: str, query: str, body: bytes) -> Meaning:
        values = parameters(query, body)
        lower = path.lower()
        role: Role = "other"
        for methods, pattern, meant in self.rules:
            if re.fullmatch(methods, method) and re.search(pattern, lower):
                role = meant
                break
        return self.call(role, path.strip("/").rpartition("/")[2], values, "")

    def read_answer(
        self, request: Meaning, status: int, headers: dict[str, str], body: bytes, now_ms: int
    ) -> Meaning:
        row = loads(body) if len(body) <= 32_768 else None
        inner = self.result_of(row)
        return replace(
            request,
            status=status,
            code=self.code_of(row),
            retry_after_s=self.wait_s(headers, now_ms),
            order_id=first(inner, self.order_id_names) or request.order_id,
            order_status=first(inner, self.status_names),
            executed=first(inner, self.executed_names),
            client_id=request.client_id or first(inner, self.client_id_names),
        )

    def result_of(self, row: Any) -> Any:
        """The part of an answer that tells of the order, without the venue's wrapper."""
        for name in ("result", "data", "order"):
            if isinstance(row, dict) and isinstance(row.get(name), dict | list):
                row = row[name]
        return row[0] if isinstance(row, list) and row else row

    def code_of(self, row: Any) -> str:
        """The error code in an answer, "" where there is none."""
        if isinstance(row, dict) and isinstance(row.get("error"), dict):
            return first(row["error"], ("code", "name"))
        return first(row, self.code_names)

    def wait_s(self, headers: dict[str, str], now_ms: int) -> float | None:
        """How long an answer asks to stay away, in seconds."""
        return retry_after_s(headers, now_ms)

    def used_weight(self, headers: dict[str, str]) -> int | None:
        limit = whole(headers.get("x-ratelimit-limit", ""))
        left = whole(headers.get("x-ratelimit-remaining", ""))
        return limit - left if limit is not None and left is not None else None

    def read_message(self, path: str, direction: str, payload: bytes) -> Meaning:
        row = loads(payload)
        if not isinstance(row, dict):
            return Meaning(role="time") if payload in (b"ping", b"pong") else Meaning()
        topic = first(row, ("topic", "channel", "stream", "subject", "op", "method", "event"))
        request_id = id_text(row.get("id", row.get("req_id", row.get("reqId"))))
        if "subscribe" in topic.lower():
            return Meaning(role="subscription", endpoint=topic, request_id=request_id)
        if direction == "up":
            return Meaning(endpoint=topic, request_id=request_id)
        if request_id:
            return self.reply(row, topic, request_id)
        role: Role = "private" if self.private_topics.search(topic) else "market"
        return self.event(role, topic, topic, row, self.result_of(row))

    def call(self, role: Role, endpoint: str, values: object, request_id: str) -> Meaning:
        """Meaning of a call to trade, by HTTP or over a WebSocket."""
        return Meaning(
            role=role,
            endpoint=endpoint,
            symbol=first(values, self.symbol_names),
            side=first(values, self.side_names).upper(),
            order_type=first(values, self.type_names),
            quantity=first(values, self.quantity_names),
            price=first(values, self.price_names),
            client_id=first(values, self.client_id_names),
            order_id=first(values, self.order_id_names) if role in ("cancel", "query") else "",
            request_id=request_id,
        )

    def reply(self, row: dict[str, Any], endpoint: str, request_id: str) -> Meaning:
        """Meaning of the reply to a call over a WebSocket."""
        inner, code = self.result_of(row), self.code_of(row)
        return Meaning(
            endpoint=endpoint,
            request_id=request_id,
            status=whole(text(row.get("status"))) or (400 if code else 200),
            code=code,
            order_id=first(inner, self.order_id_names),
            client_id=first(inner, self.client_id_names),
            order_status=first(inner, self.status_names),
            executed=first(inner, self.executed_names),
        )

    def event(self, role: Role, endpoint: str, stream: str, row: object, inner: object) -> Meaning:
        """Meaning of market data or an account event: `row` the message, `inner` what it tells."""
        price = first(inner, self.price_names)
        whole_book = first(row, ("type", "action")) not in ("update", "delta")
        if not price and whole_book and isinstance(inner, dict):
            price = best_price(inner.get("bids", inner.get("b")))
        private = role == "private"
        return Meaning(
            role=role,
            endpoint=endpoint,
            stream=stream,
            symbol=first(inner, self.symbol_names) or first(row, self.symbol_names),
            price=price,
            event_time_ms=time_ms(first(row, self.time_names) or first(inner, self.time_names)),
            sequence=whole(first(inner, self.sequence_names) or first(row, self.sequence_names)),
            side=first(inner, self.side_names).upper() if private else "",
            quantity=first(inner, self.quantity_names) if private else "",
            order_type=first(inner, self.type_names) if private else "",
            client_id=first(inner, self.client_id_names) if private else "",
            order_id=first(inner, self.order_id_names) if private else "",
            order_status=first(inner, self.status_names) if private else "",
            executed=first(inner, self.executed_names) if private else "",
            trade_id=first(inner, self.trade_id_names),
        )

    def redact(self, query: str) -> str:
        return redacted(query)

    # --- saying --------------------------------------------------------------------------------
    def row(self, code: str, message: str) -> dict[str, object]:
        """An error body in this venue's shape."""
        return {"error": {"message": message or code, "name": code or "HTTPError"}}

    def say(self, status: int, code: str, message: str, body: str = "json") -> Words:
        """An error of this code and text in the venue's shape, as JSON, text, page or nothing."""
        row = {"msg": message} if body == "text" else self.row(code, message)
        headers, content = body_of_kind(body, status, row)
        return Words(status=status, headers=headers, body=content)

    def rate_limited(
        self, *, retry_after: str, body: str, used_weight: int, now_ms: int, orders: bool = False
    ) -> Words:
        said = self.say(429, "RateLimitError", "Rate limit exceeded, retry later.", body)
        return with_retry_after(said, retry_after)

    def banned(self, *, until_ms: int, retry_after: str, body: str) -> Words:
        message = f"This IP address is banned until {until_ms}."
        return with_retry_after(self.say(418, "Banned", message, body), retry_after)

    def firewall(self, *, status: int) -> Words:
        return Words(status=status, headers=(HTML,), body=nginx(status))

    def error(self, *, status: int, code: str, message: str = "") -> Words:
        return self.say(status, code, message)

    def unknown_status(self, *, status: int) -> Words:
        return self.say(status, "HTTPError", "The request timed out; its status is unknown.")

    def edge_error(self, *, status: int) -> Words:
        headers = (("Server", "cloudflare"), ("Content-Type", "text/html; charset=UTF-8"))
        return Words(status=status, headers=headers, body=cloudflare(status, self.host))

    def overloaded(self, *, status: int) -> Words:
        """The words of BitMEX, which surely did not execute the request."""
        message = "The system is currently overloaded. Please try again later."
        return self.say(status, "HTTPError", message)

    def maintenance(self, *, state: str) -> Words:
        return self.say(503, "Maintenance", f"Trading is not available: {state}.")

    def error_in_200(self, *, code: str) -> Words:
        return self.say(200, code, code)

    def ws_error(self, *, request_id: str, words: Words, now_ms: int) -> bytes:
        row = loads(words.body)
        rest = {"status": words.status, **(row if isinstance(row, dict) else self.row("", ""))}
        return f'{{"id":{id_from_text(request_id)},{json.dumps(rest)[1:]}'.encode()

    # --- editing -------------------------------------------------------------------------------
    def edit_price(self, payload: bytes, change: Callable[[str], str]) -> bytes:
        return edit_texts(payload, self._in_ladder(self.price_names, 0), change, numeric=True)

    def edit_time(self, payload: bytes, change: Callable[[int], int]) -> bytes:
        return edit_times(payload, _named(self.time_names), change)

    def edit_quantity(self, payload: bytes, change: Callable[[str], str]) -> bytes:
        return edit_texts(payload, self._in_ladder(self.quantity_names, 1), change, numeric=True)

    def edit_symbol(self, payload: bytes, change: Callable[[str], str]) -> bytes:
        return edit_texts(payload, _named(self.symbol_names), change)

    def edit_sequence(self, payload: bytes, change: Callable[[int], int]) -> bytes:
        return edit_numbers(payload, _named(self.sequence_names), change)

    def _in_ladder(self, names: Iterable[str], position: int) -> Wanted:
        known, ladders = frozenset(names), self.ladders

        def wanted(path: Path, _quoted: bool) -> bool:
            if path[-1:] == (position,):
                return len(path) > 2 and path[-3] in ladders
            return bool(path) and path[-1] in known

        return wanted


def best_price(levels: object) -> str:
    """Price of the first level: `["0.1", "5"]` or `{"price": 0.1, "qty": 5}`."""
    if not isinstance(levels, list) or not levels:
        return ""
    level = levels[0]
    if isinstance(level, list):
        return text(level[0]) if level else ""
    return first(level, ("price", "px"))


def with_retry_after(words: Words, retry_after: str) -> Words:
    """The same words with a Retry-After header, unless its text is empty."""
    if not retry_after:
        return words
    return replace(words, headers=(*words.headers, ("Retry-After", retry_after)))


def _named(names: Iterable[str]) -> Wanted:
    known = frozenset(names)
    return lambda path, _quoted: bool(path) and path[-1] in known


GENERIC = Generic()
