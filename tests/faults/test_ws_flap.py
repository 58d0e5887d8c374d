"""A link that comes and goes."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Answer, Close, Reset, State
from chaostrading.faults.registry import make


def test_is_down_and_up_in_turns(frame, dice, state):
    """Down at 0..8, 16..24 and so on, six times; up afterwards."""
    fault = make("ws_flap", {})

    refused = [
        isinstance(fault.decide(frame(upgrade=True, now_s=1_000.0 + at), dice, state), Answer)
        for at in (0, 7, 9, 15, 17, 23, 25, 81, 87, 89, 97, 200)
    ]

    assert refused == [
        True, True, False, False, True, True, False, True, True, False, False, False,
    ]  # fmt: skip


def test_each_time_down_cuts_what_was_open_before(frame, dice, state):
    """A connection opened while up lives until the next time down."""
    fault = make("ws_flap", {})

    fates = [
        fault.decide(frame("tick", now_s=1_000.0 + at, connected_s=1_000.0 + since), dice, state)
        for at, since in [(0, -5), (10, 9), (16, 9), (26, 25)]
    ]

    assert fates == [Reset(), PASS, Reset(), PASS]


def test_cuts_as_asked(frame, dice, state):
    """With a close frame of 1001, for instance."""
    fault = make("ws_flap", {"mode": "close"})

    assert fault.decide(frame("tick", connected_s=9.0), dice, state) == Close(code=1001)


def test_the_seed_draws_the_lengths(frame):
    """Two leases of one seed go down together; another seed differs; all stay within bounds."""
    fault = make("ws_flap", {"up_s": 20.0, "down_s": 20.0, "spread_s": 10.0})
    states = [State(armed_s=1_000.0) for _ in range(3)]

    for seed, state in zip((7, 7, 8), states, strict=True):
        fault.decide(frame("tick"), Dice(seed), state)

    first, same, other = (state.memory["downs"] for state in states)
    assert first == same != other
    assert all(10.0 <= end - start <= 30.0 for start, end in first)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"up_s": 0.0}, "up_s must be within 0.1..3600, was 0.0"),
        ({"spread_s": 9.0}, r"spread_s must be within 0\.\.8 \(the smaller of up_s and down_s\)"),
        ({"cycles": 0}, "cycles must be within 1..10000, was 0"),
        ({"mode": "pull"}, "mode must be one of close, rst, fin, was 'pull'"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("ws_flap", parameters)
