"""A resubscription after which some streams stay silent."""

import pytest
from binance_samples import book_ticker, combined

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Drop, Hold, Replace, Reset
from chaostrading.faults.registry import make

BTC = combined("btcusdt@bookTicker", book_ticker())
ETH = combined("ethusdt@bookTicker", book_ticker(symbol="ETHUSDT"))
ACK = b'{"result":null,"id":1}'
SUBSCRIBE = b'{"method":"SUBSCRIBE","params":["btcusdt@bookTicker","ethusdt@bookTicker"],"id":1}'


@pytest.fixture
def message(frame):
    return lambda payload, direction="down", **more: frame(
        "message",
        path="/stream",
        payload=payload,
        direction=direction,
        **{"connected_s": 1_001.0, "now_s": 1_002.0, **more},
    )


def test_resets_what_is_open_so_that_clients_resubscribe(frame, dice, state):
    """Only connections older than the lease."""
    fault = make("ws_partial_resubscribe", {})

    old = fault.decide(frame("tick", connected_s=9.0), dice, state)
    new = fault.decide(frame("tick", connected_s=1_001.0), dice, state)

    assert (old, new) == (Reset(), PASS)


def test_one_stream_of_a_subscription_has_no_data(message, dice, state):
    """The acknowledgement is good, one of the two streams stays silent, the other one runs."""
    fault = make("ws_partial_resubscribe", {})
    fault.decide(message(SUBSCRIBE, "up"), dice, state)

    ack = fault.decide(message(ACK), dice, state)
    fates = [fault.decide(message(payload), dice, state) for payload in (BTC, ETH, BTC, ETH)]

    assert ack == PASS
    assert fates in ([PASS, Drop(), PASS, Drop()], [Drop(), PASS, Drop(), PASS])


def test_streams_in_the_address_count_as_a_subscription(message, dice, state):
    """A combined connection subscribes with its handshake."""
    fault = make("ws_partial_resubscribe", {"streams_without_data": 2})
    names = ("btcusdt@bookTicker", "ethusdt@bookTicker")

    fates = [fault.decide(message(payload, streams=names), dice, state) for payload in (BTC, ETH)]

    assert fates == [Drop(), Drop()]


@pytest.mark.parametrize(("heals", "fate"), [(True, PASS), (False, Drop())])
def test_subscribing_again_heals_unless_told_otherwise(message, dice, state, heals, fate):
    """A client that waits for first data per stream and asks again gets it."""
    fault = make("ws_partial_resubscribe", {"streams_without_data": 2, "retry_heals": heals})
    fault.decide(message(SUBSCRIBE, "up"), dice, state)

    silent = fault.decide(message(BTC), dice, state)
    fault.decide(message(SUBSCRIBE, "up"), dice, state)
    after = fault.decide(message(BTC), dice, state)

    assert (silent, after) == (Drop(), fate)


def test_the_acknowledgement_may_be_missing(message, dice, state):
    """That of others than our subscriptions passes."""
    fault = make("ws_partial_resubscribe", {"ack": "missing"})
    fault.decide(message(SUBSCRIBE, "up"), dice, state)

    fates = [
        fault.decide(message(payload), dice, state) for payload in (ACK, b'{"result":null,"id":99}')
    ]

    assert fates == [Drop(), PASS]


def test_the_acknowledgement_may_be_an_error_and_then_no_stream_runs(message, dice, state):
    """The id is that of the request."""
    fault = make("ws_partial_resubscribe", {"ack": "error"})
    fault.decide(message(SUBSCRIBE, "up"), dice, state)

    ack = fault.decide(message(ACK), dice, state)
    fates = [fault.decide(message(payload), dice, state) for payload in (BTC, ETH)]

    assert isinstance(ack, Replace)
    assert b'"id":1' in ack.payloads[0].replace(b" ", b"")
    assert b'"error"' in ack.payloads[0]
    assert fates == [Drop(), Drop()]


def test_the_acknowledgement_may_come_late(message, dice, state):
    """It is kept back, data does not wait for it, and the end of the lease gives it back."""
    fault = make("ws_partial_resubscribe", {"ack": "late", "streams_without_data": 0})
    fault.decide(message(SUBSCRIBE, "up"), dice, state)

    ack = fault.decide(message(ACK), dice, state)
    data = fault.decide(message(BTC), dice, state)

    assert (ack, data) == (Hold(for_s=5.0, then="pass"), PASS)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"ack": "maybe"}, "ack must be one of ok, missing, error, late, was 'maybe'"),
        ({"ack_late_s": 0.0}, "ack_late_s must be within 0.1..3600, was 0.0"),
        ({"streams_without_data": -1}, "streams_without_data must be within 0..1024, was -1"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("ws_partial_resubscribe", parameters)
