"""D07: when a connection is about to end, open the new one first."""

from chaostrading.core.clock import Clock

__all__ = ["NaivePlannedRotation", "PlannedRotation"]

LIFE_S = 23 * 3600.0
"""Binance ends every connection after 24 hours."""


class PlannedRotation:
    """Decides when a healthy connection is replaced."""

    overlaps = True
    """True: the new connection receives data before the old one is closed."""

    def __init__(self, clock: Clock, life_s: float = LIFE_S) -> None:
        self._clock = clock
        self._life_s = life_s

    def due(self, opened_mono_s: float, announced: bool) -> bool:
        """True when a new connection should be opened now."""
        return announced or self._clock.monotonic() - opened_mono_s > self._life_s


class NaivePlannedRotation(PlannedRotation):
    """Does not listen to announcements and reconnects after the close."""

    overlaps = False

    def due(self, opened_mono_s: float, announced: bool) -> bool:
        return False
