"""A snapshot of the book that does not fit its changes."""

import pytest
from binance_samples import book_ticker, snapshot

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Delay, Replace
from chaostrading.faults.registry import make
from chaostrading.venues.base import Meaning


def test_the_first_three_snapshots_are_too_old(frame, dice, state):
    """Ten thousand behind with the same levels; the fourth one is good."""
    fault = make("snapshot_mismatch", {})

    fates = [fault.decide(frame("answer", payload=snapshot(50_160)), dice, state) for _ in range(4)]

    assert fates == [Replace(payloads=(snapshot(40_160),))] * 3 + [PASS]


def test_snapshots_over_the_websocket_api_are_too_old_as_well(frame, dice, state):
    """The same answer in another wrapper."""
    fault = make("snapshot_mismatch", {})
    meaning = Meaning(role="market", endpoint="depth", symbol="BTCUSDT", request_id="1")
    payload = b'{"id":1,"status":200,"result":{"lastUpdateId":50160,"bids":[],"asks":[]}}'

    fate = fault.decide(
        frame("message", path="/ws-api/v3", payload=payload, meaning=meaning), dice, state
    )

    assert fate == Replace(payloads=(payload.replace(b"50160", b"40160"),))


def test_each_symbol_has_its_own_count(frame, dice, state):
    """A second symbol gets its three as well."""
    fault = make("snapshot_mismatch", {"times": 1})

    fates = [
        fault.decide(frame("answer", query=query, payload=snapshot(50_160)), dice, state)
        for query in ("symbol=BTCUSDT", "symbol=ETHUSDT", "symbol=ETHUSDT")
    ]

    assert [type(fate).__name__ for fate in fates] == ["Replace", "Replace", "Pass"]


def test_snapshots_are_shallow(frame, dice, state):
    """Two levels a side are left of three."""
    fault = make("snapshot_mismatch", {"form": "limited", "depth": 2})
    bids, asks = [("3", "1"), ("2", "1"), ("1", "1")], [("4", "1"), ("5", "1"), ("6", "1")]

    fate = fault.decide(frame("answer", payload=snapshot(1, bids, asks)), dice, state)

    assert fate == Replace(payloads=(snapshot(1, bids[:2], asks[:2]),))


def test_snapshots_are_late(frame, dice, state):
    """The bytes are those of the exchange."""
    fault = make("snapshot_mismatch", {"form": "late", "late_s": 1.5})

    assert fault.decide(frame("answer", payload=snapshot()), dice, state) == Delay(delay_s=1.5)


def test_other_answers_pass(frame, dice, state):
    """Best prices, errors, and messages of streams are no snapshots."""
    fault = make("snapshot_mismatch", {"form": "late"})
    ticker = {"path": "/api/v3/ticker/bookTicker", "payload": book_ticker()}

    fates = [
        fault.decide(frame("answer", **ticker), dice, state),
        fault.decide(frame("answer", status=429, payload=b"{}"), dice, state),
    ]

    assert fates == [PASS, PASS]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "wrong"}, "form must be one of behind, limited, late, was 'wrong'"),
        ({"behind": 0}, "behind must be within 1..1e.12, was 0"),
        ({"depth": -1}, "depth must be within 0..5000, was -1"),
        ({"times": 0}, "times must be within 1..100000, was 0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("snapshot_mismatch", parameters)
