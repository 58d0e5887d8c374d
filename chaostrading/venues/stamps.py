"""When a signed request says it was sent, and what else stands in it to be checked."""

from collections.abc import Iterable

from chaostrading.venues.reading import loads, parameters, text, time_ms, whole

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
        moment_ms = time_ms(given.get("ok-access-timestamp", ""))
        stamp, window = "" if moment_ms is None else str(moment_ms), ""
    else:
        return None
    sent_ms, late_ms = whole(stamp), whole(window.partition(".")[0])
    if sent_ms is None:
        return None
    return sent_ms, _DEFAULT_WINDOW_MS[venue] if late_ms is None else late_ms


def nonce(query: str, body: bytes) -> int | None:
    """The nonce of a request, None where it has none."""
    return whole(_values(query, body).get("nonce", ""))


def _values(query: str, body: bytes) -> dict[str, str]:
    row = loads(body) if body[:1] == b"{" else None
    if isinstance(row, dict) and isinstance(row.get("params"), dict):
        return {key: text(value) for key, value in row["params"].items()}
    return parameters(query, body)
