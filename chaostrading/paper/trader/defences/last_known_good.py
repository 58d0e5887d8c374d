"""Fall back to the last known good price: to mark and to exit, never to enter."""

from decimal import Decimal

from chaostrading.core.clock import Clock

__all__ = ["LastKnownGood", "NaiveLastKnownGood"]

EXIT_AGE_S_MAX = 120.0


class LastKnownGood:
    """Remembers the last good price of a symbol."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._price: Decimal | None = None
        self._at = 0.0

    def good(self, price: Decimal) -> None:
        """A fresh price that passed all checks."""
        self._price, self._at = price, self._clock.monotonic()

    def for_marking(self, raw: Decimal | None) -> Decimal | None:
        """The price to value a position with; `raw` is the last price of any kind, unused here."""
        return self._price

    def for_exit(self, raw: Decimal | None) -> Decimal | None:
        """The price to leave with while data is stale; None when it is too old for that, too."""
        young = self._clock.monotonic() - self._at <= EXIT_AGE_S_MAX
        return self._price if young else None


class NaiveLastKnownGood(LastKnownGood):
    """Values and leaves by whatever price came last, good or bad."""

    def for_marking(self, raw: Decimal | None) -> Decimal | None:
        return raw

    def for_exit(self, raw: Decimal | None) -> Decimal | None:
        return raw
