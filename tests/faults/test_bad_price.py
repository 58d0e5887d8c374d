"""Prices that are none."""

import pytest
from binance_samples import book_ticker, snapshot, trade

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make

TICKER, TRADES = "/ws/btcusdt@bookTicker", "/ws/btcusdt@trade"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", '"0.00"'),
        ("negative", '"-100.05"'),
        ("nan", "NaN"),
        ("null", "null"),
        ("empty", '""'),
        ("x0.001", '"0.10"'),
        ("x0.1", '"10.00"'),
        ("x10", '"1000.50"'),
        ("x1000", '"100050.00"'),
        ("crash", '"0.03"'),
        ("drop20", '"80.04"'),
        ("rise20", '"120.06"'),
        ("exponent", '"1.0005E+2"'),
        ("comma", '"100,05"'),
        ("decimals", '"100.05123456789"'),
        ("digit", '"200.05"'),
    ],
)
def test_falsifies_the_text_and_nothing_else(frame, dice, state, value, text):
    """Each kind of falsehood, as it stands on the wire."""
    fault = make("bad_price", {"values": [value]})

    fate = fault.decide(frame("message", path=TRADES, payload=trade(1, "100.05")), dice, state)

    assert fate == Replace(payloads=(trade(1, "100.05").replace(b'"100.05"', text.encode()),))


def test_one_message_times_a_thousand_then_one_zero(frame, dice, state):
    """Then the truth; each stream has its own turn."""
    fault = make("bad_price", {})

    fates = [
        fault.decide(frame("message", path=TICKER, payload=book_ticker("1.0", "2.0")), dice, state)
        for _ in range(3)
    ]
    other = fault.decide(frame("message", path=TRADES, payload=trade(1, "1.0")), dice, state)

    assert fates == [
        Replace(payloads=(book_ticker("1000.0", "2000.0"),)),
        Replace(payloads=(book_ticker("0.0", "0.0"),)),
        PASS,
    ]
    assert other == Replace(payloads=(trade(1, "1000.0"),))


def test_repeats_over_several_cycles(frame, dice, state):
    """Two bad, three good, two bad and so on."""
    fault = make("bad_price", {"values": ["x10"], "frames": 2, "every": 3})

    fates = [
        fault.decide(frame("message", path=TRADES, payload=trade(n)), dice, state) for n in range(8)
    ]

    assert "".join(type(fate).__name__[0] for fate in fates) == "RRPPPRRP"


def test_answers_are_counted_over_all_connections(frame, dice, state):
    """A client that connects anew for each request sees the truth in the end."""
    fault = make("bad_price", {"values": ["0"]})

    fates = [
        fault.decide(frame("answer", connection=number, payload=snapshot()), dice, state)
        for number in (1, 2)
    ]

    assert fates == [
        Replace(payloads=(snapshot(160, [("0.00", "1.0")], [("0.00", "2.0")]),)),
        PASS,
    ]


def test_orders_and_frames_without_prices_pass(frame, dice, state):
    """And do not use up a turn."""
    fault = make("bad_price", {})
    frames = [
        frame("answer", method="POST", path="/api/v3/order", payload=b'{"price":"1.0"}'),
        frame("message", path=TICKER, payload=b'{"result":null,"id":1}'),
    ]

    assert [fault.decide(one, dice, state) for one in frames] == [PASS, PASS]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"values": ["abc"]}, "values must be one of 0, negative, nan"),
        ({"values": []}, "number of values must be within 1..100, was 0"),
        ({"frames": 0}, "frames must be within 1..100000, was 0"),
        ({"every": -1}, "every must be within 0..100000, was -1"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("bad_price", parameters)


def test_price_and_quantity_change_places(frame, dice, state):
    """Each number is one that could be sent, but not there."""
    fault = make("bad_price", {"values": ["swapped"]})
    payload = b'{"e":"trade","E":1750000000000,"s":"BTCUSDT","t":1,"p":"100.05","q":"0.5"}'

    fate = fault.decide(frame("message", path=TRADES, payload=payload), dice, state)

    swapped = payload.replace(b'"p":"100.05","q":"0.5"', b'"p":"0.5","q":"100.05"')
    assert fate == Replace(payloads=(swapped,))
