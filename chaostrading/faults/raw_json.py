"""Cut members and list items out of JSON text, or put some in, and leave the other bytes alone."""

import re

__all__ = ["add_item", "end_of", "items", "keep_items", "remove_member", "value_span", "with_value"]

_MARK = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}]*")
_NUMBER = re.compile(rb"-?\d[\d.eE+-]*")
_GAP = re.compile(rb"[\s,]*")

Span = tuple[int, int]


def end_of(payload: bytes, start: int) -> int:
    """Where the value that starts here ends."""
    if payload[start : start + 1] not in (b"[", b"{", b'"'):
        found = _SCALAR.match(payload, start)
        return found.end() if found else start
    depth = 0
    for mark in _MARK.finditer(payload, start):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(mark.group(), 0)
        if depth == 0:
            return mark.end()
    return len(payload)


def value_span(payload: bytes, names: tuple[str, ...], opener: bytes = b"") -> Span | None:
    """Where the value of the first member of such a name stands; with `opener`, of the first one
    whose value starts with it."""
    listed = b"|".join(re.escape(name.encode()) for name in names)
    for member in re.finditer(rb'"(?:' + listed + rb')"\s*:\s*', payload):
        if payload.startswith(opener, member.end()):
            return member.end(), end_of(payload, member.end())
    return None


def with_value(payload: bytes, span: Span, value: bytes) -> bytes:
    """The payload with another value in this place."""
    return payload[: span[0]] + value + payload[span[1] :]


def items(payload: bytes, span: Span) -> list[Span]:
    """Where the items of the list in this place stand."""
    found: list[Span] = []
    at = span[0] + 1
    while True:
        gap = _GAP.match(payload, at)
        at = gap.end() if gap else at
        if at >= span[1] - 1:
            return found
        end = end_of(payload, at)
        if end == at:
            return found
        found.append((at, end))
        at = end


def keep_items(payload: bytes, span: Span, count: int) -> bytes:
    """The payload with the first items only of the list in this place."""
    found = items(payload, span)
    if len(found) <= count:
        return payload
    end = found[count - 1][1] if count else span[0] + 1
    return payload[:end] + payload[span[1] - 1 :]


def remove_member(payload: bytes, names: tuple[str, ...], opener: bytes = b"") -> bytes:
    """The payload without the first member of such a name, and without its comma."""
    span = value_span(payload, names, opener)
    if span is None:
        return payload
    start = payload.rindex(b'"', 0, payload.rindex(b'"', 0, payload.rindex(b":", 0, span[0])))
    before, after = payload[:start], payload[span[1] :]
    if after.lstrip().startswith(b","):
        return before + after.lstrip()[1:].lstrip()
    return before.rstrip().removesuffix(b",") + after


def add_item(payload: bytes, span: Span, first: str, second: str) -> bytes:
    """Put an item in front of a list of price levels: a copy of the first one with other numbers,
    or `["first","second"]` where the list is empty."""
    found = items(payload, span)
    if not found:
        return with_value(payload, span, f'[["{first}","{second}"]]'.encode())
    start, end = found[0]
    item = payload[start:end]
    new, done = b"", 0
    for number, text in zip(_NUMBER.finditer(item), (first, second), strict=False):
        new += item[done : number.start()] + text.encode()
        done = number.end()
    return payload[:start] + new + item[done:] + b"," + payload[start:]
