"""Market data of one connection, summed up per stream and 100 ms without reading every message.

A message is read in full once, to learn where in it the name of its stream (or its symbol) stands:
`{"e":"trade","E":1750000000123,"s":"BTCUSDT",...` teaches the shape
`{"e":"trade","E":<digits>,"s":"<name>"`. Messages of a known shape and name are then counted by
looking at these bytes alone. Only what the venue calls market data teaches a shape, so private
events and answers, which begin differently, are always read. Of each slice the newest message is
read, for event time, price and sequence; if it turns out to belong to another stream than its
shape said, that name is not trusted again and such messages are read one by one.
"""

import re
from collections.abc import Callable

from chaostrading.proxy.frames import BINARY, TEXT, Span
from chaostrading.proxy.redaction import safe
from chaostrading.proxy.stats import Stats
from chaostrading.proxy.witness import Witness
from chaostrading.records.types import MarketSlice
from chaostrading.venues.base import Meaning, Venue

__all__ = ["Market", "Slice", "is_market"]

_LEARN_WITHIN = 256
"""The name must stand within so many bytes from the start of the message."""
_SHAPES_KEPT = 32
_NAMES_KEPT = 2_000
_DIGITS = re.compile(rb"\d+")
_WHOLE_TEXT = 0x80 | TEXT
_WHOLE = (_WHOLE_TEXT, 0x80 | BINARY)
_JSON = b"{["
Key = tuple[int, bytes]


def is_market(meaning: Meaning) -> bool:
    """Whether a message from the exchange is summed up rather than recorded one by one."""
    return meaning.role in ("market", "other") and not meaning.request_id


class Slice:
    """One stream within the current 100 ms."""

    __slots__ = ("bytes", "count", "keys", "last_s", "newest", "stream", "symbol")

    def __init__(self, stream: str, symbol: str) -> None:
        self.stream = stream
        self.symbol = symbol
        self.count = 0
        self.bytes = 0
        self.last_s = 0.0
        self.newest = b""
        self.keys: set[Key] = set()


class Market:
    """Sums up market data of one connection. `read` is called for messages that are not known."""

    def __init__(self, venue: Venue, path: str, read: Callable[[int, bytes], None]) -> None:
        self.slices: dict[str, Slice] = {}
        self._venue = venue
        self._path = path
        self._read = read
        self._shapes: list[bytes] = []
        self._pattern: re.Pattern[bytes] | None = None
        self._known: dict[Key, Slice] = {}
        self._doubtful: set[Key] = set()

    def skim(self, data: bytes, spans: list[Span], now_s: float) -> None:
        """Count the whole data messages among these frames; hand on all that is not known."""
        current: Slice | None = None
        prefix = b""
        count = total = newest = 0
        for index, (first, start, end) in enumerate(spans):
            if first == _WHOLE_TEXT:
                if current is not None and data.startswith(prefix, start):
                    count += 1
                    total += end - start
                    newest = index
                    continue
                found = self._find(data, start, end)
                if found is not None:
                    if current is not None:
                        self._count(current, data, spans[newest], count, total, now_s)
                    current, size = found
                    prefix = data[start : start + size]
                    count, total, newest = 1, end - start, index
                    continue
            if first in _WHOLE and start < end and data[start] not in _JSON:
                self.add(Meaning(), data[start:end], now_s)
                continue
            self._read(index, data)
        if current is not None:
            self._count(current, data, spans[newest], count, total, now_s)

    def _find(self, data: bytes, start: int, end: int) -> tuple[Slice, int] | None:
        """The slice of a message of known shape, and the length of what identifies it."""
        if self._pattern is None:
            return None
        match = self._pattern.match(data, start, min(end, start + 2 * _LEARN_WITHIN))
        if match is None or match.lastindex is None:
            return None
        known = self._known.get((match.lastindex, match.group(match.lastindex)))
        return None if known is None else (known, match.end() - start)

    def _count(
        self, into: Slice, data: bytes, newest: Span, count: int, total: int, now_s: float
    ) -> None:
        into.count += count
        into.bytes += total
        into.last_s = now_s
        into.newest = data[newest[1] : newest[2]]

    def add(self, meaning: Meaning, payload: bytes, now_s: float) -> None:
        """Sum up a message that was read in full, and learn its shape."""
        stream = meaning.stream or meaning.symbol or self._path
        into = self.slices.get(stream)
        if into is None:
            if len(self.slices) >= _NAMES_KEPT:
                self.slices.pop(next(iter(self.slices)))
                self._known.clear()
            into = self.slices[stream] = Slice(stream, meaning.symbol)
        into.count += 1
        into.bytes += len(payload)
        into.last_s = now_s
        into.newest = payload
        if meaning.role == "market" and (meaning.stream or meaning.symbol):
            self._learn(into, meaning, payload)

    def _learn(self, into: Slice, meaning: Meaning, payload: bytes) -> None:
        for name in (meaning.stream.encode(), meaning.symbol.encode()):
            at = payload.find(b'"' + name + b'"', 0, _LEARN_WITHIN) if name else -1
            if at < 0 or b"\\" in payload[:at]:
                continue
            shape = _DIGITS.sub(rb"\\d+", re.escape(payload[:at])) + rb'"([^"\\]+)"'
            if shape not in self._shapes:
                if len(self._shapes) >= _SHAPES_KEPT:
                    return
                self._shapes.append(shape)
                self._pattern = re.compile(b"|".join(self._shapes))
            key = (self._shapes.index(shape) + 1, name)
            known = self._known.get(key)
            if known is not None and known is not into:
                self._doubt(key)
            elif key not in self._doubtful and len(self._known) < _NAMES_KEPT:
                self._known[key] = into
                into.keys.add(key)
            return

    def _doubt(self, key: Key) -> None:
        known = self._known.pop(key, None)
        if known is not None:
            known.keys.discard(key)
        if len(self._doubtful) < _NAMES_KEPT:
            self._doubtful.add(key)

    def flush(
        self, connection: int, witness: Witness, stats: Stats, wall_offset_s: float
    ) -> dict[str, int]:
        """Write one record per stream that was heard of; give the messages of each.

        `wall_offset_s` is the wall clock minus the monotonic clock."""
        heard = [one for one in self.slices.values() if one.count]
        counts = {one.stream: one.count for one in heard}
        for one in heard:
            meaning = self._venue.read_message(self._path, "down", one.newest)
            if is_market(meaning) and meaning.stream and meaning.stream != one.stream:
                for key in list(one.keys):
                    self._doubt(key)
            self._write(one, meaning, connection, witness, one.last_s + wall_offset_s)
            seen = stats.stream(one.stream)
            seen.count += one.count
            seen.last_s = one.last_s
            seen.event_time_ms = meaning.event_time_ms
            one.count = one.bytes = 0
        stats.messages_down += sum(counts.values())
        return counts

    def _write(
        self, one: Slice, meaning: Meaning, connection: int, witness: Witness, wall_s: float
    ) -> None:
        witness.write(
            MarketSlice,
            mono_s=one.last_s,
            wall_s=wall_s,
            connection=connection,
            stream=safe(one.stream),
            symbol=one.symbol,
            count=one.count,
            bytes=one.bytes,
            event_time_ms=meaning.event_time_ms,
            price=meaning.price,
            sequence=meaning.sequence,
        )
