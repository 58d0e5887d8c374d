"""The cancel is refused."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS
from chaostrading.faults.registry import make

CANCEL = {"method": "DELETE", "path": "/api/v3/order", "query": "symbol=X&orderId=1"}
REPLACE = {"method": "POST", "path": "/api/v3/order/cancelReplace", "query": "symbol=X&quantity=1"}
UNKNOWN = b'{"code":-2011,"msg":"Unknown order sent."}'


@pytest.mark.parametrize("truth", ["filled", "live"])
def test_the_exchange_never_sees_the_cancel(frame, dice, state, truth):
    """The order stays; whether it fills is up to the market."""
    fate = make("cancel_reject", {"truth": truth}).decide(frame(**CANCEL), dice, state)

    assert (fate.status, fate.body) == (400, UNKNOWN)


def test_the_order_is_canceled_and_the_answer_denies_it(frame, dice, state):
    """Only an answer of success is replaced."""
    fault = make("cancel_reject", {"truth": "canceled"})

    asked = fault.decide(frame(**CANCEL), dice, state)
    told = fault.decide(frame("answer", payload=b'{"status":"CANCELED"}', **CANCEL), dice, state)
    fault.decide(frame(**CANCEL), dice, state)
    failed = fault.decide(frame("answer", status=500, **CANCEL), dice, state)

    assert (asked, failed) == (PASS, PASS)
    assert (told.status, told.body) == (400, UNKNOWN)


def test_cancel_and_replace_fails_as_a_whole(frame, dice, state):
    """-2022: nothing happened, and nothing did."""
    fate = make("cancel_reject", {}).decide(frame(**REPLACE), dice, state)

    assert fate.status == 400
    assert b'"code":-2022' in fate.body


def test_cancel_and_replace_fails_in_part(frame, dice, state):
    """409: the new order stands as the exchange answered it."""
    fault = make("cancel_reject", {"replace": "partial"})
    body = b'{"cancelResult":"SUCCESS","newOrderResponse":{"orderId":9,"price":"0.10"}}'

    asked = fault.decide(frame(**REPLACE), dice, state)
    told = fault.decide(frame("answer", payload=body, **REPLACE), dice, state)

    assert asked == PASS
    assert told.status == 409
    assert b'"newOrderResponse":{"orderId":9,"price":"0.10"}' in told.body


def test_a_cancel_over_the_websocket_api_is_denied_alike(frame, dice, state):
    """In a frame with its id."""
    fault = make("cancel_reject", {"truth": "canceled"})
    call = b'{"id":3,"method":"order.cancel","params":{"symbol":"X","orderId":1}}'
    reply = b'{"id":3,"status":200,"result":{"status":"CANCELED"}}'
    api = {"path": "/ws-api/v3"}

    fault.decide(frame("message", direction="up", payload=call, **api), dice, state)
    told = fault.decide(frame("message", payload=reply, **api), dice, state)

    assert told.payloads[0].startswith(b'{"id":3,"status":400,"error":{"code":-2011,')


def test_orders_and_queries_pass(frame, dice, state):
    """Only cancels are its business."""
    fault = make("cancel_reject", {})

    assert fault.decide(frame(method="POST", path="/api/v3/order"), dice, state) == PASS
    assert fault.decide(frame(path="/api/v3/openOrders"), dice, state) == PASS


def test_refuses_bad_values():
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match="truth must be one of filled, canceled, live"):
        make("cancel_reject", {"truth": "gone"})
