"""D02: an order without an answer is neither done nor failed: it is asked for until it is known."""

from chaostrading.core.clock import Clock

__all__ = ["NaiveUnknownIsNotFailed", "UnknownIsNotFailed"]

ASK_AFTER_S = (0.3, 0.7, 1.5, 2.0)
NOT_FOUND_ENOUGH = 3
NOT_FOUND_AFTER_S = 7.0
"""Exchanges answer "no such order" for seconds after they took it; only then is it believed."""


class UnknownIsNotFailed:
    """Decides when to ask for an unknown order, and when it is proven not to exist."""

    repeats = False
    """True: the decision of a failed order is made again at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def state_after_unknown(self) -> str:
        """The state of an order whose answer nobody can trust."""
        return "unknown"

    def next_question_s(self, asked: int) -> float:
        """Seconds to wait before question number `asked` (from 0)."""
        return ASK_AFTER_S[min(asked, len(ASK_AFTER_S) - 1)]

    def proven_absent(self, not_found: int, sent_mono_s: float) -> bool:
        """True when so many "no such order" since it was sent are enough."""
        old_enough = self._clock.monotonic() - sent_mono_s >= NOT_FOUND_AFTER_S
        return not_found >= NOT_FOUND_ENOUGH and old_enough

    def blocks(self, unknown_orders: int) -> bool:
        """True while no new order of the symbol may be sent."""
        return unknown_orders > 0


class NaiveUnknownIsNotFailed(UnknownIsNotFailed):
    """Takes every error for a rejection, forgets the order and decides again at once."""

    repeats = True

    def state_after_unknown(self) -> str:
        return "rejected"

    def blocks(self, unknown_orders: int) -> bool:
        return False
