"""What a venue can say: the meaning of a frame, and its words for each kind of trouble."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Literal, Protocol

__all__ = ["Meaning", "Role", "Venue", "Words", "meaning_to_json"]

Role = Literal[
    "order",  # places an order
    "cancel",  # cancels one or more orders
    "replace",  # cancels and replaces, or amends
    "query",  # asks for orders, trades or fills of the account
    "account",  # asks for balances or positions
    "rules",  # asks for instruments and their filters
    "market",  # asks for, or is, public market data
    "time",  # asks for the server's time, or pings
    "subscription",  # subscribes or unsubscribes streams, or acknowledges that
    "session",  # logs on, keeps a private stream alive
    "private",  # an event of the account: order update, fill, balance
    "other",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """What a frame means, in the venue-neutral words. Texts are as on the wire; "" is absent."""

    role: Role = "other"
    endpoint: str = ""
    """The venue's own short name of the endpoint or event: `order`, `depth`, `executionReport`."""
    symbol: str = ""
    side: str = ""
    """BUY or SELL."""
    order_type: str = ""
    quantity: str = ""
    price: str = ""
    client_id: str = ""
    order_id: str = ""
    order_status: str = ""
    executed: str = ""
    """Cumulative executed quantity of the order."""
    trade_id: str = ""
    request_id: str = ""
    """Id that ties a WebSocket answer to its request."""
    event_time_ms: int | None = None
    sequence: int | None = None
    stream: str = ""
    streams: tuple[str, ...] = ()
    """Streams named in a subscription."""
    status: int = 0
    """Status carried inside a WebSocket answer."""
    code: str = ""
    """The venue's error code in an answer, e.g. `-1003`, `EAPI:Rate limit exceeded`."""
    retry_after_s: float | None = None


_NAMES = tuple(item.name for item in fields(Meaning))
_EMPTY = ("", None, (), 0)


def meaning_to_json(meaning: Meaning) -> dict[str, Any]:
    """The meaning without its empty fields."""
    row = {}
    for name in _NAMES:
        value = getattr(meaning, name)
        if value not in _EMPTY:
            row[name] = value
    return row


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """An answer in the venue's own words."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Venue(Protocol):
    """One exchange's dialect. Pure: no clock, no chance, no socket. Times are handed in.

    `now_ms` is the wall clock in milliseconds. `body` is one of json, text, html, empty.
    """

    name: str

    # --- reading -------------------------------------------------------------------------------
    def read_request(self, method: str, path: str, query: str, body: bytes) -> Meaning:
        """What an HTTP request means. Never raises: what it cannot read has the role `other`."""

    def read_answer(
        self, request: Meaning, status: int, headers: dict[str, str], body: bytes, now_ms: int
    ) -> Meaning:
        """What the answer to a request says (code, order id and status, retry_after_s in any form).

        Header names in `headers` are lower case."""

    def used_weight(self, headers: dict[str, str]) -> int | None:
        """The request weight that the answer says is used up, or None."""

    def read_message(self, path: str, direction: str, payload: bytes) -> Meaning:
        """What a WebSocket message means; `direction` is up or down. Never raises."""

    def redact(self, query: str) -> str:
        """The query with keys, signatures and tokens replaced by `***`."""

    # --- saying --------------------------------------------------------------------------------
    def rate_limited(
        self, *, retry_after: str, body: str, used_weight: int, now_ms: int, orders: bool = False
    ) -> Words:
        """429. `retry_after` is the header's text, "" for none; `orders`: the order-count limit."""

    def banned(self, *, until_ms: int, retry_after: str, body: str) -> Words:
        """418: the address is banned until `until_ms`."""

    def firewall(self, *, status: int) -> Words:
        """403 or 451 of the web application firewall: HTML, no Retry-After."""

    def error(self, *, status: int, code: str, message: str = "") -> Words:
        """An error of this code; the venue knows the usual message."""

    def unknown_status(self, *, status: int) -> Words:
        """5xx after which nobody knows whether the request was executed."""

    def edge_error(self, *, status: int) -> Words:
        """The HTML page of the edge network (520, 522, 524, 502)."""

    def overloaded(self, *, status: int) -> Words:
        """The request was shed and surely not executed."""

    def maintenance(self, *, state: str) -> Words:
        """Trading is off; state is HALT, BREAK, CANCEL_ONLY or POST_ONLY."""

    def error_in_200(self, *, code: str) -> Words:
        """An error delivered with HTTP 200, as several venues do."""

    def ws_error(self, *, request_id: str, words: Words, now_ms: int) -> bytes:
        """The same trouble as a WS-API answer frame to the request of that id."""

    # --- editing: number text, key order and all other bytes stay as they are -------------------
    def edit_price(self, payload: bytes, change: Callable[[str], str]) -> bytes:
        """Pass every price text of a market message or answer through `change`.

        The change returns the new JSON text of the value without quotes; a quoted value stays
        quoted unless the text is `null` or `NaN`."""

    def edit_time(self, payload: bytes, change: Callable[[int], int]) -> bytes:
        """Pass every exchange timestamp (ms) through `change`."""

    def edit_quantity(self, payload: bytes, change: Callable[[str], str]) -> bytes:
        """Pass every quantity text through `change`, as `edit_price` does."""

    def edit_symbol(self, payload: bytes, change: Callable[[str], str]) -> bytes:
        """Pass the inner symbol of a message through `change`; the stream's name stays."""

    def edit_sequence(self, payload: bytes, change: Callable[[int], int]) -> bytes:
        """Pass every sequence number through `change`."""
