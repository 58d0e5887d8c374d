"""The answer comes just after the client has given up."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Delay
from chaostrading.faults.registry import make


def test_the_answer_is_late_and_the_request_is_not(frame, dice, state):
    """The exchange acts at once."""
    fault = make("late_response", {})

    assert fault.decide(frame("answer", payload=b"{}"), dice, state) == Delay(delay_s=10.4)
    assert "request" not in fault.kinds


def test_a_reply_of_the_websocket_api_is_late_once_its_call_was_seen(frame, dice, state):
    """Market data is not."""
    fault = make("late_response", {"delay_s": 2})
    call = b'{"id":5,"method":"order.place","params":{"symbol":"X"}}'
    reply = b'{"id":5,"status":200,"result":{"orderId":1}}'
    api = {"path": "/ws-api/v3"}

    asked = fault.decide(frame("message", direction="up", payload=call, **api), dice, state)
    told = fault.decide(frame("message", payload=reply, **api), dice, state)
    again = fault.decide(frame("message", payload=reply, **api), dice, state)

    assert (asked, told, again) == (PASS, Delay(delay_s=2.0), PASS)


def test_refuses_bad_values():
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match=r"delay_s must be within 0.01..300, was 0.0"):
        make("late_response", {"delay_s": 0})
