"""Frames are cut out of a byte stream, wherever the network cuts it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaostrading.proxy import frames
from chaostrading.proxy.frames import PASSING, Cutter, build, is_masked, mask_key, masked

Frame = tuple[int, bytes, bytes]

keys = st.sampled_from([b"", b"\x01\x02\x03\x04", b"\xff\x00\x7f\x80"])
sizes = st.one_of(
    st.binary(max_size=130),
    st.sampled_from([bytes(125), bytes(126), bytes(127), bytes(65_535), b"x" * 65_536]),
)
some_frames = st.lists(
    st.tuples(st.sampled_from([0x81, 0x01, 0x80, 0x82]), sizes, keys), max_size=8
)


def cut_out(chunks: list[bytes]) -> list[tuple[int, bytes]]:
    cutter, found = Cutter(), []
    for chunk in chunks:
        data, spans = cutter.cut(chunk)
        begin = 0
        for first, start, end in spans:
            found.append((first, masked(data[start:end], mask_key(data, begin, start))))
            begin = end
    return found


@given(some_frames, st.lists(st.integers(0, 70_000), max_size=12))
def test_any_cutting_gives_the_same_frames(given_frames: list[Frame], cuts: list[int]) -> None:
    """Random frames, random chunks: first byte and payload of each come out, in order."""
    data = b"".join(build(0, payload, key, first=first) for first, payload, key in given_frames)
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    chunks = [data[a:b] for a, b in itertools.pairwise(places)]

    found = cut_out(chunks)

    assert found == [(first, payload) for first, payload, _ in given_frames]


@given(st.binary(max_size=400), st.integers(1, 50))
def test_no_bytes_at_all_are_lost_on_garbage(data: bytes, size: int) -> None:
    """Whatever arrives is either in a span or kept; nothing raises."""
    cutter, covered = Cutter(), 0
    for at in range(0, len(data), size):
        _, spans = cutter.cut(data[at : at + size])
        covered += spans[-1][2] if spans else 0

    assert covered + cutter.have == len(data)


def test_a_frame_above_the_limit_passes_in_pieces() -> None:
    """It is not kept in memory; the frame behind it is found."""
    head = b"\x82\x7f" + (frames.LARGEST + 1).to_bytes(8, "big")
    cutter = Cutter()

    _, first = cutter.cut(head + b"x")
    _, rest = cutter.cut(bytes(frames.LARGEST) + build(frames.TEXT, b"behind"))

    assert first == [(PASSING, 0, 11)]
    assert rest[0] == (PASSING, 0, frames.LARGEST)
    assert rest[1][0] == 0x81
    assert cutter.have == 0


@pytest.mark.parametrize(
    ("opcode", "payload", "key", "wire"),
    [
        (frames.TEXT, b"Hello", b"", b"\x81\x05Hello"),
        (frames.TEXT, b"Hello", b"\x37\xfa\x21\x3d", b"\x81\x857\xfa!=\x7f\x9fMQX"),
        (frames.PING, b"Hello", b"", b"\x89\x05Hello"),
        (frames.BINARY, bytes(256), b"", b"\x82\x7e\x01\x00" + bytes(256)),
        (frames.CLOSE, b"x" * 200, b"", b"\x88\x7d" + b"x" * 125),
    ],
)
def test_frames_are_built_as_in_the_standard(
    opcode: int, payload: bytes, key: bytes, wire: bytes
) -> None:
    """The examples of RFC 6455, section 5.7."""
    assert build(opcode, payload, key) == wire
    assert is_masked(wire, 0) == bool(key)


def test_a_close_payload_tells_its_code() -> None:
    """Two bytes of code, then the reason, cut to what fits."""
    assert frames.close_payload(1001, "bye") == b"\x03\xe9bye"
    assert len(frames.close_payload(1001, "x" * 500)) == 125
    assert frames.close_code(b"\x03\xe9bye") == 1001
    assert frames.close_code(b"") is None
