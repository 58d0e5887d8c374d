"""Change single values inside JSON text and leave every other byte as it is.

Nothing is decoded and encoded again: number text, key order, spaces and escapes survive, and JSON
that is cut off or broken is edited as far as it can be read.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import datetime, timedelta

from chaostrading.venues.reading import time_ms

__all__ = [
    "Path",
    "Wanted",
    "add_member",
    "drop_member",
    "edit_numbers",
    "edit_texts",
    "list_items",
    "rename_member",
    "scalars",
]

Path = tuple[str | int, ...]
"""Where a value sits: `("data", "b", 3, 0)`."""
Wanted = Callable[[Path, bool], bool]
"""Whether the value at this path is to be changed; the flag says that it is quoted."""

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"\[\]{},:]+', re.DOTALL)
_LONGEST_SHAPE = 48
"""Values of a message above which its shape is not remembered: it will not come again."""
_SHAPES_KEPT = 16
_SEEN_KEPT = 64
_ASKED_KEPT = 512
_WHOLE = re.compile(r"-?[0-9]{1,20}")
_NUMBER = re.compile(r"[-+]?\d")
_OPEN_OBJECT, _OPEN_LIST, _COMMA = b"{"[0], b"["[0], b","[0]
_CLOSERS, _OPENERS, _QUOTE, _COLON = b"}]", b"{[", b'"'[0], b":"[0]


def scalars(payload: bytes) -> Iterator[tuple[Path, int, int]]:
    """Find every text, number, boolean and null: its path, and where it starts and ends."""
    containers: list[int] = []
    path: list[str | int] = []
    at_key = False
    for match in _TOKEN.finditer(payload):
        start, end = match.span()
        first = payload[start]
        if first in _OPENERS:
            containers.append(first)
            path.append("" if first == _OPEN_OBJECT else 0)
            at_key = first == _OPEN_OBJECT
        elif first in _CLOSERS or first == _COMMA:
            if not containers:
                return
            if first != _COMMA:
                containers.pop()
                path.pop()
                at_key = False
            elif containers[-1] == _OPEN_OBJECT:
                at_key = True
            else:
                path[-1] = int(path[-1]) + 1
        elif first == _COLON:
            at_key = False
        elif at_key:
            path[-1] = payload[start + 1 : end - 1].decode("utf-8", "replace")
            at_key = False
        else:
            yield tuple(path), start, end


class _Shapes:
    """The shapes of the messages in which the same is wanted.

    Messages of a stream differ in their values only. One that has the shape of another, byte for
    byte around its values, has them in the same places, and the regular expression engine finds
    these several times faster than a walk does."""

    def __init__(self) -> None:
        self.known: list[re.Pattern[bytes]] = []
        self._seen: set[tuple[bytes, ...]] = set()

    def learn(self, payload: bytes, spots: list[tuple[int, int]], flags: list[bool]) -> None:
        """Remember the shape of this message if it is not the first one that has it."""
        if len(self.known) >= _SHAPES_KEPT or len(spots) > _LONGEST_SHAPE:
            return
        ends = [0, *(end for _, end in spots)]
        starts = [*(start for start, _ in spots), len(payload)]
        around = tuple(payload[end:start] for end, start in zip(ends, starts, strict=True))
        if around not in self._seen:
            if len(self._seen) < _SEEN_KEPT:
                self._seen.add(around)
            return
        parts = [re.escape(around[0])]
        for (start, _), flag, after in zip(spots, flags, around[1:], strict=True):
            value = rb'"[^"\\]*+"' if payload[start] == _QUOTE else rb'[^\s"\[\]{},:]++'
            parts += (b"(%s)" % value if flag else value, re.escape(after))
        self.known.append(re.compile(b"".join(parts)))


def _places(payload: bytes, wanted: Wanted, asked: Hashable) -> Sequence[tuple[int, int]]:
    """Where the wanted values start and end."""
    shapes = _SHAPES.get(asked)
    if shapes is not None:
        for shape in shapes.known:
            if match := shape.fullmatch(payload):
                return match.regs[1:]
    elif asked is not None and len(_SHAPES) < _ASKED_KEPT:
        shapes = _SHAPES[asked] = _Shapes()
    found = list(scalars(payload))
    flags = [wanted(path, payload[start] == _QUOTE) for path, start, _ in found]
    if shapes is not None:
        shapes.learn(payload, [spot[1:] for spot in found], flags)
    return [spot[1:] for spot, flag in zip(found, flags, strict=True) if flag]


_SHAPES: dict[Hashable, _Shapes] = {}


def edit_texts(
    payload: bytes, wanted: Wanted, change: Callable[[str], str], numeric: bool = False,
    asked: Hashable = None,
) -> bytes:  # fmt: skip
    """Pass the text of each wanted value through `change`.

    A quoted value stays quoted unless the new text is `null` or `NaN`. With `numeric`, values that
    are not numbers (null, empty, words) are left alone. `asked` names what is wanted, if it is the
    same for every message of the same shape: then the shape is remembered."""
    parts: list[bytes] = []
    done = 0
    for start, end in _places(payload, wanted, asked):
        quoted = payload[start] == _QUOTE
        old = payload[start + quoted : end - quoted].decode("utf-8", "replace")
        if numeric and not _NUMBER.match(old):
            continue
        new = change(old)
        if new == old:
            continue
        raw = new.encode()
        if quoted and new not in ("null", "NaN"):
            raw = b'"' + raw + b'"'
        parts += (payload[done:start], raw)
        done = end
    parts.append(payload[done:])
    return b"".join(parts)


def edit_numbers(
    payload: bytes, wanted: Wanted, change: Callable[[int], int], asked: Hashable = None
) -> bytes:
    """Pass each wanted whole number through `change`; a quoted number stays quoted."""

    def edited(text: str) -> str:
        return str(change(int(text))) if _WHOLE.fullmatch(text) else text

    return edit_texts(payload, wanted, edited, numeric=True, asked=asked)


def edit_times(
    payload: bytes, wanted: Wanted, change: Callable[[int], int], asked: Hashable = None
) -> bytes:
    """Pass each wanted moment, in milliseconds, through `change` and write it back as it was:
    as a number of the same unit, or as ISO 8601 of the same precision."""

    def edited(value: str) -> str:
        before_ms = time_ms(value)
        if before_ms is None:
            return value
        moved_ms = change(before_ms) - before_ms
        if not value.isdecimal():
            return _moved_iso(value, moved_ms)
        unit = 10 ** (len(value) - 13) if len(value) >= 13 else 0
        return str(int(value) + (moved_ms * unit if unit else moved_ms // 1_000))

    return edit_texts(payload, wanted, edited, numeric=True, asked=asked)


def _moved_iso(value: str, moved_ms: int) -> str:
    """Digits behind the microseconds stay what they are."""
    seconds, point, rest = value.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    try:
        moment = datetime.fromisoformat(value) + timedelta(milliseconds=moved_ms)
    except OverflowError:
        return value
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    if not point:
        return text + seconds[19:]
    fraction = f"{moment.microsecond:06d}{rest[6:digits]}"[:digits]
    return f"{text}.{fraction}{rest[digits:]}"


def rename_member(payload: bytes, name: str, new: str) -> bytes:
    """Give the first member of this name another name, at whatever depth it stands."""
    pattern = re.compile(rb'"' + re.escape(name.encode()) + rb'"(\s*:)')
    return pattern.sub(lambda match: b'"' + new.encode() + b'"' + match.group(1), payload, count=1)


def add_member(payload: bytes, text: bytes) -> bytes:
    """Put `"name": value` in front of the first member of the outermost object, if there is one."""
    start = payload.find(b"{")
    if start < 0:
        return payload
    empty = payload[start + 1 :].lstrip().startswith(b"}")
    return payload[: start + 1] + text + (b"" if empty else b",") + payload[start + 1 :]


def drop_member(payload: bytes, name: str) -> bytes:
    """Take out the first member of this name whose value is a text, number, boolean or null."""
    value = rb'(?:"(?:[^"\\]|\\.)*"|[^\s"\[\]{},:]+)'
    member = rb'"' + re.escape(name.encode()) + rb'"\s*:\s*' + value
    pattern = re.compile(member + rb"\s*,\s*|,\s*" + member + rb"|" + member, re.DOTALL)
    return pattern.sub(b"", payload, count=1)


def list_items(payload: bytes) -> list[tuple[int, int]]:
    """Where each item of the outermost list starts and ends. Empty where there is no list."""
    items: list[tuple[int, int]] = []
    depth, start = 0, -1
    for match in _TOKEN.finditer(payload):
        first = payload[match.start()]
        if depth == 0 and first != _OPEN_LIST:
            return []
        if depth == 1 and start < 0 and first not in (_COMMA, *_CLOSERS):
            start = match.start()
        if first in _OPENERS:
            depth += 1
        elif first in _CLOSERS:
            depth -= 1
        if start >= 0 and depth == 1:
            items.append((start, match.end()))
            start = -1
        if depth == 0:
            break
    return items
