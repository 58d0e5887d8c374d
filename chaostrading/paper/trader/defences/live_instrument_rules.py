"""D20: the rules of an instrument change; they are read again on a schedule and after a reject."""

from chaostrading.core.clock import Clock

__all__ = ["LiveInstrumentRules", "NaiveLiveInstrumentRules"]

EVERY_S = 60.0
AFTER_REJECT_S = 2.0


class LiveInstrumentRules:
    """Decides when `exchangeInfo` is fetched, and whether orders may rest on the rules."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._read_at: float | None = None
        self._rejected: set[str] = set()
        self._asked_at = -AFTER_REJECT_S

    def due(self) -> bool:
        """True when the rules should be fetched now."""
        now = self._clock.monotonic()
        wanted = self._read_at is None or self._rejected or now - self._read_at > EVERY_S
        if not wanted or now - self._asked_at < AFTER_REJECT_S:
            return False
        self._asked_at = now
        return True

    def rejected(self, symbol: str) -> None:
        """The exchange said that an order breaks a filter."""
        self._rejected.add(symbol)

    def read(self) -> None:
        """The rules were fetched."""
        self._read_at = self._clock.monotonic()
        self._rejected.clear()

    def usable(self, symbol: str) -> bool:
        """False before the first reading, and between a filter's reject and the next reading."""
        return self._read_at is not None and symbol not in self._rejected


class NaiveLiveInstrumentRules(LiveInstrumentRules):
    """Reads the rules once and keeps them for ever."""

    def due(self) -> bool:
        return self._read_at is None and super().due()

    def rejected(self, symbol: str) -> None:
        return None
