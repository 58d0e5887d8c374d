"""The request never reaches the exchange."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Drop, Hold, Reset
from chaostrading.faults.registry import make


def test_a_request_is_held_and_then_reset(frame, dice, state):
    """It is never forwarded, also not when the fault ends."""
    fault = make("request_lost", {"hold_s": 12})

    assert fault.decide(frame(), dice, state) == Hold(for_s=12.0, then="reset")
    assert "answer" not in fault.kinds


def test_a_reset_comes_at_once(frame, dice, state):
    """Before forwarding."""
    assert make("request_lost", {"how": "reset"}).decide(frame(), dice, state) == Reset()


def test_a_call_of_the_websocket_api_vanishes(frame, dice, state):
    """Its connection stays, its neighbours are not held up."""
    call = frame(
        "message", path="/ws-api/v3", direction="up", payload=b'{"id":1,"method":"order.place"}'
    )
    data = frame("message", path="/ws", payload=b'{"e":"trade","E":1,"s":"X","p":"1"}')
    fault = make("request_lost", {})

    assert fault.decide(call, dice, state) == Drop()
    assert fault.decide(data, dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"how": "late"}, "how must be one of hold, reset, was 'late'"),
        ({"hold_s": 0}, "hold_s must be within 0.1..300, was 0.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("request_lost", parameters)
