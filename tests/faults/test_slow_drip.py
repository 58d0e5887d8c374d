"""Answers that come drop by drop."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Drip
from chaostrading.faults.registry import make


def test_drips_answers(frame, dice, state):
    """Head at once, then 200 bytes a second."""
    fault = make("slow_drip", {})

    assert fault.decide(frame("answer"), dice, state) == Drip(bytes_per_s=200.0)


def test_may_hold_head_and_body_back(frame, dice, state):
    """Head after 1 s, body 5 s after that."""
    fault = make("slow_drip", {"bytes_per_s": 5_000.0, "head_s": 1.0, "body_s": 5.0})

    fate = fault.decide(frame("answer"), dice, state)

    assert fate == Drip(bytes_per_s=5_000.0, head_s=1.0, body_s=5.0)


def test_handshakes_are_left_alone(frame, dice, state):
    """A 101 has no body to drip."""
    fault = make("slow_drip", {})

    assert fault.decide(frame("answer", path="/ws", status=101), dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"bytes_per_s": 0.0}, "bytes_per_s must be within 0.1..100000, was 0.0"),
        ({"head_s": -1.0}, "head_s must be within 0..300, was -1.0"),
        ({"body_s": 301.0}, "body_s must be within 0..300, was 301.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("slow_drip", parameters)
