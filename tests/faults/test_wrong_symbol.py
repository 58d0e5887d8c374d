"""Data of one symbol where that of another one is expected."""

import pytest
from binance_samples import book_ticker, combined

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make


def btc(bid="100.00", ask="100.10", symbol="BTCUSDT"):
    return combined("btcusdt@bookTicker", book_ticker(bid, ask, symbol))


ETH = combined("ethusdt@bookTicker", book_ticker("4.00", "4.10", "ETHUSDT"))


@pytest.fixture
def decided(frame, dice, state):
    return lambda fault, *payloads: [
        fault.decide(frame("message", path="/stream", payload=payload), dice, state)
        for payload in payloads
    ]


@pytest.mark.parametrize(
    ("form", "payload"),
    [
        ("payload", btc("4.00", "4.10", "ETHUSDT")),
        ("label", btc(symbol="ETHUSDT")),
        ("content", btc("4.00", "4.10")),
    ],
)
def test_every_third_message_is_that_of_another_symbol(decided, form, payload):
    """On the stream that it does not belong to."""
    fault = make("wrong_symbol", {"form": form})

    fates = decided(fault, ETH, btc(), btc(), btc(), btc())

    assert fates == [PASS, PASS, PASS, Replace(payloads=(payload,)), PASS]


def test_nothing_is_mixed_up_while_there_is_one_symbol(decided):
    """There is nothing to mix it up with, so no hit is claimed."""
    fault = make("wrong_symbol", {"every": 1})

    assert decided(fault, btc(), btc()) == [PASS, PASS]


def test_an_ambiguous_name_needs_no_second_symbol(decided):
    """`BTCUSD` where `BTCUSDT` was subscribed."""
    fault = make("wrong_symbol", {"form": "label", "other": "BTCUSD", "every": 1})

    assert decided(fault, btc()) == [Replace(payloads=(btc(symbol="BTCUSD"),))]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "name"}, "form must be one of payload, label, content, was 'name'"),
        ({"every": 0}, "every must be within 1..100000, was 0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("wrong_symbol", parameters)
