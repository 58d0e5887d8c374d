"""Bytes that are no message."""

import gzip
import json
import zlib

import pytest
from binance_samples import snapshot, trade

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make

TRADES = "/ws/btcusdt@trade"


@pytest.mark.parametrize(
    ("form", "fate"),
    [
        ("truncate", Replace(payloads=(trade()[:55],))),
        ("opcode", Replace(payloads=(trade(),), opcode=2)),
        ("nul", Replace(payloads=(trade() + b"\0",))),
        ("two_documents", Replace(payloads=(trade() + trade(),))),
        ("utf8", Replace(payloads=(trade()[:55] + b"\xff\xfe" + trade()[55:],))),
        ("oversize", Replace(payloads=(trade() + b"   ",))),
        ("empty", Replace(payloads=(b"",))),
    ],
)
def test_damages_messages(frame, dice, state, form, fate):
    """Raw bytes, byte by byte."""
    fault = make("malformed_payload", {"form": form, "oversize_bytes": 3})
    one = frame("message", path=TRADES, payload=trade())

    assert len(trade()) == 110
    assert fault.decide(one, dice, state) == fate


def test_flips_bits_and_keeps_the_length(frame, dice, state):
    """ASCII stays ASCII, so that the damage is not caught as bad UTF-8."""
    fault = make("malformed_payload", {"form": "flip"})

    fate = fault.decide(frame("message", path=TRADES, payload=trade()), dice, state)

    assert len(fate.payloads[0]) == len(trade())
    assert fate.payloads[0] != trade()
    assert fate.payloads[0].isascii()


def test_damages_compressed_data(frame, dice, state):
    """It looks like gzip, and is none; an answer says so in its headers."""
    fault = make("malformed_payload", {"form": "gzip"})
    answer = frame("answer", payload=snapshot(), headers=(("Content-Type", "application/json"),))

    fate = fault.decide(answer, dice, state)

    assert fate.payloads[0][:2] == b"\x1f\x8b"
    assert fate.headers == (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    with pytest.raises((OSError, EOFError, zlib.error, ValueError)):
        json.loads(gzip.decompress(fate.payloads[0]))


def test_an_answer_is_shorter_than_it_says(frame, dice, state):
    """Content-Length stays what it was."""
    fault = make("malformed_payload", {"form": "content_length"})
    payload = snapshot()

    fate = fault.decide(frame("answer", payload=payload), dice, state)

    assert fate == Replace(payloads=(payload[: len(payload) // 2],), framing="keep")


def test_damages_one_message_of_twenty(frame, dice, state):
    """The first, the twenty-first and so on; each stream counts for itself."""
    fault = make("malformed_payload", {})

    fates = [
        fault.decide(frame("message", path=TRADES, payload=trade(n)), dice, state)
        for n in range(41)
    ]

    assert [at for at, fate in enumerate(fates) if fate != PASS] == [0, 20, 40]


@pytest.mark.parametrize(
    "more",
    [
        {"direction": "up"},
        {"payload": b""},
        {"now_s": 1_010.0},
    ],
)
def test_leaves_alone_what_it_must(frame, dice, state, more):
    """The client's own messages, empty ones, and everything after ten seconds."""
    fault = make("malformed_payload", {})
    one = frame("message", **{"path": TRADES, "payload": trade(), **more})

    assert fault.decide(one, dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "upside_down"}, "form must be one of truncate, flip, gzip"),
        ({"every": 0}, "every must be within 1..100000, was 0"),
        ({"for_s": 0.0}, "for_s must be within 0.001..86400, was 0.0"),
        ({"oversize_bytes": 0}, "oversize_bytes must be within 1.."),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("malformed_payload", parameters)
