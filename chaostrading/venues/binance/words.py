"""What Binance says when something is wrong, word for word where its documents give the words."""

import json

from chaostrading.venues.base import Words
from chaostrading.venues.pages import HTML, JSON, body_of_kind, cloudflare, cloudfront
from chaostrading.venues.reading import id_from_text, loads, retry_after_s, whole

__all__ = [
    "MESSAGES", "banned", "edge_error", "error", "error_in_200", "firewall", "maintenance",
    "overloaded", "rate_limited", "unknown_status", "ws_error",
]  # fmt: skip

_WEIGHT_LIMIT = 6_000

MESSAGES = {
    "-1000": "An unknown error occurred while processing the request.",
    "-1001": "Internal error; unable to process your request. Please try again.",
    "-1002": "You are not authorized to execute this request.",
    "-1003": (
        f"Too much request weight used; current limit is {_WEIGHT_LIMIT} request weight per "
        "1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API."
    ),
    "-1006": (
        "An unexpected response was received from the message bus. Execution status unknown."
    ),
    "-1007": (
        "Timeout waiting for response from backend server. Send status unknown; "
        "execution status unknown."
    ),
    "-1008": (
        "Server is currently overloaded with other requests. Please try again in a few minutes."
    ),
    "-1013": "Filter failure: LOT_SIZE",
    "-1015": "Too many new orders; current limit is 100 orders per 10 SECOND.",
    "-1016": "This service is no longer available.",
    "-1021": "Timestamp for this request is outside of the recvWindow.",
    "-1022": "Signature for this request is not valid.",
    "-1034": "Too many concurrent connections; current limit is '300 connections per 5 MINUTE'.",
    "-1099": "Not found, authenticated, or authorized.",
    "-1111": "Parameter 'quantity' has too much precision.",
    "-1121": "Invalid symbol.",
    "-1125": "This listenKey does not exist.",
    "-1131": "recvWindow must be less than 60000.",
    "-2010": "Account has insufficient balance for requested action.",
    "-2011": "Unknown order sent.",
    "-2013": "Order does not exist.",
    "-2014": "API-key format invalid.",
    "-2015": "Invalid API-key, IP, or permissions for action.",
    "-2021": "Order cancel-replace partially failed.",
    "-2022": "Order cancel-replace failed.",
    "-4116": "ClientOrderId is duplicated.",
}
"""Binance's own text for each error code (rest-api errors document)."""


def _row(code: str, message: str = "") -> dict[str, object]:
    known = MESSAGES.get(code, "An unknown error occurred while processing the request.")
    number = whole(code.removeprefix("-"))
    said: int | str = code if number is None else -number if code[0] == "-" else number
    return {"code": said, "msg": message or known}


def _json(status: int, code: str, message: str = "") -> Words:
    headers, body = body_of_kind("json", status, _row(code, message))
    return Words(status=status, headers=headers, body=body)


def _retry(retry_after: str) -> tuple[tuple[str, str], ...]:
    return (("Retry-After", retry_after),) if retry_after else ()


def rate_limited(
    *, retry_after: str, body: str, used_weight: int, now_ms: int, orders: bool = False
) -> Words:
    """429: -1003 for weight (per address), -1015 for the count of unfilled orders (per account)."""
    kind, content = body_of_kind(body, 429, _row("-1015" if orders else "-1003"))
    weight = (
        ("X-MBX-USED-WEIGHT", str(used_weight)),
        ("X-MBX-USED-WEIGHT-1M", str(used_weight)),
    )
    count = (("X-MBX-ORDER-COUNT-10S", "101"),) if orders else ()
    return Words(status=429, headers=kind + weight + count + _retry(retry_after), body=content)


def banned(*, until_ms: int, retry_after: str, body: str) -> Words:
    """418 for every request of the address."""
    message = (
        f"Way too much request weight used; IP banned until {until_ms}. "
        "Please use WebSocket Streams for live updates to avoid bans."
    )
    kind, content = body_of_kind(body, 418, _row("-1003", message))
    return Words(status=418, headers=kind + _retry(retry_after), body=content)


def firewall(*, status: int) -> Words:
    """The web application firewall's page (403), or the refusal of a region (451, JSON)."""
    if status == 451:
        message = (
            "Service unavailable from a restricted location according to 'b. Eligibility' in "
            "https://www.binance.com/en/terms. Please contact customer service if you believe "
            "you received this message in error."
        )
        return Words(
            status=451, headers=(JSON,), body=json.dumps({"code": 0, "msg": message}).encode()
        )
    headers = (("Server", "CloudFront"), HTML, ("X-Cache", "Error from cloudfront"))
    return Words(status=status, headers=headers, body=cloudfront(status))


def error(*, status: int, code: str, message: str = "") -> Words:
    """An error of this code with Binance's usual text unless another is given."""
    return _json(status, code, message)


def unknown_status(*, status: int) -> Words:
    """A 5xx: by contract the execution status is unknown."""
    return _json(status, "-1006" if status == 500 else "-1007")


def edge_error(*, status: int) -> Words:
    """The edge network's page."""
    headers = (("Server", "cloudflare"), ("Content-Type", "text/html; charset=UTF-8"))
    return Words(status=status, headers=headers, body=cloudflare(status, "api.binance.com"))


def overloaded(*, status: int) -> Words:
    """-1008: shed before it was executed."""
    return _json(status, "-1008")


def maintenance(*, state: str) -> Words:
    """What an order meets while its market does not trade."""
    if state == "POST_ONLY":
        return _json(400, "-2010", "Order would immediately match and take.")
    return _json(400, "-2010" if state == "CANCEL_ONLY" else "-1013", "Market is closed.")


def error_in_200(*, code: str) -> Words:
    """The error's body with status 200, without a code the rate limit's. Binance's sapi does so;
    the spot API itself does not."""
    return _json(200, code or "-1003")


def ws_error(*, request_id: str, words: Words, now_ms: int) -> bytes:
    """The same trouble on the WebSocket API: the status stands in the frame, and `retryAfter` is a
    moment in milliseconds instead of a number of seconds."""
    row = loads(words.body)
    if not isinstance(row, dict) or "code" not in row:
        row = _row("-1003" if words.status in (418, 429) else "-1000")
    headers = {name.lower(): value for name, value in words.headers}
    wait_s = retry_after_s(headers, now_ms)
    failure: dict[str, object] = {"code": row["code"], "msg": row.get("msg", "")}
    if wait_s is not None:
        failure["data"] = {"serverTime": now_ms, "retryAfter": now_ms + int(wait_s * 1000)}
    weight = headers.get("x-mbx-used-weight-1m")
    limits = [] if weight is None else [
        {
            "rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1,
            "limit": _WEIGHT_LIMIT, "count": int(weight),
        }
    ]  # fmt: skip
    rest = {"status": words.status, "error": failure, "rateLimits": limits}
    text = json.dumps(rest, separators=(",", ":"), ensure_ascii=False)
    return f'{{"id":{id_from_text(request_id)},{text[1:]}'.encode()
