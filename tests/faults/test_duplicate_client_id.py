"""The same client id comes twice."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Answer
from chaostrading.faults.registry import make

ORDER = {"method": "POST", "path": "/api/v3/order", "query": "symbol=X&newClientOrderId=a"}
OTHER = {"method": "POST", "path": "/api/v3/order", "query": "symbol=X&newClientOrderId=b"}
ACCEPTED = b'{"orderId":7,"status":"NEW","clientOrderId":"a"}'


def test_the_second_order_is_rejected(frame, dice, state):
    """Another id is another order."""
    fault = make("duplicate_client_id", {})

    first = fault.decide(frame(**ORDER), dice, state)
    fault.decide(frame("answer", payload=ACCEPTED, **ORDER), dice, state)
    second = fault.decide(frame(**ORDER), dice, state)
    other = fault.decide(frame(**OTHER), dice, state)

    assert (first, other) == (PASS, PASS)
    assert second.body == b'{"code":-2010,"msg":"Duplicate order sent."}'


def test_an_order_that_the_exchange_rejected_may_be_sent_again(frame, dice, state):
    """Its id is free."""
    fault = make("duplicate_client_id", {})

    fault.decide(frame(**ORDER), dice, state)
    fault.decide(frame("answer", status=400, payload=b'{"code":-1013,"msg":"x"}', **ORDER),
                 dice, state)  # fmt: skip

    assert fault.decide(frame(**ORDER), dice, state) == PASS


def test_the_first_answer_comes_again(frame, dice, state):
    """Idempotent venues do so; while the first is under way the second is rejected."""
    fault = make("duplicate_client_id", {"second": "first"})

    fault.decide(frame(**ORDER), dice, state)
    too_soon = fault.decide(frame(**ORDER), dice, state)
    fault.decide(frame("answer", payload=ACCEPTED, **ORDER), dice, state)
    again = fault.decide(frame(**ORDER), dice, state)

    assert too_soon.status == 400
    assert isinstance(again, Answer)
    assert (again.status, again.body) == (200, ACCEPTED)


def test_accepted_leaves_it_to_the_exchange(frame, dice, state):
    """Both pass."""
    fault = make("duplicate_client_id", {"second": "accepted"})

    assert [fault.decide(frame(**ORDER), dice, state) for _ in range(2)] == [PASS, PASS]


def test_refuses_bad_values():
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match="second must be one of rejected, accepted, first"):
        make("duplicate_client_id", {"second": "ignored"})
