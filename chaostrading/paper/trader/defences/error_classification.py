"""D11: read status, then content type, then the code in the body; what is unclear is unknown."""

import json
from typing import Any

from chaostrading.paper.trader.answer import Answer, Call, Kind, Outcome

__all__ = ["ErrorClassification", "NaiveErrorClassification"]

CODES: dict[int, Kind] = {
    -1003: "rate_limited",
    -1015: "rate_limited",
    -1008: "shed",
    -1000: "unknown",
    -1001: "unknown",
    -1006: "unknown",
    -1007: "unknown",
    -1016: "closed",
    -1021: "clock",
    -1013: "filters",
    -1111: "filters",
    -2013: "not_found",
    -2011: "cancel_rejected",
}
REJECTED = frozenset({-1002, -1022, -1100, -1102, -1121, -1130, -1131, -2010, -2014, -2015, -1128})
TEXTS: tuple[tuple[str, Kind], ...] = (
    ("market is closed", "closed"),
    ("trading is not enabled", "closed"),
    ("cancel_only mode", "closed"),
    ("post_only mode", "closed"),
    ("post-only", "closed"),
    ("insufficient balance", "funds"),
    ("duplicate order", "duplicate"),
    ("overloaded", "shed"),
    ("rate limit", "rate_limited"),
    ("too many visits", "rate_limited"),
)


MAKERS_ONLY = "would immediately match"
"""To an order that may take this says that the market takes makers only: it is closed to us."""


class ErrorClassification:
    """Turns an answer into an outcome. No state is ever derived from the body of an error."""

    def outcome(self, call: Call, answer: Answer) -> Outcome:
        """What the answer to this call means."""
        if answer.status == 0:
            kind: Kind = "unknown" if answer.sent else "not_sent"
            return Outcome(kind=kind, message=answer.error, timed_out=answer.timed_out)
        body = self._json(answer.body)
        code, message = self._error(body)
        kind = self._kind(call, answer, body, code, message)
        data = body if kind == "ok" else None
        return Outcome(kind=kind, data=data, status=answer.status, code=code, message=message)

    def _kind(self, call: Call, answer: Answer, body: Any, code: int, message: str) -> Kind:
        if answer.status == 429:
            return "rate_limited"
        if answer.status == 418:
            return "banned"
        if answer.status in (403, 451) and not code:
            return "blocked"
        by_text = next((kind for text, kind in TEXTS if text in message.lower()), None)
        if by_text is not None:
            return by_text
        if MAKERS_ONLY in message.lower() and ("type", "LIMIT_MAKER") not in call.params:
            return "closed"
        if answer.status >= 500:
            return "shed" if code == -1008 else "unknown"
        if code:
            return CODES.get(code, "rejected" if code in REJECTED else "unknown")
        if message or answer.status >= 400:
            return "unknown"
        if not isinstance(body, call.shape) or (call.shape is dict and not body):
            return "ok" if call.path.endswith(("/ping", "/test")) else "unknown"
        return "ok"

    @staticmethod
    def _json(body: bytes) -> Any:
        try:
            return json.loads(body)
        except ValueError:
            return None

    @staticmethod
    def _error(body: Any) -> tuple[int, str]:
        """Code and message of an error in the dialects that answer with HTTP 200, too."""
        if not isinstance(body, dict):
            return 0, ""
        inner = body.get("error")
        if isinstance(inner, list) and inner:
            return 0, str(inner[0])
        if isinstance(inner, dict):
            return 0, str(inner.get("message", "error"))
        code = str(body.get("code", body.get("retCode", 0)))
        number = int(code) if code.lstrip("-").isdigit() else 0
        if number == 0 and body.get("success") is False:
            return 0, "success is false"
        return number, str(body.get("msg", body.get("retMsg", ""))) if number else ""


class NaiveErrorClassification(ErrorClassification):
    """Looks at the status alone; what it cannot read is an empty result."""

    def _kind(self, call: Call, answer: Answer, body: Any, code: int, message: str) -> Kind:
        return "ok" if answer.status < 400 else CODES.get(code, "rejected")

    def outcome(self, call: Call, answer: Answer) -> Outcome:
        outcome = ErrorClassification.outcome(self, call, answer)
        if outcome.ok and not isinstance(outcome.data, call.shape):
            return Outcome(kind="ok", data=call.shape(), status=outcome.status)
        return outcome
