"""Slow requests."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Delay
from chaostrading.faults.registry import make

STEADY = {"delay_s": 7.0, "jitter_s": 0.0}


def test_delays_answers_after_the_exchange_has_acted(frame, dice, state):
    """The request passes at once; only its answer is late."""
    fault = make("latency_rest", STEADY)

    fates = [fault.decide(frame(kind), dice, state) for kind in ("request", "answer")]

    assert fates == [PASS, Delay(delay_s=7.0)]


def test_delays_requests_before_the_exchange_sees_them(frame, dice, state):
    """The other way round."""
    fault = make("latency_rest", {**STEADY, "where": "request"})

    fates = [fault.decide(frame(kind), dice, state) for kind in ("request", "answer")]

    assert fates == [Delay(delay_s=7.0), PASS]


@pytest.mark.parametrize("where", ["request", "response"])
def test_handshakes_are_not_delayed(frame, dice, state, where):
    """WebSockets have faults of their own."""
    fault = make("latency_rest", {**STEADY, "where": where})

    request = fault.decide(frame(path="/ws", upgrade=True), dice, state)
    answer = fault.decide(frame("answer", path="/ws", status=101), dice, state)

    assert (request, answer) == (PASS, PASS)


@pytest.mark.parametrize(
    ("where", "fates"),
    [("request", [Delay(delay_s=7.0), PASS]), ("response", [PASS, Delay(delay_s=7.0)])],
)
def test_orders_over_the_websocket_api_are_slow_too(frame, dice, state, where, fates):
    """Request and answer belong together by id; events in between are not delayed."""
    fault = make("latency_rest", {**STEADY, "where": where})
    order = b'{"id":"a1","method":"order.place","params":{"symbol":"BTCUSDT"}}'
    api = {"path": "/ws-api/v3"}

    up = fault.decide(frame("message", direction="up", payload=order, **api), dice, state)
    event = fault.decide(frame("message", payload=b'{"event":{}}', **api), dice, state)
    down = fault.decide(
        frame("message", payload=b'{"id":"a1","status":200,"result":{}}', **api), dice, state
    )

    assert [up, down] == fates
    assert event == PASS


def test_draws_each_delay_within_the_jitter(frame, dice, state):
    """7 s plus or minus 2 s, and not always the same."""
    fault = make("latency_rest", {})

    delays = [fault.decide(frame("answer"), dice, state).delay_s for _ in range(50)]

    assert all(5.0 <= delay <= 9.0 for delay in delays)
    assert len(set(delays)) > 40


def test_grows_over_the_ramp(frame, dice, state):
    """Half the delay in the middle of the ramp."""
    fault = make("latency_rest", {**STEADY, "ramp_s": 10.0})

    delays = [
        fault.decide(frame("answer", now_s=now), dice, state).delay_s
        for now in (1_000.0, 1_005.0, 1_010.0)
    ]

    assert delays == [0.0, 3.5, 7.0]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"where": "both"}, "where must be one of request, response, was 'both'"),
        ({"delay_s": 0.0}, "delay_s must be within 0.001..300, was 0.0"),
        ({"jitter_s": 8.0}, r"jitter_s must be within 0\.\.delay_s, was 8.0"),
        ({"ramp_s": -1.0}, "ramp_s must be within 0..86400, was -1.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("latency_rest", parameters)
