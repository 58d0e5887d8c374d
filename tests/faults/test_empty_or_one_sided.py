"""Market data with nothing in it, or with one side missing."""

import pytest
from binance_samples import book_ticker, combined, diff, snapshot, trade

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make

BIDS, ASKS = [("100.00", "1.0")], [("100.10", "2.0")]


@pytest.mark.parametrize(
    ("form", "side", "payload"),
    [
        ("one_sided", "asks", snapshot(160, BIDS, [])),
        ("one_sided", "bids", snapshot(160, [], ASKS)),
        ("missing_key", "asks", b'{"lastUpdateId":160,"bids":[["100.00","1.0"]]}'),
        ("missing_key", "bids", b'{"lastUpdateId":160,"asks":[["100.10","2.0"]]}'),
        ("empty_list", "asks", b"[]"),
        ("empty_object", "asks", b"{}"),
        ("zero_size", "asks", snapshot(160, [("100.00", "0.0")], [("100.10", "0.0")])),
    ],
)
def test_empties_books(frame, dice, state, form, side, payload):
    """With status 200 and valid JSON."""
    fault = make("empty_or_one_sided", {"form": form, "side": side})

    fate = fault.decide(frame("answer", payload=snapshot(160, BIDS, ASKS)), dice, state)

    assert fate == Replace(payloads=(payload,))


@pytest.mark.parametrize(
    ("form", "side", "payload"),
    [
        ("one_sided", "asks", book_ticker().replace(b"100.10", b"0.00").replace(b"40.66", b"0.00")),
        ("one_sided", "bids", book_ticker().replace(b"100.00", b"0.00").replace(b"31.21", b"0.00")),
        ("missing_key", "asks", book_ticker().replace(b'"a":"100.10",', b"")),
        ("zero_size", "asks", book_ticker().replace(b"31.21", b"0.00").replace(b"40.66", b"0.00")),
    ],
)
def test_empties_best_prices(frame, dice, state, form, side, payload):
    """Zero is how Binance says that there is no offer."""
    fault = make("empty_or_one_sided", {"form": form, "side": side})
    one = frame("message", path="/ws/btcusdt@bookTicker", payload=book_ticker())

    assert fault.decide(one, dice, state) == Replace(payloads=(payload,))


def test_keeps_the_wrapper_of_a_combined_stream(frame, dice, state):
    """The data inside it is empty."""
    fault = make("empty_or_one_sided", {"form": "empty_list"})
    payload = combined("btcusdt@depth", diff(1, 2, BIDS, ASKS))

    fate = fault.decide(frame("message", path="/stream", payload=payload), dice, state)

    assert fate == Replace(payloads=(b'{"stream":"btcusdt@depth","data":[]}',))


def test_is_over_after_five_seconds(frame, dice, state):
    """The lease may last longer."""
    fault = make("empty_or_one_sided", {})

    fates = [
        fault.decide(frame("answer", payload=snapshot(), now_s=now), dice, state)
        for now in (1_004.9, 1_005.0)
    ]

    assert [type(fate).__name__ for fate in fates] == ["Replace", "Pass"]


def test_a_trade_has_no_sides(frame, dice, state):
    """It passes, and no hit is claimed."""
    fault = make("empty_or_one_sided", {})
    one = frame("message", path="/ws/btcusdt@trade", payload=trade())

    assert fault.decide(one, dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "half"}, "form must be one of one_sided, missing_key, empty_list"),
        ({"side": "mid"}, "side must be one of asks, bids, was 'mid'"),
        ({"for_s": 0.0}, "for_s must be within 0.001..86400, was 0.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("empty_or_one_sided", parameters)
