"""WebSocket frames as bytes (RFC 6455): where each begins and ends, and how one is built. No I/O.

A *span* is `(first, start, end)`: the frame's first byte (FIN, reserved bits, opcode), and where
its payload begins and ends. Spans follow each other without a gap, so a frame begins where the span
before it ends. The first byte `PASSING` marks a piece of a frame that is too large to be looked at.
"""

__all__ = [
    "BINARY", "CLOSE", "CONTINUATION", "LARGEST", "NAMES", "PASSING", "PING", "PONG", "TEXT",
    "Cutter", "Span", "build", "close_code", "close_payload", "extent", "is_masked", "mask_key",
    "masked", "walk",
]  # fmt: skip

Span = tuple[int, int, int]

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
NAMES = {TEXT: "text", BINARY: "binary", CLOSE: "close", PING: "ping", PONG: "pong"}
PASSING = -1
LARGEST = 16 * 1024 * 1024
"""Bytes of a frame above which it passes unseen."""


def extent(data: bytes, pos: int) -> tuple[int, int]:
    """Where the payload of the frame from `pos` begins, and its length; (0, 0) while the header is
    not whole."""
    have = len(data) - pos
    if have < 2:
        return 0, 0
    length = data[pos + 1] & 0x7F
    header = 2 if length < 126 else 4 if length == 126 else 10
    if length >= 126:
        length = int.from_bytes(data[pos + 2 : pos + header], "big")
    size = header + (4 if data[pos + 1] & 0x80 else 0)
    return (pos + size, length) if have >= size else (0, 0)


def walk(data: bytes, pos: int, spans: list[Span]) -> int:
    """Append the spans of all whole frames from `pos` on; give where the first other one begins."""
    size = len(data)
    add = spans.append
    while pos + 4 <= size:
        length = data[pos + 1]
        if length < 126:
            start = pos + 2
        elif length == 126:
            start = pos + 4
            length = data[pos + 2] << 8 | data[pos + 3]
        else:
            start, length = extent(data, pos)
        end = start + length
        if not start or end > size:
            return pos
        add((data[pos], start, end))
        pos = end
    start, length = extent(data, pos)
    if start and start + length <= size:
        add((data[pos], start, start + length))
        pos = start + length
    return pos


class Cutter:
    """Cuts what arrives into whole frames, and keeps the one that is not whole yet."""

    __slots__ = ("_parts", "_skip", "_wanted", "have")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._wanted = 0
        self._skip = 0
        self.have = 0
        """Bytes kept of the frame that is not whole yet."""

    @property
    def empty(self) -> bool:
        """Whether the next byte is the first one of a frame."""
        return not self.have and not self._skip

    def cut(self, data: bytes) -> tuple[bytes, list[Span]]:
        """Take in what arrived; give bytes, and the spans of all whole frames in them."""
        spans: list[Span] = []
        data, pos = self.open(data)
        if pos:
            spans.append((PASSING, 0, pos))
        pos = walk(data, pos, spans)
        if self.close(data, pos):
            spans.append((PASSING, pos, len(data)))
        return data, spans

    def open(self, data: bytes) -> tuple[bytes, int]:
        """Take in what arrived; give bytes, and where in them the first frame begins."""
        if self._skip:
            passing = min(self._skip, len(data))
            self._skip -= passing
            return data, passing
        if not self.have:
            return data, 0
        self._parts.append(data)
        self.have += len(data)
        if self.have < self._wanted:
            return b"", 0
        data = b"".join(self._parts)
        self._parts.clear()
        self.have = 0
        return data, 0

    def close(self, data: bytes, pos: int) -> bool:
        """Keep the bytes from `pos` on for the next time; True if they pass because their frame is
        too large to be kept."""
        have = len(data) - pos
        if not have:
            return False
        start, length = extent(data, pos)
        wanted = start - pos + length if start else have + 1
        if wanted > LARGEST:
            self._skip = wanted - have
            return True
        self._parts.append(data[pos:])
        self.have, self._wanted = have, wanted
        return False

    def peek(self) -> bytes:
        """What is kept of the frame that is not whole yet."""
        return b"".join(self._parts)


def is_masked(data: bytes, begin: int) -> bool:
    """Whether the frame that begins there is masked, as all frames of clients are."""
    return bool(data[begin + 1] & 0x80)


def mask_key(data: bytes, begin: int, start: int) -> bytes:
    """The mask of the frame from `begin` with its payload from `start`; empty if not masked."""
    return data[start - 4 : start] if is_masked(data, begin) else b""


def masked(payload: bytes, key: bytes) -> bytes:
    """The payload with the mask put on or taken off, which is the same thing."""
    if not key or not payload:
        return payload
    size = len(payload)
    pattern = (key * (size // 4 + 1))[:size]
    mixed = int.from_bytes(payload, "little") ^ int.from_bytes(pattern, "little")
    return mixed.to_bytes(size, "little")


def build(opcode: int, payload: bytes, key: bytes = b"", first: int | None = None) -> bytes:
    """Build one whole frame. With a key it is masked. `first` is the first byte if not FIN|opcode.

    The payload of a control frame is cut to the 125 bytes that the standard allows."""
    if opcode >= CLOSE:
        payload = payload[:125]
    size, mask = len(payload), 0x80 if key else 0
    head = bytes((0x80 | opcode if first is None else first,))
    if size < 126:
        head += bytes((mask | size,))
    elif size < 65_536:
        head += bytes((mask | 126,)) + size.to_bytes(2, "big")
    else:
        head += bytes((mask | 127,)) + size.to_bytes(8, "big")
    return head + key + masked(payload, key)


def close_payload(code: int, reason: str = "") -> bytes:
    """Payload of a close frame: the code and the reason, cut to what fits."""
    return code.to_bytes(2, "big") + reason.encode()[:123]


def close_code(payload: bytes) -> int | None:
    """The code in the payload of a close frame, None where there is none."""
    return int.from_bytes(payload[:2], "big") if len(payload) >= 2 else None
