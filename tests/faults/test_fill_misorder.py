"""Order events in an order that the exchange's own books never had."""

import pytest
from binance_samples import LISTEN_KEY, execution

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Delay, Hold, Replace
from chaostrading.faults.registry import make

ORDER = {"method": "POST", "path": "/api/v3/order", "query": "symbol=BTCUSDT&side=BUY"}
CANCEL = {"method": "DELETE", "path": "/api/v3/order", "query": "symbol=BTCUSDT&orderId=1"}
DONE = b'{"symbol":"BTCUSDT","orderId":1,"status":"CANCELED"}'


@pytest.fixture
def event(frame):
    return lambda payload, **more: frame("message", path=LISTEN_KEY, payload=payload, **more)


def test_the_fill_is_told_before_the_answer_to_the_order(frame, event, dice, state):
    """The answer is 200 ms late; the event, and answers to other requests, are not."""
    fault = make("fill_misorder", {})

    fates = [
        fault.decide(frame("answer", **ORDER, payload=b'{"orderId":1}'), dice, state),
        fault.decide(event(execution()), dice, state),
        fault.decide(frame("answer", **CANCEL, payload=DONE), dice, state),
    ]

    assert fates == [Delay(delay_s=0.2), PASS, PASS]


def test_an_answer_of_the_websocket_api_holds_up_nobody(frame, dice, state):
    """It is kept back alone, since events may share its connection."""
    fault = make("fill_misorder", {})
    order = b'{"id":1,"method":"order.place","params":{"symbol":"BTCUSDT"}}'
    answer = b'{"id":1,"status":200,"result":{"orderId":1}}'
    api = {"path": "/ws-api/v3"}

    up = fault.decide(frame("message", direction="up", payload=order, **api), dice, state)
    down = fault.decide(frame("message", payload=answer, **api), dice, state)
    again = fault.decide(frame("message", payload=answer, **api), dice, state)

    assert (up, down, again) == (PASS, Hold(for_s=0.2), PASS)


def test_a_fill_comes_after_a_cancel(frame, event, dice, state):
    """It is kept back for five seconds; the acknowledgement of a cancel is not."""
    fault = make("fill_misorder", {"form": "fill_after_cancel"})

    fill = fault.decide(event(execution()), dice, state)
    acknowledged = fault.decide(frame("answer", **CANCEL, payload=DONE), dice, state)
    event_of_it = fault.decide(event(execution("CANCELED", "CANCELED", trade=-1)), dice, state)

    assert (fill, acknowledged, event_of_it) == (Hold(for_s=5.0, then="pass"), PASS, PASS)


def test_a_rejection_comes_before_the_fill(event, dice, state):
    """Of the same order, right before it."""
    fault = make("fill_misorder", {"form": "rejected_before_filled"})

    fate = fault.decide(event(execution()), dice, state)

    assert fate == Replace(payloads=(execution("REJECTED", "REJECTED"), execution()))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "random"}, "form must be one of event_before_answer, fill_after_cancel"),
        ({"lead_s": 0.0}, "lead_s must be within 0.001..60, was 0.0"),
        ({"wait_s": 0.0}, "wait_s must be within 0.1..3600, was 0.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("fill_misorder", parameters)
