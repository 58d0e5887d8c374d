"""Reads the orders that come in over HTTP. What is read is a wish; nothing is decided here."""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from chaostrading.core.money import decimal
from chaostrading.paper.trader.order import Wish

__all__ = ["Requests", "changes", "claims", "seen_requests", "wish", "wishes"]

FIELDS = frozenset(
    {
        "symbol",
        "side",
        "type",
        "quantity",
        "price",
        "stop_price",
        "time_in_force",
        "request_id",
        "sent_ms",
        "orders",
    }
)
BATCH_MAX = 10
REQUESTS_KEPT = 10_000
AGE_S_MAX = 5.0
AHEAD_S_MAX = 1.0
NUMBER_MAX = Decimal(10) ** 15
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def wish(body: Mapping[str, Any], path: str, said: Iterable[str] = ()) -> Wish:
    """Read one order. Raises ValueError naming the field, the rule and the value."""
    kind = str(body.get("type", "LIMIT")).upper()
    return Wish(
        symbol=str(body.get("symbol", "")),
        side=str(body.get("side", "")).upper(),
        type=kind,
        quantity=_number(body.get("quantity", ""), "quantity"),
        price=_number_or_none(body.get("price"), "price"),
        time_in_force=str(body.get("time_in_force", "GTC" if kind != "MARKET" else "")).upper(),
        stop_price=_number_or_none(body.get("stop_price"), "stop_price"),
        path=path,
        claims=(*said, *_said(body)),
        request_id=_request_id(body),
    )


def wishes(body: Mapping[str, Any], path: str, said: Iterable[str]) -> list[Wish]:
    """Read the orders of a batch or a list, 1 to 10 of them."""
    orders = body.get("orders")
    if not isinstance(orders, list) or not 1 <= len(orders) <= BATCH_MAX:
        raise ValueError(f"orders must be a list of 1 to {BATCH_MAX}")
    if not all(isinstance(order, dict) for order in orders):
        raise ValueError("each of the orders must be a JSON object")
    common = (*said, *_said(body))
    return [wish(order, path, common) for order in orders]


def changes(body: Mapping[str, Any]) -> dict[str, Decimal]:
    """Read limits by name. Raises ValueError when there is none, or one is no number."""
    found = {
        name: _number(value, name)
        for name, value in body.items()
        if name not in ("request_id", "sent_ms")
    }
    if not found:
        raise ValueError("a limit must be given")
    return found


def claims(headers: Mapping[str, str]) -> tuple[str, ...]:
    """What the headers of a request say of it: `X-Skip-Risk-Check: true` is `skip_risk_check`."""
    return tuple(
        name[2:].lower().replace("-", "_")
        for name, value in headers.items()
        if name.lower().startswith("x-") and value.strip().lower() not in ("", "0", "false")
    )


class Requests:
    """Serves a request once. Requests without an id are not told apart."""

    def __init__(self, seen: Iterable[str]) -> None:
        self._order = deque(seen, maxlen=REQUESTS_KEPT)
        self._seen = set(self._order)

    def denial(self, body: Mapping[str, Any], wall_s: float) -> str | None:
        """Why a request is not served, or None."""
        sent_ms = body.get("sent_ms")
        if sent_ms is not None:
            age_s = wall_s - float(_number(sent_ms, "sent_ms")) / 1_000
            if not -AHEAD_S_MAX <= age_s <= AGE_S_MAX:
                return f"REQUEST_TOO_OLD: age_s={age_s:.1f}, max={AGE_S_MAX:g}"
        request_id = _request_id(body)
        if request_id in self._seen:
            return f"REQUEST_REPEATED: request_id={request_id}"
        return None

    def served(self, body: Mapping[str, Any]) -> None:
        """Remember a request that was served; one that was denied may be tried again."""
        request_id = _request_id(body)
        if not request_id:
            return
        if len(self._order) == REQUESTS_KEPT:
            self._seen.discard(self._order[0])
        self._order.append(request_id)
        self._seen.add(request_id)


def seen_requests(history: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of requests that led to an order before a restart, oldest first."""
    names = (entry["detail"].get("request_id") for entry in history)
    return [str(name) for name in names if name]


def _said(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in body.items() if name not in FIELDS and value)


def _request_id(body: Mapping[str, Any]) -> str:
    text = body.get("request_id", "")
    if text and not (isinstance(text, str) and _REQUEST_ID.fullmatch(text)):
        raise ValueError("request_id must be 1 to 64 letters, digits, - or _")
    return str(text)


def _number_or_none(value: object, name: str) -> Decimal | None:
    return None if value in (None, "") else _number(value, name)


def _number(value: object, name: str) -> Decimal:
    """A number as JSON or as text; signs and exponents are read, the risk engine judges them."""
    text = "" if isinstance(value, bool) else str(value)[:100]
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{name} must be a decimal number, was {text!r}")
    number = decimal(text, name)
    if abs(number) > NUMBER_MAX:
        raise ValueError(f"{name} must be at most {NUMBER_MAX:f}, was {text}")
    return number
