"""WebSocket frames as bytes (RFC 6455): where each begins and ends, and how one is built. No I/O.

A *span* is `(first, start, end)`: the frame's first byte (FIN, reserved bits, opcode), and where
its payload begins and ends. Spans follow each other without a gap, so a frame begins where the span
before it ends. The first byte `PASSING` marks a piece of a frame that is too large to be looked at.
"""

__all__ = [
    "BINARY", "CLOSE", "CONTINUATION", "LARGEST", "NAMES", "PASSING", "PING", "PONG", "TEXT",
    "Cutter", "Span", "build", "close_code", "close_payload", "is_masked", "mask_key", "masked",
    "walk",
]  # fmt: skip

Span = tuple[int, int, int]

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
NAMES = {TEXT: "text", BINARY: "binary", CLOSE: "close", PING: "ping", PONG: "pong"}
PASSING = -1
LARGEST = 16 * 1024 * 1024
"""Bytes of a frame above which it passes unseen."""


def walk(data: bytes, pos: int, spans: list[Span]) -> int:
    """Append the spans of all whole frames from `pos` on; give where the first other one begins."""
    size = len(data)
    add = spans.append
    while pos + 2 <= size:
        length = data[pos + 1]
        start = pos + 2
        if length > 125:
            masking = length & 0x80
            length &= 0x7F
            if length == 126:
                start = pos + 4
                if start > size:
                    break
                length = data[pos + 2] << 8 | data[pos + 3]
            elif length == 127:
                start = pos + 10
                if start > size:
                    break
                length = int.from_bytes(data[pos + 2 : start], "big")
            if masking:
                start += 4
        end = start + length
        if end > size:
            break
        add((data[pos], start, end))
        pos = end
    return pos


def _size(data: bytes, pos: int) -> int:
    """Bytes of the frame that begins at `pos`, 0 while its header is not whole."""
    have = len(data) - pos
    if have < 2:
        return 0
    length = data[pos + 1] & 0x7F
    header = 2 if length < 126 else 4 if length == 126 else 10
    if have < header:
        return 0
    if length >= 126:
        length = int.from_bytes(data[pos + 2 : pos + header], "big")
    return header + (4 if data[pos + 1] & 0x80 else 0) + length


class Cutter:
    """Cuts what arrives into whole frames, and keeps the one that is not whole yet."""

    __slots__ = ("_parts", "_skip", "_wanted", "have")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._wanted = 0
        self._skip = 0
        self.have = 0
        """Bytes kept of the frame that is not whole yet."""

    def cut(self, data: bytes) -> tuple[bytes, list[Span]]:
        """Take in what arrived; give bytes, and the spans of all whole frames in them."""
        spans: list[Span] = []
        pos = 0
        if self._skip:
            pos = min(self._skip, len(data))
            self._skip -= pos
            spans.append((PASSING, 0, pos))
        elif self.have:
            self._parts.append(data)
            self.have += len(data)
            if self.have < self._wanted:
                return b"", spans
            data = b"".join(self._parts)
            self._parts.clear()
            self.have = 0
        pos = walk(data, pos, spans)
        if pos < len(data):
            self._keep(data, pos, spans)
        return data, spans

    def _keep(self, data: bytes, pos: int, spans: list[Span]) -> None:
        have, wanted = len(data) - pos, _size(data, pos)
        if wanted > LARGEST:
            self._skip = wanted - have
            spans.append((PASSING, pos, len(data)))
            return
        self._parts.append(data[pos:])
        self.have = have
        self._wanted = wanted or have + 1

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
