"""What all venues need to read a frame. Nothing here raises on what a stranger sent."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

__all__ = [
    "id_from_text",
    "id_text",
    "loads",
    "parameters",
    "redacted",
    "retry_after_s",
    "text",
    "time_ms",
    "whole",
]

_WHOLE_NUMBER = re.compile(r"-?\d+")
_DECODER = json.JSONDecoder(parse_float=str)
_LONGEST_S = 1e9
_SECRET = re.compile(
    r"(?i)(^|&)([^=&]*(?:signature|sign|key|token|secret|passphrase|password|otp|jwt)[^=&]*)=[^&]*"
)


def loads(payload: bytes) -> Any:
    """Read JSON, or None. Numbers with a point stay text, byte for byte."""
    try:
        if payload[:1] in (b"{", b"[") and payload[1:2] != b"\0":  # UTF-8, as it always is
            return _DECODER.decode(payload.decode("utf-8", "surrogatepass"))
        return json.loads(payload, parse_float=str)
    except (ValueError, RecursionError):
        return None


def text(value: object) -> str:
    """A JSON scalar as the text it had on the wire; anything else is the empty text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def parameters(query: str, body: bytes) -> dict[str, str]:
    """The parameters of a request: query, then a form or a flat JSON body."""
    found = dict(parse_qsl(query, keep_blank_values=True))
    if body[:1] in (b"{", b"["):
        row = loads(body)
        if isinstance(row, list) and row:
            row = row[0]
        if isinstance(row, dict):
            found.update({key: text(value) for key, value in row.items()})
    elif body:
        found.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return found


def redacted(query: str) -> str:
    """The query with the values of keys, signatures and tokens replaced by `***`."""
    return _SECRET.sub(r"\1\2=***", query)


def retry_after_s(headers: dict[str, str], now_ms: int) -> float | None:
    """What Retry-After says, in seconds from now: a number or an HTTP date. None where absent."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isdecimal():
        return min(float(value), _LONGEST_S)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - now_ms / 1000)


def id_text(value: object) -> str:
    """The id of a WebSocket request as text from which `id_from_text` gets the same JSON back."""
    if isinstance(value, str) and (_WHOLE_NUMBER.fullmatch(value) or value[:1] == '"'):
        return json.dumps(value)
    return text(value)


def id_from_text(request_id: str) -> str:
    """The JSON text of an id: a number stays a number, a text a text, "" becomes null."""
    if not request_id:
        return "null"
    if _WHOLE_NUMBER.fullmatch(request_id) or request_id[0] == '"':
        return request_id
    return json.dumps(request_id)


def time_ms(value: str) -> int | None:
    """A moment in milliseconds: from ISO 8601, or from a whole number whose length tells whether it
    counts seconds, milliseconds, microseconds or nanoseconds since 1970. None for anything else."""
    number = whole(value)
    if number is not None:
        factor_ms = {10: 1_000, 13: 1, 16: -1_000, 19: -1_000_000}.get(len(value), 0)
        return number * factor_ms if factor_ms > 0 else number // -factor_ms if factor_ms else None
    if len(value) < 19 or value[4:5] != "-":
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1_000)


def whole(value: str) -> int | None:
    """A whole number of at most 20 digits, or None: longer ones are not numbers of any exchange."""
    return int(value) if len(value) <= 20 and value.isdecimal() else None
