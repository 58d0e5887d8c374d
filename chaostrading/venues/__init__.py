"""How each exchange words things: errors, limits, headers, and where meaning sits in a message.

One folder or file per exchange, data and small pure functions. A fault asks the venue for its
words and contains none; the witness asks it what a frame means. Start with `base.py`.
`VENUES` maps the names users write (`--venue binance`) to venues.
"""

import functools
from typing import Any

from chaostrading.core.errors import unknown_name
from chaostrading.venues.base import Venue

__all__ = ["VENUES", "venue"]

VENUES: dict[str, Venue]


@functools.cache
def _load() -> dict[str, Venue]:
    """Loaded when first asked for: most who need a venue's types need none of the venues."""
    from chaostrading.venues.binance import BINANCE
    from chaostrading.venues.bybit import BYBIT
    from chaostrading.venues.coinbase import COINBASE
    from chaostrading.venues.generic import GENERIC
    from chaostrading.venues.kraken import KRAKEN
    from chaostrading.venues.okx import OKX

    return {one.name: one for one in (BINANCE, BYBIT, OKX, KRAKEN, COINBASE, GENERIC)}


def __getattr__(name: str) -> Any:
    if name == "VENUES":
        return _load()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def venue(name: str) -> Venue:
    """Look a venue up by name. Unknown names list the known ones."""
    found = _load().get(name)
    if found is None:
        raise unknown_name("venue", name, _load())
    return found
