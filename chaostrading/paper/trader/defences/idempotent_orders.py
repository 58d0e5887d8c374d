"""D01: one client id per intent, kept over retries and restarts, and a question before a retry."""

from chaostrading.core.clock import Clock

__all__ = ["IdempotentOrders", "NaiveIdempotentOrders"]

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = ALPHABET[rest] + digits
    return digits or "0"


class IdempotentOrders:
    """Names intents. The name begins with the moment of the start, so restarts never reuse one."""

    blind_retries = 0
    """How often an order without an answer is sent again before anybody asks for it."""

    def __init__(self, clock: Clock) -> None:
        self._run = _base36(int(clock.wall() * 1000))
        self._count = 0

    def new_intent(self) -> str:
        """A name for a new intent, at most 36 characters as Binance allows."""
        self._count += 1
        return f"ct-{self._run}-{self._count}"

    def client_id(self, intent: str, attempt: int) -> str:
        """The id on the wire: the same for every attempt."""
        return intent


class NaiveIdempotentOrders(IdempotentOrders):
    """Sends again without asking, and under a new id each time."""

    blind_retries = 2

    def client_id(self, intent: str, attempt: int) -> str:
        return intent if attempt == 0 else f"{intent}-r{attempt}"
