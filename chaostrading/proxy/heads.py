"""HTTP/1.1 messages as bytes: heads are read by `httptools`, bodies are framed here. No I/O.

Bytes are never re-made from what was read: a head keeps its raw bytes, and edits touch one line.
"""

import zlib
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Literal, Protocol

import httptools

__all__ = [
    "HEAD_END", "LARGEST_HEAD", "BadMessage", "Body", "Chunked", "Counted", "Head", "Heads",
    "UntilClose", "answer_bytes", "body_of", "content", "framed", "plain_content", "readable",
    "with_header", "without_headers",
]  # fmt: skip

HEAD_END = b"\r\n\r\n"
LARGEST_HEAD = 256 * 1024
_CACHED_HEADS = 512
_CACHED_HEAD_SIZE = 2_048
_FRAMING = (b"content-length", b"transfer-encoding")

Framing = Literal["none", "length", "chunked", "close"]
Headers = tuple[tuple[str, str], ...]


class BadMessage(ValueError):
    """These bytes are not HTTP/1."""


class Head:
    """Start line and headers of a request or an answer. Shared between messages: read-only."""

    __slots__ = (
        "_lower", "expects", "framing", "headers", "keep_alive", "length", "meaning", "method",
        "path", "plan", "plan_of", "query", "raw", "role", "simple", "status", "upgrade",
    )  # fmt: skip

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.method = ""
        self.path = ""
        self.query = ""
        self.role = ""
        """What the endpoint is for, once somebody has asked the venue."""
        self.status = 0
        self.headers: Headers = ()
        self.framing: Framing = "none"
        self.length = 0
        self.upgrade = False
        self.keep_alive = True
        self.expects = False
        self.meaning: Any = None
        """What a bodyless request means, once somebody has asked the venue."""
        self.simple = False
        """Nothing but a request for an answer: no body, no upgrade, no expectation."""
        self.plan: Any = None
        """Who may touch such a request, as of the version `plan_of` of what is in force."""
        self.plan_of = -1
        self._lower: dict[str, str] | None = None

    @property
    def lower(self) -> dict[str, str]:
        """Headers by name in lower case."""
        if self._lower is None:
            self._lower = {name.lower(): value for name, value in self.headers}
        return self._lower


class _Collector:
    """Takes what the parser calls out."""

    def __init__(self) -> None:
        self.url = b""
        self.headers: list[tuple[str, str]] = []
        self.complete = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        self.complete = True


class Heads:
    """Reads heads. A head that was seen before, byte for byte, is not parsed again."""

    def __init__(self) -> None:
        self._requests: dict[bytes, Head] = {}
        self._answers: dict[bytes, Head] = {}
        self.known_request = self._requests.get
        """The head of a request with exactly these bytes, None if it was not seen before."""
        self.known_answer = self._answers.get
        """The same for answers."""

    def request(self, raw: bytes) -> Head:
        """Read the head of a request, blank line included. Raises BadMessage."""
        return self._requests.get(raw) or _remember(self._requests, _read_request(raw))

    def answer(self, raw: bytes) -> Head:
        """Read the head of an answer, blank line included. Raises BadMessage."""
        return self._answers.get(raw) or _remember(self._answers, _read_answer(raw))


def _remember(cache: dict[bytes, Head], head: Head) -> Head:
    if len(head.raw) <= _CACHED_HEAD_SIZE:
        if len(cache) >= _CACHED_HEADS:
            cache.clear()
        cache[head.raw] = head
    return head


def _parse(raw: bytes, make: Callable[[_Collector], Any]) -> tuple[Any, _Collector]:
    collector = _Collector()
    parser = make(collector)
    try:
        parser.feed_data(raw)
    except httptools.HttpParserUpgrade:
        pass
    except httptools.HttpParserError as error:
        raise BadMessage(str(error)) from error
    if not collector.complete:
        raise BadMessage("the head does not end where it should")
    return parser, collector


def _read_request(raw: bytes) -> Head:
    parser, collector = _parse(raw, httptools.HttpRequestParser)
    head = Head(raw)
    head.method = parser.get_method().decode("latin-1")
    target = collector.url.decode("latin-1")
    if "://" in target.partition("?")[0]:  # absolute form, as sent to forward proxies
        target = "/" + target.partition("://")[2].partition("/")[2]
    head.path, _, head.query = target.partition("?")
    head.headers = tuple(collector.headers)
    head.keep_alive = parser.should_keep_alive()
    lower = head.lower
    head.upgrade = "websocket" in lower.get("upgrade", "").lower()
    head.expects = "100-continue" in lower.get("expect", "").lower()
    _frame(head, "none")
    head.simple = head.framing == "none" and not (head.upgrade or head.expects)
    return head


def _read_answer(raw: bytes) -> Head:
    parser, collector = _parse(raw, httptools.HttpResponseParser)
    head = Head(raw)
    head.status = parser.get_status_code()
    head.headers = tuple(collector.headers)
    lower = head.lower
    head.upgrade = "websocket" in lower.get("upgrade", "").lower()
    if head.status >= 200 and head.status not in (204, 304):
        _frame(head, "close")
    head.keep_alive = head.framing != "close" and "close" not in lower.get("connection", "").lower()
    return head


def _frame(head: Head, otherwise: Framing) -> None:
    lower = head.lower
    if "chunked" in lower.get("transfer-encoding", "").lower():
        head.framing = "chunked"
    elif "content-length" in lower:
        try:
            head.length = int(lower["content-length"])
        except ValueError as error:
            raise BadMessage("Content-Length is no number") from error
        head.framing = "length" if head.length else "none"
    else:
        head.framing = otherwise


class Body(Protocol):
    """Where the body of one message ends."""

    def take(self, data: bytes, pos: int) -> tuple[int, bool]:
        """Give the position up to which `data` belongs to the body, and whether it is whole."""


class Counted:
    """A body with a Content-Length."""

    __slots__ = ("left",)

    def __init__(self, length: int) -> None:
        self.left = length

    def take(self, data: bytes, pos: int) -> tuple[int, bool]:
        step = min(self.left, len(data) - pos)
        self.left -= step
        return pos + step, not self.left


class UntilClose:
    """A body that ends with the connection."""

    __slots__ = ()

    def take(self, data: bytes, pos: int) -> tuple[int, bool]:
        return len(data), False


class Chunked:
    """A body in chunks, with trailers if there are any."""

    __slots__ = ("_left", "_line", "_trailer")

    def __init__(self) -> None:
        self._left = 0
        self._line = b""
        self._trailer = False

    def take(self, data: bytes, pos: int) -> tuple[int, bool]:
        size = len(data)
        while pos < size:
            if self._left:
                step = min(self._left, size - pos)
                self._left -= step
                pos += step
                continue
            newline = data.find(b"\n", pos)
            if newline < 0:
                self._line += data[pos:]
                if len(self._line) > LARGEST_HEAD:
                    raise BadMessage("a chunk's size line does not end")
                return size, False
            line = (self._line + data[pos:newline]).strip()
            self._line = b""
            pos = newline + 1
            if self._trailer:
                if not line:
                    return pos, True
            elif length := _chunk_size(line):
                self._left = length + 2  # the chunk's own CRLF
            else:
                self._trailer = True
        return pos, False


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not digits or digits.strip(b"0123456789abcdefABCDEF"):
        raise BadMessage("a chunk's size is no number")
    return int(digits, 16)


def body_of(head: Head) -> Body:
    """How the body of this message is framed."""
    if head.framing == "chunked":
        return Chunked()
    return UntilClose() if head.framing == "close" else Counted(head.length)


def content(head: Head, raw_body: bytes) -> bytes:
    """The body without its chunk framing; what is there of it, if it is not whole."""
    if head.framing != "chunked":
        return raw_body
    parts: list[bytes] = []
    pos = 0
    while (newline := raw_body.find(b"\n", pos)) >= 0:
        try:
            length = _chunk_size(raw_body[pos:newline].strip())
        except BadMessage:
            break
        if not length:
            break
        parts.append(raw_body[newline + 1 : newline + 1 + length])
        pos = newline + 1 + length + 2
    return b"".join(parts)


def plain_content(head: Head, body: bytes, largest: int) -> bytes | None:
    """The body without gzip or deflate; None for other codings, bad data and above `largest`."""
    coding = head.lower.get("content-encoding", "identity").strip().lower()
    if coding in ("", "identity"):
        return body
    if coding not in ("gzip", "x-gzip", "deflate"):
        return None
    try:
        unzip = zlib.decompressobj(47 if "gzip" in coding else 15)
        plain = unzip.decompress(body, largest)
    except zlib.error:
        return None
    return None if unzip.unconsumed_tail else plain


def without_headers(raw: bytes, *names: bytes) -> bytes:
    """The head without these headers (names in lower case); every other byte stays."""
    lines = raw.split(b"\r\n")
    kept = [line for line in lines if line.partition(b":")[0].strip().lower() not in names]
    return raw if len(kept) == len(lines) else b"\r\n".join(kept)


def with_header(raw: bytes, name: bytes, value: bytes) -> bytes:
    """The head with this header's value, in its old place or at the end."""
    lines = raw[: -len(HEAD_END)].split(b"\r\n")
    line = name + b": " + value
    for index, old in enumerate(lines):
        if index and old.partition(b":")[0].strip().lower() == name.lower():
            lines[index] = old.partition(b":")[0] + b": " + value
            break
    else:
        lines.append(line)
    return b"\r\n".join(lines) + HEAD_END


def readable(raw: bytes) -> bytes:
    """The head of a request that asks for no coding which `plain_content` cannot undo."""
    for line in raw.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"accept-encoding" and (b"br" in value or b"zstd" in value):
            return with_header(raw, b"Accept-Encoding", b"gzip, deflate")
    return raw


def framed(raw: bytes, length: int) -> bytes:
    """The head with this Content-Length in place of the framing it had."""
    if b"transfer-encoding" in raw.lower():
        raw = without_headers(raw, b"transfer-encoding")
    return with_header(raw, b"Content-Length", str(length).encode())


def answer_bytes(
    status: int, headers: Iterable[tuple[str, str]], body: bytes, *, close: bool, bodyless: bool
) -> bytes:
    """Build an answer. Framing headers among `headers` are left out; they are made here."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Error"
    lines = [f"HTTP/1.1 {status} {phrase}"]
    lines += [
        f"{name}: {value}"
        for name, value in headers
        if name.lower().encode() not in (*_FRAMING, b"connection")
    ]
    if status >= 200 and status != 204:
        lines.append(f"Content-Length: {len(body)}")
    if close:
        lines.append("Connection: close")
    head = "\r\n".join(lines).encode("latin-1", "replace") + HEAD_END
    return head if bodyless else head + body
