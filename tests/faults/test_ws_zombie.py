"""A WebSocket that is alive in every respect but its data."""

import pytest
from binance_samples import LISTEN_KEY, book_ticker, combined, execution

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Drop
from chaostrading.faults.registry import make

BTC = combined("btcusdt@bookTicker", book_ticker())
ETH = combined("ethusdt@bookTicker", book_ticker(symbol="ETHUSDT"))
ACK = b'{"result":null,"id":1}'


@pytest.fixture
def message(frame):
    return lambda payload, **more: frame(
        "message", path="/stream", payload=payload, **{"connected_s": 9.0, **more}
    )


def test_silences_the_first_stream_that_sends_and_no_other(message, dice, state):
    """One stream is mute; others and acknowledgements go on."""
    fault = make("ws_zombie", {})

    fates = [fault.decide(message(payload), dice, state) for payload in (BTC, ETH, ACK, BTC)]

    assert fates == [Drop(), PASS, PASS, Drop()]


@pytest.mark.parametrize("parameters", [{"stream": "eth*"}, {"symbol": "ETHUSDT"}])
def test_silences_what_was_named(message, dice, state, parameters):
    """By stream or by symbol."""
    fault = make("ws_zombie", parameters)

    fates = [fault.decide(message(payload), dice, state) for payload in (BTC, ETH)]

    assert fates == [PASS, Drop()]


def test_a_new_connection_has_data(message, dice, state):
    """The old one stays mute however long it waits."""
    fault = make("ws_zombie", {})

    old = fault.decide(message(BTC, now_s=1_300.0), dice, state)
    new = fault.decide(message(BTC, now_s=1_300.0, connected_s=1_200.0), dice, state)

    assert (old, new) == (Drop(), PASS)


def test_a_new_subscription_brings_the_data_back(message, dice, state):
    """On that connection, for that stream; an UNSUBSCRIBE does not count."""
    fault = make("ws_zombie", {"heal": "resubscribe", "stream": "*"})
    off = b'{"method":"UNSUBSCRIBE","params":["btcusdt@bookTicker"],"id":2}'
    on = b'{"method":"SUBSCRIBE","params":["btcusdt@bookTicker"],"id":3}'

    fault.decide(message(off, direction="up"), dice, state)
    before = fault.decide(message(BTC), dice, state)
    fault.decide(message(on, direction="up"), dice, state)
    after = [fault.decide(message(payload), dice, state) for payload in (BTC, ETH)]

    assert [before, *after] == [Drop(), PASS, Drop()]


def test_time_brings_the_data_back(message, dice, state):
    """After mute_s the same connection has data again."""
    fault = make("ws_zombie", {"heal": "time", "mute_s": 45.0})

    fates = [fault.decide(message(BTC, now_s=now), dice, state) for now in (1_044.9, 1_045.0)]

    assert fates == [Drop(), PASS]


def test_account_events_are_a_stream_called_private(frame, dice, state):
    """The user stream can be silenced alone."""
    fault = make("ws_zombie", {"stream": "private"})
    event = frame("message", path=LISTEN_KEY, payload=execution(), connected_s=9.0)
    ticker = frame("message", path="/ws", payload=book_ticker(), connected_s=9.0)

    assert [fault.decide(one, dice, state) for one in (event, ticker)] == [Drop(), PASS]


def test_pings_and_pongs_are_none_of_its_business():
    """The link does not even ask about them."""
    assert make("ws_zombie", {}).kinds == {"message"}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"heal": "hope"}, "heal must be one of new_connection, resubscribe, time, was 'hope'"),
        ({"mute_s": 0.0}, "mute_s must be within 0.1..86400, was 0.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("ws_zombie", parameters)
