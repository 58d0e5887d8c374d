"""The dialect of Okx."""

from chaostrading.venues.generic import Generic

__all__ = ["OKX", "Okx"]


class Okx(Generic):
    """The dialect of Okx. It holds no state; use `OKX`."""

    name = "okx"


OKX = Okx()
