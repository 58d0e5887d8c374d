"""Parameters of a request, read the way the real exchange reads them."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from chaostrading.paper.exchange.rejections import Rejected, illegal_characters, mandatory

__all__ = ["Params"]

DECIMAL = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
INTEGER = r"^[0-9]{1,20}$"
SYMBOL = r"^[A-Z0-9-_.]{1,20}$"
CLIENT_ID = r"^[a-zA-Z0-9-_]{1,36}$"
PRECISION = 8


class Params:
    """Named texts, and how to read them. A reading that fails is refused in Binance's words."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def raw(self, name: str) -> str | None:
        """The text as sent, or None."""
        return self._values.get(name)

    def text(self, name: str, default: str = "") -> str:
        """The text; empty is refused, absent gives the default."""
        value = self._values.get(name)
        if value is None:
            return default
        if value == "":
            raise Rejected(-1105, f"Parameter '{name}' was empty.")
        return value

    def required(self, name: str) -> str:
        """The text; absent or empty is refused."""
        value = self._values.get(name)
        if not value:
            raise mandatory(name)
        return value

    def matching(self, name: str, pattern: str) -> str | None:
        """The text, which must be within the pattern's range; None where absent."""
        value = self.text(name)
        if value and not re.match(pattern, value):
            raise illegal_characters(name, pattern)
        return value or None

    def client_id(self, name: str) -> str | None:
        """A client order id, or None."""
        return self.matching(name, CLIENT_ID)

    def symbol(self, known: Mapping[str, object], name: str = "symbol") -> str:
        """A known symbol; absent is refused."""
        value = self.required(name)
        if not re.match(SYMBOL, value):
            raise illegal_characters(name, SYMBOL)
        if value not in known:
            raise Rejected(-1121, "Invalid symbol.")
        return value

    def decimal(self, name: str) -> Decimal | None:
        """A number of at least 0 without sign and exponent, or None where absent."""
        value = self.matching(name, DECIMAL)
        if value is None:
            return None
        places = len(value.partition(".")[2].rstrip("0"))
        if places > PRECISION:
            raise Rejected(-1111, f"Parameter '{name}' has too much precision.")
        return Decimal(value)

    def positive(self, name: str, thing: str) -> Decimal | None:
        """A number above 0, or None where absent. `thing` is what the refusal calls it."""
        value = self.decimal(name)
        if value is not None and value <= 0:
            raise Rejected(-1013, f"Invalid {thing}.")
        return value

    def integer(self, name: str) -> int | None:
        """A whole number of at least 0, or None where absent."""
        value = self.matching(name, INTEGER)
        return None if value is None else int(value)

    def limit(self, default: int, most: int) -> int:
        """The parameter `limit`, cut to `most` as the exchange does."""
        value = self.integer("limit")
        if value is None:
            return default
        if value < 1:
            raise Rejected(-1130, "Data sent for parameter 'limit' is not valid.")
        return min(value, most)

    def time_ms(self, name: str) -> int | None:
        """A time in milliseconds; microseconds are understood."""
        value = self.integer(name)
        return value if value is None or value < 10**14 else value // 1000

    def choice(self, name: str, known: Sequence[str], refusal: Rejected) -> str | None:
        """One of the known words, or None where absent."""
        value = self.text(name)
        if not value:
            return None
        if value not in known:
            raise refusal
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """`true` or `false`."""
        value = self.text(name)
        return default if not value else value.lower() == "true"
