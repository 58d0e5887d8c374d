"""Which frames carry which market data, and how values pass from one message to another."""

import fnmatch
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from chaostrading.core.money import decimal_or_none
from chaostrading.faults.base import Frame, State
from chaostrading.venues.reading import loads

__all__ = [
    "ASKS",
    "BIDS",
    "carry",
    "follow",
    "is_answer",
    "is_book",
    "is_candle",
    "is_diff",
    "is_market",
    "is_meant",
    "is_trade",
    "levels",
    "like",
    "place",
    "prices",
    "source",
    "values",
]

T = TypeVar("T", str, int)
Levels = list[tuple[Decimal, Decimal]]

BIDS = ("bids", "b")
ASKS = ("asks", "a")
_BOOK = re.compile(r"depth|book|level2|l2", re.IGNORECASE)
_TICKER = re.compile(r"ticker", re.IGNORECASE)
_TRADE = re.compile(r"trade|match", re.IGNORECASE)
_CANDLE = re.compile(r"kline|candle|ohlc", re.IGNORECASE)
_REMEMBERED = 500
_MOMENT = re.compile(r"\d{10,}")


def is_market(frame: Frame) -> bool:
    """Whether the frame brings market data to the client, by stream or as a good answer."""
    if frame.meaning.role != "market" or frame.direction != "down" or not frame.payload:
        return False
    return frame.kind == "message" or (frame.kind == "answer" and 200 <= frame.status < 300)


def is_answer(frame: Frame) -> bool:
    """Whether it answers a request, over REST or over the WebSocket API."""
    return frame.kind == "answer" or bool(frame.meaning.request_id)


def is_book(frame: Frame) -> bool:
    """Price levels, and not only the best ones."""
    name = _name(frame)
    return is_market(frame) and bool(_BOOK.search(name)) and not _TICKER.search(name)


def is_diff(frame: Frame) -> bool:
    """A change to a book, which means something only in order with the others."""
    whole = b'"lastUpdateId"' in frame.payload or b'"snapshot"' in frame.payload
    return frame.kind == "message" and is_book(frame) and not whole


def is_trade(frame: Frame) -> bool:
    """A public trade of a stream."""
    return is_market(frame) and not is_answer(frame) and bool(_TRADE.search(_name(frame)))


def is_candle(frame: Frame) -> bool:
    """A candle, open or closed."""
    return is_market(frame) and bool(_CANDLE.search(_name(frame)))


def _name(frame: Frame) -> str:
    return f"{frame.meaning.endpoint} {frame.stream}"


def source(frame: Frame) -> str:
    """Names what a frame is the next reading of: a stream in its wrapper, or a request's answer."""
    if frame.kind == "answer":
        return f"{frame.path}?{_MOMENT.sub('*', frame.query)}"
    meaning = frame.meaning
    name = f"{meaning.endpoint} {meaning.symbol}" if is_answer(frame) else frame.stream
    return f"{frame.path.split('/')[1:2]} {name or meaning.endpoint}"


def place(frame: Frame) -> str:
    """The source as one client gets it: per connection for streams, over all for answers, since
    each request may have a connection of its own."""
    return f"{frame.connection if frame.kind == 'message' else ''} {source(frame)}"


def is_meant(frame: Frame, pattern: str, state: State) -> bool:
    """Whether the frame is about a symbol of this shell pattern; "" takes the first one seen."""
    symbol = frame.meaning.symbol
    if pattern:
        return fnmatch.fnmatchcase(symbol, pattern)
    return bool(symbol) and state.memory.setdefault("symbol", symbol) == symbol


def prices(frame: Frame) -> list[str]:
    """The price texts of a frame, in the order of the wire."""
    return values(frame.venue.edit_price, frame.payload)


def like(text: str, value: Decimal) -> str:
    """The value with as many decimals as the text has."""
    return f"{value:.{len(text.partition('.')[2])}f}"


def carry(edit: Callable[[bytes, Callable[[T], T]], bytes], origin: bytes, target: bytes) -> bytes:
    """Put the values that `edit` finds in `origin` in the place of those in `target`, one for one.

    Values of the target that have no match keep what they are."""
    left = iter(values(edit, origin))
    return edit(target, lambda old: next(left, old))


def values(edit: Callable[[bytes, Callable[[T], T]], bytes], payload: bytes) -> list[T]:
    """The values that an `edit_*` function of a venue would pass through a change."""
    found: list[T] = []

    def read(value: T) -> T:
        found.append(value)
        return value

    edit(payload, read)
    return found


def levels(payload: bytes) -> tuple[Levels, Levels]:
    """Bids and asks of a message as (price, quantity), quantity 0 for a level that is removed."""
    row: Any = loads(payload)
    for _ in range(3):
        if isinstance(row, list):
            row = row[0] if row else None
        if not isinstance(row, dict):
            break
        if any(isinstance(row.get(name), list) for name in BIDS + ASKS):
            return _side(row, BIDS), _side(row, ASKS)
        row = row.get("data", row.get("result"))
    return [], []


def follow(known: set[Decimal], side: Levels, *, highest: bool = False) -> None:
    """Take over a change of one side of a book into the prices known to be there, of which the best
    are kept: the lowest, or the highest."""
    for price, size in side:
        (known.add if size else known.discard)(price)
    if len(known) > _REMEMBERED:
        known.intersection_update(sorted(known, reverse=highest)[: _REMEMBERED // 2])


def _side(row: dict[str, Any], names: tuple[str, ...]) -> Levels:
    found: list[Any] = next((row[name] for name in names if isinstance(row.get(name), list)), [])
    pairs = (list(item.values()) if isinstance(item, dict) else item for item in found)
    read = (
        (decimal_or_none(pair[0]), decimal_or_none(pair[1]))
        for pair in pairs
        if isinstance(pair, list) and len(pair) > 1
    )
    return [(price, size) for price, size in read if price is not None and size is not None]
