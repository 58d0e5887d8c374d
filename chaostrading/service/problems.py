"""An answer that is no: a status and one sentence."""

from chaostrading.core.errors import ChaosTradingError

__all__ = ["Problem"]


class Problem(ChaosTradingError):
    """What a call is refused with; it is answered as `{"error": "one sentence"}`."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers or {}
