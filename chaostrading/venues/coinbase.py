"""The dialect of Coinbase."""

from chaostrading.venues.generic import Generic

__all__ = ["COINBASE", "Coinbase"]


class Coinbase(Generic):
    """The dialect of Coinbase. It holds no state; use `COINBASE`."""

    name = "coinbase"


COINBASE = Coinbase()
