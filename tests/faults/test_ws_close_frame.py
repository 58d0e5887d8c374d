"""An exchange that ends its WebSockets in good order."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Answer, Close, Reset
from chaostrading.faults.registry import make


def test_closes_websockets_that_are_older_than_the_lease(frame, dice, state):
    """The client gets the code and the reason."""
    fault = make("ws_close_frame", {"code": 1012, "reason": "restart"})

    fate = fault.decide(frame("tick", connected_s=990.0), dice, state)

    assert fate == Close(code=1012, reason="restart")


@pytest.mark.parametrize("more", [{"connected_s": 1_001.0}, {"connected_s": 1.0, "websocket": 0}])
def test_leaves_new_websockets_and_all_http_connections_alone(frame, dice, state, more):
    """Only what was open at arming ends, and only WebSockets."""
    fault = make("ws_close_frame", {})

    assert fault.decide(frame("tick", now_s=1_002.0, **more), dice, state) == PASS


def test_refuses_handshakes_until_the_time_is_over(frame, dice, state):
    """503 within 15 s of arming, nothing after; the connection is not kept."""
    fault = make("ws_close_frame", {})

    early = fault.decide(frame(path="/ws", upgrade=True, now_s=1_014.9), dice, state)
    late = fault.decide(frame(path="/ws", upgrade=True, now_s=1_015.0), dice, state)

    assert isinstance(early, Answer)
    assert (early.status, early.close, late) == (503, True, PASS)


def test_refuses_handshakes_with_a_reset_if_asked(frame, dice, state):
    """The client sees its connection reset instead of an answer."""
    fault = make("ws_close_frame", {"refuse_mode": "reset"})

    assert fault.decide(frame(path="/ws", upgrade=True), dice, state) == Reset()


def test_lets_rest_requests_pass(frame, dice, state):
    """The market side is down, the order side is not."""
    fault = make("ws_close_frame", {})

    assert fault.decide(frame(), dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"code": 1005}, "ws_close_frame: code must be one that may stand in a close frame"),
        ({"code": 1006}, "was 1006"),
        ({"code": 1015}, "was 1015"),
        ({"code": 5000}, "was 5000"),
        ({"reason": "x" * 124}, "ws_close_frame: reason must be within 0..123 bytes, was 124"),
        ({"refuse_s": -1.0}, "ws_close_frame: refuse_s must be within 0..86400, was -1.0"),
        ({"refuse_mode": "econnrefused"}, "refuse_mode must be one of http, reset"),
        ({"status": 200}, "status must be within 400..599, was 200"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("ws_close_frame", parameters)
