"""The exchange has acted, and the client never hears of it."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Close, Drop, Hold, Reset
from chaostrading.faults.registry import make

CALL = b'{"id":5,"method":"order.place","params":{"symbol":"X"}}'
REPLY = b'{"id":5,"status":200,"result":{"orderId":1}}'


@pytest.mark.parametrize(
    ("how", "fate"),
    [
        ("hold", Hold(for_s=30.0, then="reset")),
        ("reset", Reset()),
        ("close", Close()),
    ],
)
def test_the_answer_is_lost_in_three_ways(frame, dice, state, how, fate):
    """The request itself is never asked about: it has been forwarded."""
    fault = make("response_lost", {"how": how})

    assert fault.decide(frame("answer", payload=b"{}"), dice, state) == fate
    assert "request" not in fault.kinds


@pytest.mark.parametrize(
    ("how", "fate"), [("hold", Drop()), ("reset", Reset()), ("close", Close())]
)
def test_a_reply_of_the_websocket_api_is_lost_once_its_call_was_seen(frame, dice, state, how, fate):
    """A held reply would hold up all that follows, so it vanishes."""
    fault = make("response_lost", {"how": how})
    api = {"path": "/ws-api/v3"}

    unknown = fault.decide(frame("message", payload=REPLY, **api), dice, state)
    asked = fault.decide(frame("message", direction="up", payload=CALL, **api), dice, state)
    told = fault.decide(frame("message", payload=REPLY, **api), dice, state)

    assert (unknown, asked, told) == (PASS, PASS, fate)


def test_an_upgrade_that_succeeded_is_left_alone(frame, dice, state):
    """A lost upgrade is another fault."""
    fault = make("response_lost", {})

    assert fault.decide(frame("answer", path="/ws", status=101), dice, state) == PASS


def test_refuses_bad_values():
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match="how must be one of hold, reset, close, was 'drop'"):
        make("response_lost", {"how": "drop"})
