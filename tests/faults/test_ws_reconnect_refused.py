"""An exchange that does not take its clients back."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Answer, Close, Reset
from chaostrading.faults.registry import make


@pytest.fixture
def upgrade(frame):
    return lambda now_s, connection=2: frame(
        path="/ws", upgrade=True, now_s=now_s, connection=connection
    )


def test_resets_what_is_open_and_refuses_the_way_back(frame, upgrade, dice, state):
    """Reset at arming, 503 for 15 s, then welcome."""
    fault = make("ws_reconnect_refused", {})

    cut = fault.decide(frame("tick", connected_s=9.0), dice, state)
    early = fault.decide(upgrade(1_014.0), dice, state)
    late = fault.decide(upgrade(1_015.0), dice, state)

    assert isinstance(early, Answer)
    assert (cut, early.status, late) == (Reset(), 503, PASS)


@pytest.mark.parametrize("status", [429, 403, 502, 503])
def test_says_the_status_and_when_to_come_back(upgrade, dice, state, status):
    """Retry-After stands once, as it was given."""
    fault = make("ws_reconnect_refused", {"status": status, "retry_after": "7"})

    fate = fault.decide(upgrade(1_001.0), dice, state)

    assert isinstance(fate, Answer)
    assert fate.status == status
    assert [value for name, value in fate.headers if name.lower() == "retry-after"] == ["7"]


def test_refuses_a_number_of_attempts(upgrade, dice, state):
    """The first two are refused, whenever they come."""
    fault = make("ws_reconnect_refused", {"refuse_s": 0.0, "attempts": 2})

    refused = [
        isinstance(fault.decide(upgrade(at), dice, state), Answer) for at in (1_100, 1_200, 1_300)
    ]

    assert refused == [True, True, False]


def test_alpaca_says_101_then_an_error_then_closes(frame, upgrade, dice, state):
    """The handshake succeeds; the first tick or message brings the error and the end."""
    fault = make("ws_reconnect_refused", {"form": "message"})

    handshake = fault.decide(upgrade(1_001.0, connection=5), dice, state)
    after = fault.decide(
        frame("tick", now_s=1_001.1, connected_s=1_001.0, connection=5), dice, state
    )

    assert handshake == PASS
    assert after == Close(
        code=1008, after=(b'[{"T":"error","code":406,"msg":"connection limit exceeded"}]',)
    )


def test_a_slot_stays_taken_after_the_end_of_its_connection(frame, upgrade, dice, state):
    """Last seen at 1010 s, the connection keeps its slot for 90 s more."""
    fault = make(
        "ws_reconnect_refused", {"refuse_s": 0.0, "slot_held_s": 90.0, "cut_existing": False}
    )
    fault.decide(frame("tick", now_s=1_010.0, connected_s=9.0), dice, state)

    refused = [
        isinstance(fault.decide(upgrade(at), dice, state), Answer) for at in (1_011, 1_099, 1_101)
    ]

    assert refused == [True, True, False]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "tcp"}, "form must be one of http, message, was 'tcp'"),
        ({"status": 302}, "status must be within 400..599, was 302"),
        ({"code": 1006}, "code must be one that may stand in a close frame"),
        ({"attempts": -1}, "attempts must be within 0..100000, was -1"),
        ({"slot_held_s": -1.0}, "slot_held_s must be within 0..86400, was -1.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("ws_reconnect_refused", parameters)
