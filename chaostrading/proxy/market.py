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
from chaostrading.proxy.frames import extent as frame_extent
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
_VIEWS_KEPT = 32
_LENGTHS_KEPT = 16
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

    def add(self, count: int, size: int, newest: bytes, now_s: float) -> None:
        """Count so many messages of so many bytes together, the newest of which is this."""
        self.count += count
        self.bytes += size
        self.newest = newest
        self.last_s = now_s


class _Likeness:
    """By what the next message of a stream is known: how it begins up to its first number, how it
    goes on after its last number up to the end of its name, and where that is."""

    __slots__ = ("at", "head", "into", "name", "runs")

    def __init__(self, into: Slice, head: bytes, name: bytes, at: int) -> None:
        self.into = into
        self.head = head
        self.name = name
        self.at = at
        self.runs: dict[int, re.Pattern[bytes]] = {}
        """By payload length: as many frames as there are of this stream, one behind the other."""

    def run(self, data: bytes, pos: int, start: int, end: int) -> int:
        """Where the frames end that follow the one from `pos` and are like it, of its length.

        The regular expression engine walks them several times faster than a loop can."""
        length = end - start
        found = self.runs.get(length)
        if found is None:
            if len(self.runs) >= _LENGTHS_KEPT:
                return end
            between = self.at - len(self.head)
            rest = length - self.at - len(self.name)
            found = self.runs[length] = re.compile(
                b"(?:%s.{%d}%s.{%d})*+"
                % (re.escape(data[pos:start] + self.head), between, re.escape(self.name), rest),
                re.DOTALL,
            )
        match = found.match(data, end)
        return match.end() if match else end


_NOTHING = _Likeness(Slice("", ""), b"", b"\x00 no text message has this", 0)


class Market:
    """Sums up market data of one connection. `read` is called with frames that are
    not known: the bytes, where the frame begins in them, and its span."""

    def __init__(self, venue: Venue, path: str, read: Callable[[bytes, int, Span], None]) -> None:
        self.slices: dict[str, Slice] = {}
        self._venue = venue
        self._path = path
        self._read = read
        self._shapes: list[bytes] = []
        self._pattern: re.Pattern[bytes] | None = None
        self._known: dict[Key, Slice] = {}
        self._views: dict[tuple[bytes, int, int], dict[bytes, _Likeness]] = {}
        """By how messages begin, and where the name stands: what is known by these names."""
        self._last = _NOTHING
        """What the next message most likely is like: streams come in bursts."""
        self._doubtful: set[Key] = set()

    def skim(self, data: bytes, pos: int, now_s: float) -> int:
        """Walk frames from `pos` on, count those of known streams, hand all others to `read`.

        Gives where the first frame begins that is not whole. A message that begins and names its
        stream as the one before it did, byte for byte around a number of the same length, belongs
        to the same stream. This is the hot path, and the one place beside `frames.walk` that knows
        a frame's header: doing both in one loop saves a third of the time."""
        size, starts_with = len(data), data.startswith
        like = self._last
        head, name, at = like.head, like.name, like.at
        count = total = newest = newest_end = last = 0
        while pos + 2 <= size:
            length = data[pos + 1]
            if length < 126:
                start = pos + 2
            elif length == 126 and pos + 4 <= size:
                start = pos + 4
                length = data[pos + 2] << 8 | data[pos + 3]
            else:  # very long, or masked, which no exchange does
                start, length = frame_extent(data, pos)
                if not start:
                    break
            end = start + length
            if end > size:
                break
            if data[pos] == _WHOLE_TEXT:
                if starts_with(name, start + at) and starts_with(head, start):
                    if length == last:
                        end = like.run(data, pos, start, end)
                    step = start - pos + length
                    more = (end - pos) // step
                    count += more
                    total += more * length
                    newest, newest_end = end - length, end
                    last, pos = length, end
                    continue
                found = self._find(data, start, end)
                if found is not None:
                    if count:
                        like.into.add(count, total, data[newest:newest_end], now_s)
                    self._last = like = found
                    head, name, at = found.head, found.name, found.at
                    count, total, newest, newest_end = 1, length, start, end
                    last, pos = length, end
                    continue
            self._unknown(data, pos, start, end, now_s)
            pos = end
        if count:
            like.into.add(count, total, data[newest:newest_end], now_s)
        return pos

    def _unknown(self, data: bytes, pos: int, start: int, end: int, now_s: float) -> None:
        """A frame of no known stream: read it, unless it is no JSON that could name one."""
        if data[pos] in _WHOLE and start < end and data[start] not in _JSON:
            self.add(Meaning(), data[start:end], now_s)
        else:
            self._read(data, pos, (data[pos], start, end))

    def _find(self, data: bytes, start: int, end: int) -> _Likeness | None:
        """By what a message of known shape, and the next one of its stream, is known."""
        for (head, at, size), names in self._views.items():
            if data.startswith(head, start):
                known = names.get(data[start + at : start + at + size])
                if known is not None:
                    return known
        if self._pattern is None:
            return None
        match = self._pattern.match(data, start, min(end, start + 2 * _LEARN_WITHIN))
        if match is None or match.lastindex is None:
            return None
        into = self._known.get((match.lastindex, match.group(match.lastindex)))
        if into is None:
            return None
        whole, before = match.group(), match.start(match.lastindex) - start
        numbers = [number.span() for number in _DIGITS.finditer(whole, 0, before)]
        head = whole[: numbers[0][0]] if numbers else b""
        at = numbers[-1][1] if numbers else 0
        name = whole[at:]
        view = (head, at, len(name))
        if view not in self._views and len(self._views) >= _VIEWS_KEPT:
            self._views.clear()
            self._last = _NOTHING
        like = _Likeness(into, head, name, at)
        self._views.setdefault(view, {})[name] = like
        return like

    def add(self, meaning: Meaning, payload: bytes, now_s: float) -> None:
        """Sum up a message that was read in full, and learn its shape."""
        stream = meaning.stream or meaning.symbol or self._path
        into = self.slices.get(stream)
        if into is None:
            if len(self.slices) >= _NAMES_KEPT:
                self.slices.pop(next(iter(self.slices)))
                self._known.clear()
                self._views.clear()
                self._last = _NOTHING
            into = self.slices[stream] = Slice(stream, meaning.symbol)
        into.add(1, len(payload), payload, now_s)
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
        self._views.clear()
        self._last = _NOTHING
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
