"""When a signed request says it was sent, and what else stands in it to be checked."""

from collections.abc import Iterable
from datetime import datetime

from chaostrading.venues.reading import loads, parameters, text

__all__ = ["nonce", "sent_at"]

_DEFAULT_WINDOW_MS = {"binance": 5_000, "bybit": 5_000, "okx": 30_000}


def sent_at(
    venue: str, query: str, body: bytes, headers: Iterable[tuple[str, str]]
) -> tuple[int, int] | None:
    """The time in ms that a request claims, and how many ms it may be late. None for unsigned ones.

    A body is a form, flat JSON, or a WebSocket API message with `params`."""
    values = _values(query, body)
    given = {name.lower(): value for name, value in headers}
    if venue == "binance":
        stamp, window = values.get("timestamp", ""), values.get("recvWindow", "")
    elif venue == "bybit":
        stamp, window = given.get("x-bapi-timestamp", ""), given.get("x-bapi-recv-window", "")
    elif venue == "okx":
        stamp, window = _milliseconds(given.get("ok-access-timestamp", "")), ""
    else:
        return None
    if not stamp.isdecimal():
        return None
    whole, _, _ = window.partition(".")
    late_ms = int(whole) if whole.isdecimal() else _DEFAULT_WINDOW_MS[venue]
    return int(stamp), late_ms


def nonce(query: str, body: bytes) -> int | None:
    """The nonce of a request, None where it has none."""
    value = _values(query, body).get("nonce", "")
    return int(value) if value.isdecimal() else None


def _values(query: str, body: bytes) -> dict[str, str]:
    row = loads(body) if body[:1] == b"{" else None
    if isinstance(row, dict) and isinstance(row.get("params"), dict):
        return {key: text(value) for key, value in row["params"].items()}
    return parameters(query, body)


def _milliseconds(iso: str) -> str:
    try:
        return str(int(datetime.fromisoformat(iso).timestamp() * 1_000))
    except ValueError:
        return ""
