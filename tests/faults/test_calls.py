"""Calls to an exchange, whichever way they come."""

import pytest

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import Answer, Replace
from chaostrading.faults.calls import answers_now, is_call, is_reply, said
from chaostrading.venues.base import Words

UP, DOWN = {"direction": "up"}, {"direction": "down"}
API, STREAM = {"path": "/ws-api/v3"}, {"path": "/ws"}
PLACE = b'{"id":1,"method":"order.place","params":{}}'
REPLY = b'{"id":1,"status":200,"result":{}}'
SUBSCRIBE = b'{"id":1,"method":"SUBSCRIBE","params":["x@trade"]}'
TRADE = b'{"e":"trade","E":1,"s":"X","p":"1"}'


@pytest.mark.parametrize(
    ("kind", "parts", "call", "reply"),
    [
        ("request", {}, True, False),
        ("request", {"path": "/ws", "upgrade": True}, True, False),
        ("answer", {}, False, True),
        ("message", {**API, **UP, "payload": PLACE}, True, False),
        ("message", {**API, **DOWN, "payload": REPLY}, False, True),
        ("message", {**STREAM, **UP, "payload": SUBSCRIBE}, False, False),
        ("message", {**STREAM, **DOWN, "payload": b'{"result":null,"id":1}'}, False, False),
        ("message", {**STREAM, **DOWN, "payload": TRADE}, False, False),
        ("message", {"path": "/v5/trade", "venue": "bybit", **UP,
                     "payload": b'{"reqId":"1","op":"order.create","args":[{}]}'}, True, False),
        ("ping", UP, False, False),
        ("tick", {}, False, False),
    ],
)  # fmt: skip
def test_calls_and_replies_are_told_from_the_rest(frame, kind, parts, call, reply):
    """Upgrades and WebSocket API messages count; subscriptions and streams do not."""
    one = frame(kind, **parts)

    assert (is_call(one), is_reply(one)) == (call, reply)


@pytest.mark.parametrize(
    ("executed", "at_call", "at_reply"),
    [("no", True, False), ("yes", False, True)],
)
def test_not_executed_speaks_at_the_call_and_executed_at_the_reply(
    frame, dice, executed, at_call, at_reply
):
    """Over REST and over the WebSocket API alike."""
    rest, api = {}, {}

    http = [answers_now(executed, frame(kind), dice, rest) for kind in ("request", "answer")]
    socket = [
        answers_now(executed, frame("message", **API, **way), dice, api)
        for way in ({**UP, "payload": PLACE}, {**DOWN, "payload": REPLY})
    ]

    assert http == socket == [at_call, at_reply]


def test_at_random_a_call_fails_once_before_or_after(frame):
    """What was thrown at the call is kept for its reply."""
    dice, memory = Dice(1), {}

    spoken = [
        (
            answers_now("random", frame("request"), dice, memory),
            answers_now("random", frame("answer"), dice, memory),
        )
        for _ in range(50)
    ]

    assert set(spoken) == {(True, False), (False, True)}


def test_an_unasked_reply_is_left_alone(frame, dice):
    """Its call was not in scope."""
    reply = frame("message", **API, **DOWN, payload=REPLY)

    assert answers_now("yes", reply, dice, {}) is False


def test_words_reach_the_client_over_either_road(frame):
    """An answer over HTTP, a frame in answer to a call, a frame in place of a reply."""
    words = Words(status=503, body=b'{"code":-1007,"msg":"x"}')

    over_http = said(frame(), words, close=True)
    to_a_call = said(frame("message", **API, **UP, payload=PLACE), words)
    for_a_reply = said(frame("message", **API, **DOWN, payload=REPLY), words)

    text = b'{"id":1,"status":503,"error":{"code":-1007,"msg":"x"},"rateLimits":[]}'
    assert over_http == Answer(status=503, body=words.body, close=True)
    assert to_a_call == Answer(status=503, body=text)
    assert for_a_reply == Replace(payloads=(text,))
