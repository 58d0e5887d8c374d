"""D15: a price is used only when it can be true."""

from decimal import Decimal

from chaostrading.core.clock import Clock
from chaostrading.core.money import decimal_or_none

__all__ = ["NaivePriceSanity", "PriceSanity"]

BAND = Decimal("0.02")
BAND_PER_S = Decimal("0.001")
BAND_MAX = Decimal("0.05")
JUMP_MAX = Decimal("0.30")
"""No jump beyond this is ever believed without a person."""
AGREE = Decimal("0.01")
JUMP_AFTER_S = 6.0
TRUSTED_S = 3.0
STREAMS_AGREE = Decimal("0.005")
REST_AGREES = Decimal("0.02")


class PriceSanity:
    """Judges the prices of one symbol. Sources are `ticker`, `trade`, `depth` and `rest`.

    A price near the last good one is good. A jump becomes good only when the stream and REST both
    say it, for six seconds, and no price near the old one arrives meanwhile. Bad prices are never
    averaged with good ones.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.reference: Decimal | None = None
        self._good_at = clock.monotonic()
        self._jump: dict[str, Decimal] = {}
        self._jump_since = 0.0
        self.refused = 0

    def read(self, text: object) -> Decimal | None:
        """A price from what a stranger sent, or None when it cannot be one."""
        value = decimal_or_none(text) if isinstance(text, str) else None
        return value if value is not None and value > 0 else None

    def accept(self, source: str, price: Decimal) -> bool:
        """True when the price may be used."""
        now = self._clock.monotonic()
        reference = self.reference
        if reference is None:
            return self._first(source, price)
        band = min(BAND_MAX, BAND + BAND_PER_S * Decimal(int(now - self._good_at)))
        if abs(price / reference - 1) <= band:
            self.reference, self._good_at = price, now
            self._jump.clear()
            return True
        self.refused += 1
        return self._jumped(source, price, reference, now)

    def denial(
        self,
        symbol: str,
        good_age_s: float,
        mid: Decimal,
        book: Decimal | None,
        rest: Decimal | None,
    ) -> str | None:
        """Why no entry may rest on the price, or None. Absent sources say nothing."""
        if good_age_s > TRUSTED_S:
            return f"PRICE_UNTRUSTED: symbol={symbol}, good_s_ago={good_age_s:.1f}, max={TRUSTED_S}"
        for name, other, band in (("book", book, STREAMS_AGREE), ("rest", rest, REST_AGREES)):
            if other is not None and abs(mid / other - 1) > band:
                return f"SOURCES_DISAGREE: symbol={symbol}, ticker={mid}, {name}={other}"
        return None

    def _first(self, source: str, price: Decimal) -> bool:
        """The first price must be said by two sources."""
        self._jump[source] = price
        others = [other for name, other in self._jump.items() if name != source]
        if any(abs(price / other - 1) <= AGREE for other in others):
            self.reference, self._good_at = price, self._clock.monotonic()
            self._jump.clear()
            return True
        return False

    def _jumped(self, source: str, price: Decimal, reference: Decimal, now: float) -> bool:
        if abs(price / reference - 1) > JUMP_MAX:
            return False
        if any(abs(price / other - 1) > AGREE for other in self._jump.values()):
            self._jump.clear()
        if not self._jump:
            self._jump_since = now
        self._jump[source] = price
        said_by_both = "rest" in self._jump and len(self._jump) > 1
        if said_by_both and now - self._jump_since >= JUMP_AFTER_S:
            self.reference, self._good_at = price, now
            self._jump.clear()
            return True
        return False


class NaivePriceSanity(PriceSanity):
    """Takes what comes: any number is a price, and the last one is the reference."""

    def read(self, text: object) -> Decimal | None:
        return Decimal(str(text))

    def accept(self, source: str, price: Decimal) -> bool:
        self.reference = price
        return True

    def denial(
        self,
        symbol: str,
        good_age_s: float,
        mid: Decimal,
        book: Decimal | None,
        rest: Decimal | None,
    ) -> str | None:
        return None
