"""How this exchange says no: codes and messages of Binance.

Source: `errors.md` of binance-spot-api-docs, and messages seen from the live API.
"""

from typing import Any

from chaostrading.core.errors import ChaosTradingError

__all__ = [
    "Rejected",
    "TooMany",
    "cancel_rejected",
    "filter_failure",
    "illegal_characters",
    "mandatory",
    "new_order_rejected",
    "not_required",
    "one_of",
]


class Rejected(ChaosTradingError):
    """A request that the exchange refuses, in the exchange's words."""

    def __init__(
        self, code: int, message: str, status: int = 400, data: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.data = data

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"code": self.code, "msg": self.message}
        if self.data is not None:
            body["data"] = self.data
        return body


class TooMany(Rejected):
    """429 or 418: come back at `until_ms` (wall clock, milliseconds)."""

    def __init__(self, code: int, message: str, status: int, now_ms: int, until_ms: int) -> None:
        super().__init__(code, message, status)
        self.now_ms = now_ms
        self.until_ms = until_ms

    @property
    def retry_after_s(self) -> int:
        """Whole seconds for the `Retry-After` header, at least 1."""
        return max(1, -(-(self.until_ms - self.now_ms) // 1000))


def mandatory(name: str) -> Rejected:
    """A mandatory parameter is missing, empty or malformed."""
    message = f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    return Rejected(-1102, message)


def one_of(first: str, second: str) -> Rejected:
    """At least one of two parameters is needed."""
    text = f"Param '{first}' or '{second}' must be sent, but both were empty/null!"
    return Rejected(-1102, text)


def not_required(name: str) -> Rejected:
    """A parameter was sent that this kind of order does not take."""
    return Rejected(-1106, f"Parameter '{name}' sent when not required.")


def illegal_characters(name: str, legal: str) -> Rejected:
    """A parameter has characters outside of its legal range, a regular expression."""
    message = f"Illegal characters found in parameter '{name}'; legal range is '{legal}'."
    return Rejected(-1100, message)


def filter_failure(name: str) -> Rejected:
    """An order fails a filter of its symbol, e.g. `LOT_SIZE`."""
    return Rejected(-1013, f"Filter failure: {name}")


def new_order_rejected(message: str) -> Rejected:
    """The matching engine refuses a new order."""
    return Rejected(-2010, message)


def cancel_rejected(message: str = "Unknown order sent.") -> Rejected:
    """The matching engine refuses a cancel."""
    return Rejected(-2011, message)
