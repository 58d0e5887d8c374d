"""Market data that arrives late."""

import pytest
from binance_samples import trade

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Delay, Drop
from chaostrading.faults.registry import make


@pytest.fixture
def at(frame, dice, state):
    """The fates of messages that arrive at these times, in seconds since arming."""

    def fates(fault, *times):
        return [
            fault.decide(frame("message", payload=trade(), now_s=1_000.0 + now), dice, state)
            for now in times
        ]

    return fates


def test_every_message_is_as_late_as_the_others(at):
    """Delay counts from arrival: order and rate stay."""
    assert at(make("latency_ws", {}), 0.0, 0.1, 30.0) == [Delay(delay_s=7.0)] * 3


def test_the_clients_messages_are_not_delayed(frame, dice, state):
    """Only what comes from the exchange lags."""
    fault = make("latency_ws", {})

    assert fault.decide(frame("message", direction="up", payload=b"{}"), dice, state) == PASS


def test_the_lag_grows(at):
    """By a tenth of a second each second, as with a client that consumes too slowly."""
    fault = make("latency_ws", {"lag_s": 5.0, "growth_s_per_s": 0.1})

    assert at(fault, 0.0, 20.0) == [Delay(delay_s=5.0), Delay(delay_s=7.0)]


def test_a_burst_delivers_everything_late_at_the_end(at):
    """What would be due after 30 s is due at 30 s; then there is no lag."""
    fault = make("latency_ws", {"lag_for_s": 30.0})

    assert at(fault, 20.0, 26.0, 30.0) == [Delay(delay_s=7.0), Delay(delay_s=4.0), PASS]


def test_a_drop_loses_what_is_late_at_the_end(at):
    """What would be due after 30 s never comes."""
    fault = make("latency_ws", {"lag_for_s": 30.0, "end": "drop"})

    assert at(fault, 20.0, 26.0, 30.0) == [Delay(delay_s=7.0), Drop(), PASS]


def test_a_drain_catches_up_bit_by_bit(at):
    """Half the lag in the middle of the draining time, none after it."""
    fault = make("latency_ws", {"lag_for_s": 30.0, "end": "drain", "drain_s": 10.0})

    assert at(fault, 29.0, 35.0, 40.0) == [Delay(delay_s=7.0), Delay(delay_s=3.5), PASS]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"lag_s": 0.0}, "lag_s must be within 0.001..300, was 0.0"),
        ({"end": "fade"}, "end must be one of burst, drop, drain, was 'fade'"),
        ({"end": "drop"}, "end drop needs lag_for_s above 0, was 0.0"),
        ({"growth_s_per_s": 11.0}, "growth_s_per_s must be within 0..10, was 11.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("latency_ws", parameters)
