"""The dialect of Bybit."""

from chaostrading.venues.generic import Generic

__all__ = ["BYBIT", "Bybit"]


class Bybit(Generic):
    """The dialect of Bybit. It holds no state; use `BYBIT`."""

    name = "bybit"


BYBIT = Bybit()
