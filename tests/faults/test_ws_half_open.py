"""A WebSocket whose other end is gone without anybody having been told."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Drop, Hold, Reset
from chaostrading.faults.registry import make

KINDS = ("message", "ping", "pong", "close", "fin")


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_crosses_an_old_connection(frame, dice, state, kind, direction):
    """Data, heartbeats, close frames and the end of TCP vanish both ways."""
    fault = make("ws_half_open", {"end": "rst"})

    fate = fault.decide(frame(kind, direction=direction, connected_s=9.0), dice, state)

    assert fate == Drop()


@pytest.mark.parametrize("kind", KINDS)
def test_everything_crosses_a_new_connection(frame, dice, state, kind):
    """Healthy for whoever opens a new one."""
    fault = make("ws_half_open", {})

    assert fault.decide(frame(kind, connected_s=1_000.5), dice, state) == PASS


def test_keeps_one_frame_back_that_resets_the_connection_when_the_lease_ends(frame, dice, state):
    """A connection that has lost messages must not come back to life with a gap."""
    fault = make("ws_half_open", {})

    fates = [
        fault.decide(frame("ping", connected_s=9.0), dice, state),
        fault.decide(frame("message", connected_s=9.0), dice, state),
        fault.decide(frame("pong", direction="up", connected_s=9.0), dice, state),
    ]

    assert fates == [Hold(then="reset"), Drop(), Hold(then="reset")]


def test_one_direction_can_stay_open(frame, dice, state):
    """With `down`, the client's frames still reach the exchange."""
    fault = make("ws_half_open", {"direction": "down", "end": "rst"})

    up = fault.decide(frame("ping", direction="up", connected_s=9.0), dice, state)
    down = fault.decide(frame("pong", direction="down", connected_s=9.0), dice, state)

    assert (up, down) == (PASS, Drop())


def test_resets_after_the_dead_time_if_asked(frame, dice, state):
    """`rst` ends the silence after dead_s, also on a connection without traffic."""
    fault = make("ws_half_open", {"end": "rst", "dead_s": 60.0})

    before = fault.decide(frame("tick", now_s=1_059.9, connected_s=9.0), dice, state)
    after = fault.decide(frame("tick", now_s=1_060.0, connected_s=9.0), dice, state)

    assert (before, after) == (PASS, Reset())


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"direction": "sideways"}, "direction must be one of both, down, up, was 'sideways'"),
        ({"end": "heal"}, "end must be one of keep_dead, rst, was 'heal'"),
        ({"dead_s": 0.0}, "dead_s must be within 0.1..86400, was 0.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("ws_half_open", parameters)
