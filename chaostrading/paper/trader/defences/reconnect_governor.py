"""D06: reconnect with growing, jittered, capped pauses, and never give up."""

from chaostrading.core.clock import Clock
from chaostrading.core.seeds import Dice

__all__ = ["NaiveReconnectGovernor", "ReconnectGovernor"]

FIRST_S = 0.3
GROWTH = 1.8
CAP_S = 8.0
STABLE_S = 20.0
BUDGET = 60
BUDGET_WINDOW_S = 300.0
"""Binance allows 300 attempts in 5 minutes for an address; this trader takes a fifth."""


class ReconnectGovernor:
    """Paces the attempts of one kind of connection (market, user).

    Only a connection that lasted 20 s makes the next outage begin with a short pause again.
    """

    def __init__(self, clock: Clock, dice: Dice) -> None:
        self._clock = clock
        self._dice = dice
        self._failures = 0
        self._opened_at: float | None = None
        self._attempts: list[float] = []

    def pause_s(self) -> float:
        """Seconds to wait before the next attempt."""
        now = self._clock.monotonic()
        self._attempts = [at for at in self._attempts if now - at < BUDGET_WINDOW_S]
        if not self._failures:
            return 0.0
        pause = min(CAP_S, FIRST_S * GROWTH ** (self._failures - 1))
        if len(self._attempts) >= BUDGET:
            pause = max(pause, self._attempts[0] + BUDGET_WINDOW_S - now)
        return pause * self._dice.uniform(0.8, 1.2)

    def attempted(self) -> None:
        """An attempt begins."""
        self._attempts.append(self._clock.monotonic())

    def opened(self) -> None:
        """The attempt succeeded."""
        self._opened_at = self._clock.monotonic()

    def failed(self) -> None:
        """The attempt failed, or the connection ended."""
        opened, self._opened_at = self._opened_at, None
        stable = opened is not None and self._clock.monotonic() - opened >= STABLE_S
        self._failures = 1 if stable else min(self._failures + 1, 30)


class NaiveReconnectGovernor(ReconnectGovernor):
    """Reconnects in a tight loop."""

    def pause_s(self) -> float:
        return 0.03
