"""Where price, quantity, time, symbol and sequence sit in Binance's messages and answers.

A place is the path to a value without its wrapper (`data`, `event`, `result`); `*` is any position
in a list, a number at the end that very position: `b.*.0` is the price of each bid.
"""

import functools
import re

from chaostrading.venues.editing import Path, Wanted

__all__ = ["Asked", "asked", "wanted"]

_EVENT = re.compile(rb'"e"\s*:\s*"(\w+)"')
_WRAPPERS = frozenset({"data", "event", "result"})

_CANDLE = frozenset({"k.o", "k.c", "k.h", "k.l"})
_TICKER = frozenset({"w", "x", "c", "b", "a", "o", "h", "l"})

_PRICES: dict[str, frozenset[str]] = {
    "trade": frozenset({"p"}),
    "aggTrade": frozenset({"p"}),
    "kline": _CANDLE,
    "24hrTicker": _TICKER,
    "24hrMiniTicker": frozenset({"c", "o", "h", "l"}),
    "1hTicker": frozenset({"w", "c", "o", "h", "l"}),
    "avgPrice": frozenset({"w"}),
    "bookTicker": frozenset({"b", "a"}),
    "markPriceUpdate": frozenset({"p", "i", "P"}),
    "depthUpdate": frozenset({"b.*.0", "a.*.0"}),
    "executionReport": frozenset({"p", "P", "L"}),
    "": frozenset(
        {
            "b", "a", "p", "price", "bidPrice", "askPrice", "lastPrice", "openPrice", "highPrice",
            "lowPrice", "prevClosePrice", "weightedAvgPrice", "stopPrice", "bids.*.0", "asks.*.0",
            "*.1", "*.2", "*.3", "*.4",
        }
    ),
}  # fmt: skip
_QUANTITIES: dict[str, frozenset[str]] = {
    "trade": frozenset({"q"}),
    "aggTrade": frozenset({"q"}),
    "kline": frozenset({"k.v", "k.q", "k.V", "k.Q"}),
    "24hrTicker": frozenset({"Q", "B", "A", "v", "q"}),
    "24hrMiniTicker": frozenset({"v", "q"}),
    "1hTicker": frozenset({"v", "q"}),
    "bookTicker": frozenset({"B", "A"}),
    "depthUpdate": frozenset({"b.*.1", "a.*.1"}),
    "executionReport": frozenset({"q", "l", "z", "F"}),
    "outboundAccountPosition": frozenset({"B.*.f", "B.*.l"}),
    "balanceUpdate": frozenset({"d"}),
    "": frozenset(
        {
            "B", "A", "q", "qty", "bidQty", "askQty", "lastQty", "volume", "quoteVolume", "origQty",
            "executedQty", "free", "locked", "balances.*.free", "balances.*.locked", "bids.*.1",
            "asks.*.1", "*.5", "*.7",
        }
    ),
}  # fmt: skip
# The open and close time of a candle name the candle; they are no readings of a clock.
_TIMES: dict[str, frozenset[str]] = {
    "24hrTicker": frozenset({"E", "C"}),
    "outboundAccountPosition": frozenset({"E", "u"}),
    "": frozenset({"T", "E", "time", "serverTime", "transactTime", "updateTime", "closeTime"}),
}
_STREAM_TIMES = frozenset({"E", "T"})
_SEQUENCES: dict[str, frozenset[str]] = {
    "trade": frozenset({"t"}),
    "aggTrade": frozenset({"a"}),
    "depthUpdate": frozenset({"U", "u", "pu"}),
    "bookTicker": frozenset({"u"}),
    "": frozenset({"u", "a", "id", "lastUpdateId"}),
}
_SYMBOLS: dict[str, frozenset[str]] = {
    "kline": frozenset({"s", "k.s"}),
    "": frozenset({"s", "symbol", "symbols.*.symbol"}),
}
_STREAM_SYMBOLS = frozenset({"s"})


Asked = tuple[str, str, str]


def asked(what: str, payload: bytes) -> Asked:
    """Names what is wanted of this payload: for the same name, `wanted` is the same."""
    found = _EVENT.search(payload)
    return "binance", what, found.group(1).decode() if found else ""


@functools.lru_cache(maxsize=1_024)
def wanted(name: Asked) -> Wanted:
    """Which values of such a payload are a price, quantity, time, symbol or sequence."""
    _, what, event = name
    places, quoted_ones = {
        "price": (_PRICES.get(event, frozenset[str]()), True),
        "quantity": (_QUANTITIES.get(event, frozenset[str]()), True),
        "time": (_TIMES.get(event, _STREAM_TIMES), False),
        "sequence": (_SEQUENCES.get(event, frozenset[str]()), False),
        "symbol": (_SYMBOLS.get(event, _STREAM_SYMBOLS), True),
    }[what]
    # Letters are used twice: `a` is the ask as text in one message and a trade's number in
    # another. Binance quotes prices, quantities and symbols, and nothing else.
    return lambda path, quoted: quoted == quoted_ones and _place(path) in places


@functools.lru_cache(maxsize=8_192)
def _place(path: Path) -> str:
    start = 1 if path and path[0] in _WRAPPERS else 0
    if len(path) > start + 1 and isinstance(path[start], int) and isinstance(path[start + 1], str):
        start += 1
    last = len(path) - 1
    return ".".join(
        "*" if isinstance(part, int) and index < last else str(part)
        for index, part in enumerate(path[start:], start)
    )
