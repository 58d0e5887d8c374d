"""The dialect of Kraken."""

from chaostrading.venues.generic import Generic

__all__ = ["KRAKEN", "Kraken"]


class Kraken(Generic):
    """The dialect of Kraken. It holds no state; use `KRAKEN`."""

    name = "kraken"


KRAKEN = Kraken()
