"""D13: a slot is free again only when its order is proven gone."""

from chaostrading.paper.trader.answer import Outcome

__all__ = ["CancelGuard", "NaiveCancelGuard"]

RETRY_S = (0.5, 1.0, 2.0, 3.0)


class CancelGuard:
    """Decides what a cancel's answer says about the order."""

    def after_cancel(self, outcome: Outcome) -> str:
        """`gone`, or `ask`: the order must be asked for before anything replaces it.

        "Unknown order sent." may mean filled, cancelled or not there: it is asked for, too.
        """
        return "gone" if outcome.ok else "ask"

    def retry_s(self, attempt: int) -> float:
        """Seconds until the cancel of an order that still lives is sent again."""
        return RETRY_S[min(attempt, len(RETRY_S) - 1)]


class NaiveCancelGuard(CancelGuard):
    """Assumes that what it cancelled is cancelled."""

    def after_cancel(self, outcome: Outcome) -> str:
        return "gone"
