"""API keys, signatures and the timing rules of signed requests. Pure; the time is handed in."""

import hashlib
import hmac
import re
from decimal import Decimal

from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.rejections import Rejected, mandatory

__all__ = [
    "STACK_KEY",
    "STACK_SECRET",
    "Keys",
    "check_timing",
    "message_payload",
    "without_signature",
]

STACK_KEY = "paper-key"
STACK_SECRET = "paper-secret"  # noqa: S105 - a secret of a pretend exchange, printed in its manual
DEFAULT_WINDOW_MS = 5000
LONGEST_WINDOW_MS = 60_000
AHEAD_MS = 1000


class Keys:
    """The keys that this exchange knows."""

    def __init__(self, secrets: dict[str, str], *, lenient: bool = False) -> None:
        self._secrets = secrets
        self._lenient = lenient

    def check_key(self, key: str | None) -> str:
        """The key, if it is one of ours. `lenient` takes every key, but not none at all."""
        if not key:
            raise Rejected(-2014, "API-key format invalid.", 401)
        if not self._lenient and key not in self._secrets:
            raise Rejected(-2015, "Invalid API-key, IP, or permissions for action.", 401)
        return key

    def check_signature(self, key: str, payload: str, signature: str | None) -> None:
        """Verify the HMAC SHA256 of the payload; letter case of the signature does not matter."""
        if not signature:
            raise mandatory("signature")
        if self._lenient:
            return
        right = hmac.new(self._secrets[key].encode(), payload.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right.encode(), signature.lower().encode()):
            raise Rejected(-1022, "Signature for this request is not valid.")


def check_timing(params: Params, now_ms: float, *, arrival: bool) -> None:
    """Check timestamp against the window, at arrival and again before the matching engine."""
    raw = params.raw("timestamp")
    if not raw or not re.match(r"^[0-9]{1,20}$", raw):
        raise mandatory("timestamp")
    timestamp_ms = int(raw) / (1000 if len(raw) > 14 else 1)
    window = params.decimal("recvWindow")
    if window is None:
        window = Decimal(DEFAULT_WINDOW_MS)
    if window > LONGEST_WINDOW_MS:
        raise Rejected(-1131, "recvWindow must be less than 60000.")
    if arrival and timestamp_ms >= now_ms + AHEAD_MS:
        text = "Timestamp for this request was 1000ms ahead of the server's time."
        raise Rejected(-1021, text)
    if now_ms - timestamp_ms > window:
        raise Rejected(-1021, "Timestamp for this request is outside of the recvWindow.")


def without_signature(text: str) -> str:
    """A query or form body without its signature, all other bytes as they were."""
    return "&".join(part for part in text.split("&") if not part.startswith("signature="))


def message_payload(values: dict[str, str]) -> str:
    """What is signed in a message of the WebSocket API: all else, sorted by name."""
    return "&".join(f"{name}={values[name]}" for name in sorted(values) if name != "signature")
