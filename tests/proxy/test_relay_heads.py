"""HTTP heads and bodies as bytes."""

import gzip
import itertools
import zlib

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaostrading.proxy.heads import (
    BadMessage,
    Chunked,
    Head,
    Heads,
    answer_bytes,
    content,
    framed,
    plain_content,
    with_header,
    without_headers,
)

REQUEST = b"POST /api/v3/order?b=1&a=2 HTTP/1.1\r\nHost: e\r\nContent-Length: 3\r\n\r\n"


def test_a_request_head_is_read() -> None:
    """Path and query are as on the wire, header names keep their spelling."""
    head = Heads().request(REQUEST)

    assert (head.method, head.path, head.query) == ("POST", "/api/v3/order", "b=1&a=2")
    assert head.headers == (("Host", "e"), ("Content-Length", "3"))
    assert (head.framing, head.length, head.keep_alive, head.upgrade) == ("length", 3, True, False)


def test_the_same_bytes_are_parsed_once() -> None:
    """A polling client sends the same head again and again."""
    heads = Heads()

    assert heads.request(REQUEST) is heads.request(bytes(bytearray(REQUEST)))


@pytest.mark.parametrize(
    "raw",
    [b"\r\n\r\n", b"hello\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"],
)
def test_what_is_no_request_is_refused(raw: bytes) -> None:
    """The relay hands such bytes on unread."""
    with pytest.raises(BadMessage):
        Heads().request(raw)


@pytest.mark.parametrize(
    ("raw", "framing"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "none"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "chunked"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "close"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "none"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", "none"),
    ],
)
def test_the_framing_of_an_answer_is_known_from_its_head(raw: bytes, framing: str) -> None:
    """RFC 9112, section 6.3."""
    assert Heads().answer(raw).framing == framing


def by_httptools(raw: bytes) -> bytes:
    """The body as the parser library reads it."""
    parts: list[bytes] = []

    class Taker:
        def on_body(self, body: bytes) -> None:
            parts.append(body)

    httptools.HttpResponseParser(Taker()).feed_data(raw)
    return b"".join(parts)


@given(
    st.lists(st.binary(min_size=1, max_size=300), max_size=6),
    st.lists(st.integers(0, 2_000), max_size=8),
    st.sampled_from([b"", b"X: y\r\n"]),
)
def test_chunked_bodies_end_where_the_parser_library_says(
    pieces: list[bytes], cuts: list[int], trailer: bytes
) -> None:
    """Random chunks, cut at random: the end is found, and what follows is not taken."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"".join(b"%x;e=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    body += b"0\r\n" + trailer + b"\r\n"
    data = body + b"HTTP/1.1 200 next"
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    chunked, taken, whole = Chunked(), 0, False
    for begin, end in itertools.pairwise(places):
        if not whole:
            step, whole = chunked.take(data[begin:end], 0)
            taken += step

    assert whole
    assert taken == len(body)
    assert content(Heads().answer(head), body) == by_httptools(head + body) == b"".join(pieces)


@pytest.mark.parametrize("line", [b"xyz\r\n", b"-5\r\n", b"0x10\r\n", b"\r\n"])
def test_a_chunk_size_that_is_no_number_is_refused(line: bytes) -> None:
    """Guessing would lose the place of the next message."""
    with pytest.raises(BadMessage):
        Chunked().take(line, 0)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"text", mtime=0)),
        ("deflate", zlib.compress(b"text")),
        ("identity", b"text"),
    ],
)
def test_compressed_bodies_are_read(coding: str, packed: bytes) -> None:
    """Other codings, damaged data and bombs are not."""
    head = Head(b"")
    head.headers = (("Content-Encoding", coding),)

    assert plain_content(head, packed, 100) == b"text"


@pytest.mark.parametrize(
    ("coding", "packed"),
    [("br", b"text"), ("gzip", b"no gzip"), ("gzip", gzip.compress(bytes(10_000), mtime=0))],
)
def test_what_cannot_be_unpacked_is_none(coding: str, packed: bytes) -> None:
    """The fault then sees the raw bytes."""
    head = Head(b"")
    head.headers = (("Content-Encoding", coding),)

    assert plain_content(head, packed, 100) is None


def test_edits_of_a_head_touch_one_line() -> None:
    """Order and spelling of all others stay."""
    raw = b"GET / HTTP/1.1\r\nhOST:  old\r\nA: 1\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert with_header(raw, b"Host", b"new") == raw.replace(b":  old", b": new")
    assert without_headers(raw, b"a") == raw.replace(b"A: 1\r\n", b"")
    assert framed(raw, 5) == b"GET / HTTP/1.1\r\nhOST:  old\r\nA: 1\r\nContent-Length: 5\r\n\r\n"


def test_an_answer_is_built_with_framing_of_its_own() -> None:
    """Framing headers that a fault brings along are left out."""
    built = answer_bytes(
        429, (("Retry-After", "1"), ("content-length", "99")), b"no", close=False, bodyless=False
    )

    assert built == (
        b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\nno"
    )
