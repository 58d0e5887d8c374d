"""A WebSocket that dies without a close frame."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Answer, Close, Reset
from chaostrading.faults.registry import make


@pytest.mark.parametrize(("mode", "fate"), [("rst", Reset()), ("fin", Close())])
def test_breaks_open_websockets_without_a_close_frame(frame, dice, state, mode, fate):
    """A reset, or a bare end of TCP."""
    fault = make("ws_abrupt", {"mode": mode})

    assert fault.decide(frame("tick", connected_s=990.0), dice, state) == fate


def test_breaks_in_the_middle_of_a_message(frame, dice, state):
    """Half of the payload goes out before the reset; the connection may wait 1 s for a message."""
    fault = make("ws_abrupt", {"mid_frame": True})
    old = {"connected_s": 990.0}

    waiting = fault.decide(frame("tick", **old), dice, state)
    cut = fault.decide(frame("message", payload=b'{"u":1234}', now_s=1_000.1, **old), dice, state)
    idle = fault.decide(frame("tick", now_s=1_001.0, **old), dice, state)

    assert (waiting, cut, idle) == (PASS, Reset(sent=5), Reset())


def test_messages_pass_unless_the_cut_is_to_be_in_the_middle(frame, dice, state):
    """Without mid_frame only the tick cuts, so that no message is lost half-way."""
    fault = make("ws_abrupt", {})

    assert fault.decide(frame("message", payload=b"{}", connected_s=9.0), dice, state) == PASS


def test_repeats_the_cut_and_refuses_after_each(frame, dice, state):
    """Cuts at 0 and 20 s with 15 s of refusal each, then no more."""
    fault = make("ws_abrupt", {"repeat": 2, "refuse_s": 15.0, "up_s": 5.0})

    ticks = [
        fault.decide(frame("tick", now_s=1_000.0 + now, connected_s=1_000.0 + since), dice, state)
        for now, since in [(16, 15.5), (20, 15.5), (36, 35.5), (45, 35.5)]
    ]
    upgrades = [
        isinstance(fault.decide(frame(upgrade=True, now_s=1_000.0 + at), dice, state), Answer)
        for at in (14, 16, 21, 34, 36, 41)
    ]

    assert ticks == [PASS, Reset(), PASS, PASS]
    assert upgrades == [True, False, True, True, False, False]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"mode": "abort"}, "ws_abrupt: mode must be one of rst, fin, was 'abort'"),
        ({"mode": "fin", "mid_frame": True}, "mid_frame needs mode rst, was 'fin'"),
        ({"repeat": 0}, "repeat must be within 1..10000, was 0"),
        ({"up_s": 0.0}, "up_s must be within 0.1..86400, was 0.0"),
        ({"refuse_s": 1e9}, "refuse_s must be within 0..86400"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("ws_abrupt", parameters)
