"""What was accepted cannot be seen yet."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS
from chaostrading.faults.registry import make

ORDER = {"method": "POST", "path": "/api/v3/order", "query": "symbol=X&newClientOrderId=a"}
BY_CLIENT = {"path": "/api/v3/order", "query": "symbol=X&origClientOrderId=a"}
BY_ID = {"path": "/api/v3/order", "query": "symbol=X&orderId=7"}
OPEN = {"path": "/api/v3/openOrders", "query": "symbol=X"}
OLD, NEW = b'{"orderId":1,"price":"0.10"}', b'{"orderId":7,"price":"0.20"}'


def accept(fault, frame, dice, state, now_s=1_000.0):
    fault.decide(frame(now_s=now_s, **ORDER), dice, state)
    answer = frame("answer", payload=b'{"orderId":7,"status":"NEW"}', now_s=now_s, **ORDER)
    return fault.decide(answer, dice, state)


@pytest.mark.parametrize("query", [BY_CLIENT, BY_ID])
def test_a_new_order_is_not_found_for_a_while(frame, dice, state, query):
    """Neither by the client's id nor by the exchange's."""
    fault = make("status_eventual", {})

    accepted = accept(fault, frame, dice, state)
    early = fault.decide(frame(now_s=1_004.9, **query), dice, state)
    late = fault.decide(frame(now_s=1_005.0, **query), dice, state)

    assert (accepted, late) == (PASS, PASS)
    assert early.body == b'{"code":-2013,"msg":"Order does not exist."}'


def test_an_order_that_was_rejected_or_never_seen_is_no_secret(frame, dice, state):
    """The exchange answers for itself."""
    fault = make("status_eventual", {})

    fault.decide(frame(**ORDER), dice, state)
    fault.decide(frame("answer", status=400, payload=b'{"code":-2010,"msg":"x"}', **ORDER),
                 dice, state)  # fmt: skip

    assert fault.decide(frame(**BY_CLIENT), dice, state) == PASS
    assert fault.decide(frame(**BY_ID), dice, state) == PASS


def test_open_orders_lack_the_new_ones(frame, dice, state):
    """The others stay byte for byte."""
    fault = make("status_eventual", {"open_orders_lag_s": 30})
    accept(fault, frame, dice, state)
    both = b"[" + OLD + b", " + NEW + b"]"

    early = fault.decide(frame("answer", payload=both, now_s=1_010.0, **OPEN), dice, state)
    late = fault.decide(frame("answer", payload=both, now_s=1_031.0, **OPEN), dice, state)

    assert early.payloads == (b"[" + OLD + b"]",)
    assert late == PASS


def test_open_orders_keep_those_that_are_gone(frame, dice, state):
    """For as long as the list lags."""
    fault = make("status_eventual", {"open_orders_lag_s": 30})
    fault.decide(frame("answer", payload=b"[" + OLD + b"]", now_s=1_000.0, **OPEN), dice, state)

    early = fault.decide(frame("answer", payload=b"[]", now_s=1_020.0, **OPEN), dice, state)
    late = fault.decide(frame("answer", payload=b"[]", now_s=1_031.0, **OPEN), dice, state)

    assert early.payloads == (b"[" + OLD + b"]",)
    assert late == PASS


def test_an_order_over_the_websocket_api_is_not_found_either(frame, dice, state):
    """Accepted there, asked for there."""
    fault = make("status_eventual", {})
    api = {"path": "/ws-api/v3"}
    place = b'{"id":1,"method":"order.place","params":{"symbol":"X","newClientOrderId":"a"}}'
    placed = b'{"id":1,"status":200,"result":{"orderId":7,"status":"NEW"}}'
    query = b'{"id":2,"method":"order.status","params":{"symbol":"X","orderId":7}}'

    fault.decide(frame("message", direction="up", payload=place, **api), dice, state)
    fault.decide(frame("message", payload=placed, **api), dice, state)
    fate = fault.decide(frame("message", direction="up", payload=query, **api), dice, state)

    assert fate.body.startswith(b'{"id":2,"status":400,"error":{"code":-2013,')


def test_refuses_bad_values():
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match=r"absent_s must be within 0..600, was -1.0"):
        make("status_eventual", {"absent_s": -1})
