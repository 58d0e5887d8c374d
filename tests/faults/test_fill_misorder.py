"""Order events in an order that the exchange's own books never had."""

import pytest
from binance_samples import LISTEN_KEY, execution

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Delay, Replace
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
    """It is kept back and injected, since events may share its connection."""
    fault = make("fill_misorder", {})
    order = b'{"id":1,"method":"order.place","params":{"symbol":"BTCUSDT"}}'
    answer = b'{"id":1,"status":200,"result":{"orderId":1}}'
    fault.decide(frame("message", path="/ws-api/v3", direction="up", payload=order), dice, state)

    kept = fault.decide(frame("message", path="/ws-api/v3", payload=answer), dice, state)
    ticks = [fault.decide(frame("tick", now_s=now), dice, state) for now in (1_000.1, 1_000.3)]

    assert kept == Replace(payloads=())
    assert ticks == [PASS, Replace(payloads=(answer,), opcode=1)]


def test_a_fill_comes_after_the_cancel_was_acknowledged(frame, event, dice, state):
    """Kept back until then, and delivered on the connection that it came on."""
    fault = make("fill_misorder", {"form": "fill_after_cancel"})

    kept = fault.decide(event(execution()), dice, state)
    early = fault.decide(frame("tick", now_s=1_000.1), dice, state)
    fault.decide(frame("answer", **CANCEL, payload=DONE, connection=9), dice, state)
    late = [
        fault.decide(frame("tick", now_s=1_000.3, connection=number), dice, state)
        for number in (9, 1, 1)
    ]

    assert (kept, early) == (Replace(payloads=()), PASS)
    assert late == [PASS, Replace(payloads=(execution(),), opcode=1), PASS]


def test_a_fill_is_told_in_the_end_without_a_cancel(frame, event, dice, state):
    """Five seconds later: nothing is lost."""
    fault = make("fill_misorder", {"form": "fill_after_cancel"})
    fault.decide(event(execution()), dice, state)

    ticks = [fault.decide(frame("tick", now_s=now), dice, state) for now in (1_004.9, 1_005.0)]

    assert ticks == [PASS, Replace(payloads=(execution(),), opcode=1)]


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
