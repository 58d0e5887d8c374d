"""Nobody knows whether it was executed."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Answer, Replace
from chaostrading.faults.registry import make

ORDER = {"method": "POST", "path": "/api/v3/order", "query": "symbol=X&side=BUY&quantity=1"}
ACCEPTED = b'{"orderId":1,"status":"NEW"}'


def test_not_executed_is_answered_before_the_exchange_sees_it(frame, dice, state):
    """-1007: the status is unknown."""
    fault = make("http_5xx_status_unknown", {"executed": "no"})

    fate = fault.decide(frame(**ORDER), dice, state)

    assert isinstance(fate, Answer)
    assert fate.status == 503
    assert fate.body.startswith(b'{"code":-1007,')


def test_executed_takes_the_place_of_the_exchange_s_answer(frame, dice, state):
    """The request passes, the answer is thrown away."""
    fault = make("http_5xx_status_unknown", {"executed": "yes", "status": 500})

    asked = fault.decide(frame(**ORDER), dice, state)
    told = fault.decide(frame("answer", payload=ACCEPTED, **ORDER), dice, state)

    assert asked == PASS
    assert (told.status, told.body[:13]) == (500, b'{"code":-1006')


def test_at_random_each_request_fails_exactly_once(frame, state):
    """Half of them before the exchange, half after it, by the dice."""
    fault = make("http_5xx_status_unknown", {})
    dice = Dice(3)
    before, after = 0, 0

    for number in range(200):
        asked = fault.decide(frame(connection=number, **ORDER), dice, state)
        if asked != PASS:
            before += 1
            continue
        answer = frame("answer", payload=ACCEPTED, connection=number, **ORDER)
        assert fault.decide(answer, dice, state).status == 503
        after += 1

    assert before + after == 200
    assert 70 < before < 130


def test_over_the_websocket_api_the_reply_is_replaced(frame, dice, state):
    """The id ties it to the call; other replies pass."""
    fault = make("http_5xx_status_unknown", {"executed": "yes"})
    call = b'{"id":"a","method":"order.place","params":{"symbol":"X"}}'
    reply = b'{"id":"a","status":200,"result":{"orderId":1},"rateLimits":[]}'
    api = {"path": "/ws-api/v3"}

    asked = fault.decide(frame("message", direction="up", payload=call, **api), dice, state)
    told = fault.decide(frame("message", payload=reply, **api), dice, state)
    again = fault.decide(frame("message", payload=reply, **api), dice, state)

    assert asked == PASS
    assert isinstance(told, Replace)
    assert told.payloads[0].startswith(b'{"id":"a","status":503,"error":{"code":-1007')
    assert again == PASS


def test_code_and_body_can_be_chosen(frame, dice, state):
    """Another code of the family, or nothing at all."""
    coded = make("http_5xx_status_unknown", {"executed": "no", "code": "-1000"})
    empty = make("http_5xx_status_unknown", {"executed": "no", "empty_body": True})

    assert b"-1000" in coded.decide(frame(), dice, state).body
    assert empty.decide(frame(), dice, state).body == b""


def test_an_upgrade_that_succeeded_is_left_alone(frame, dice, state):
    """The 101 has left the exchange's HTTP behind."""
    fault = make("http_5xx_status_unknown", {"executed": "yes"})

    assert fault.decide(frame("answer", path="/ws", status=101), dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"status": 404}, "status must be one of 500, 502, 503, 504, was 404"),
        ({"executed": "maybe"}, "executed must be one of no, yes, random, was 'maybe'"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("http_5xx_status_unknown", parameters)
