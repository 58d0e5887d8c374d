"""Heartbeats that fail."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Close, Drop, Replace
from chaostrading.faults.registry import make


def test_closes_when_the_clients_pong_did_not_arrive(frame, dice, state):
    """Pongs vanish; 20 s after the first one the server's end closes with 1008."""
    fault = make("ws_ping_fault", {})

    swallowed = fault.decide(frame("pong", direction="up", now_s=1_001.0), dice, state)
    waiting = fault.decide(frame("tick", now_s=1_020.9), dice, state)
    closed = fault.decide(frame("tick", now_s=1_021.0), dice, state)

    assert (swallowed, waiting, closed) == (Drop(), PASS, Close(code=1008, reason="Pong timeout"))


def test_hides_the_answers_to_the_clients_own_pings(frame, dice, state):
    """The client has to find out by itself: nobody closes."""
    fault = make("ws_ping_fault", {"direction": "down"})

    fates = [
        fault.decide(frame("ping", direction="up"), dice, state),
        fault.decide(frame("pong", direction="down"), dice, state),
        fault.decide(frame("pong", direction="up"), dice, state),
        fault.decide(frame("tick", now_s=1_100.0), dice, state),
    ]

    assert fates == [PASS, Drop(), PASS, PASS]


def test_withholds_the_exchanges_pings(frame, dice, state):
    """The client's own pings pass."""
    fault = make("ws_ping_fault", {"form": "withhold_ping"})

    fates = [
        fault.decide(frame("ping", direction=direction), dice, state)
        for direction in ("down", "up")
    ]

    assert fates == [Drop(), PASS]


def test_sends_bursts_of_pings_and_keeps_their_pongs_from_the_exchange(frame, dice, state):
    """The exchange did not ask, and would count the pongs against the client."""
    fault = make("ws_ping_fault", {"form": "ping_burst", "burst": 3, "every_s": 5.0})

    bursts = [fault.decide(frame("tick", now_s=1_000.0 + at), dice, state) for at in (0, 4.9, 5)]
    pong = fault.decide(frame("pong", direction="up", payload=bursts[0].payloads[0]), dice, state)

    burst = Replace(payloads=(b"heartbeat-1750000000000",) * 3, opcode=9)
    assert bursts == [burst, PASS, burst]
    assert pong == Drop()


@pytest.mark.parametrize(
    ("echo", "end"),
    [
        (b"heartbeat-1750000000000", PASS),
        (b"heartbeat-other", Close(code=1008, reason="Pong timeout")),
        (b"", Close(code=1008, reason="Pong timeout")),
    ],
)
def test_closes_a_client_that_does_not_echo_the_payload(frame, dice, state, echo, end):
    """A pong with another payload is no answer."""
    fault = make("ws_ping_fault", {"form": "check_echo", "every_s": 60.0})

    ping = fault.decide(frame("tick"), dice, state)
    fault.decide(frame("pong", direction="up", payload=echo, now_s=1_000.1), dice, state)
    later = fault.decide(frame("tick", now_s=1_020.0), dice, state)

    assert ping == Replace(payloads=(b"heartbeat-1750000000000",), opcode=9)
    assert later == end


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "arrhythmia"}, "form must be one of swallow_pong, withhold_ping"),
        ({"direction": "left"}, "direction must be one of up, down, both, was 'left'"),
        ({"timeout_s": 0.0}, "timeout_s must be within 0.1..86400, was 0.0"),
        ({"burst": 0}, "burst must be within 1..10000, was 0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("ws_ping_fault", parameters)
