"""The exchange's messages are not what they were."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS
from chaostrading.faults.registry import make

TRADE = b'{"e":"trade","E":5,"s":"X","t":1,"p":"0.10","q":"7"}'
DEPTH = b'{"lastUpdateId":1,"bids":[["0.1","5"]],"asks":[]}'
CANCELED = b'{"e":"executionReport","E":5,"s":"X","x":"CANCELED","X":"CANCELED","i":1}'


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ("unknown_enum", CANCELED, CANCELED.replace(b"CANCELED", b"EXPIRED_IN_MATCH")),
        ("missing_field", TRADE, b'{"e":"trade","s":"X","t":1,"p":"0.10","q":"7"}'),
        ("renamed_field", TRADE, TRADE.replace(b'"E"', b'"E_v2"')),
        ("extra_field", TRADE, b'{"newField":"drift",' + TRADE[1:]),
        ("string_number", TRADE, b'{"e":"trade","E":5,"s":"X","t":1,"p":0.10,"q":7}'),
        ("string_number", b'{"e":"trade","E":5,"p":0.1}', b'{"e":"trade","E":"5","p":"0.1"}'),
        ("shifted_array", DEPTH, b'{"lastUpdateId":1,"bids":[[0,"0.1","5"]],"asks":[]}'),
    ],
)
def test_one_thing_changes_and_all_other_bytes_stay(frame, dice, state, change, before, after):
    """Edited as text, not encoded again."""
    fault = make("schema_drift", {"changes": [change]})

    fate = fault.decide(frame("message", path="/ws/x@depth5", payload=before), dice, state)

    assert fate.payloads == (after,)


def test_a_live_order_keeps_its_status(frame, dice, state):
    """An unknown word for NEW would be a lie and no drift."""
    fault = make("schema_drift", {"changes": ["unknown_enum"]})
    report = CANCELED.replace(b"CANCELED", b"NEW")

    assert fault.decide(frame("message", path="/ws/k", payload=report), dice, state) == PASS


@pytest.mark.parametrize(
    ("payload", "event"),
    [
        (TRADE, b'{"e":"TRADE_PREVENTION","E":1750000000000,"s":"X"}'),
        (b'{"stream":"x@trade","data":' + TRADE + b"}",
         b'{"stream":"x@trade","data":{"e":"TRADE_PREVENTION","E":1750000000000,"s":"X"}}'),
    ],
)  # fmt: skip
def test_an_unknown_event_follows_every_few_seconds(frame, dice, state, payload, event):
    """Raw or combined, as its neighbour is."""
    fault = make("schema_drift", {"changes": ["unknown_event"]})

    fates = [
        fault.decide(frame("message", path="/ws", payload=payload, now_s=now_s), dice, state)
        for now_s in (1_000.0, 1_004.9, 1_005.0)
    ]

    assert fates[0].payloads == (payload, event)
    assert fates[1] == PASS
    assert fates[2].payloads == (payload, event)


def test_answers_about_orders_drift_and_errors_do_not(frame, dice, state):
    """Only what succeeded has a schema."""
    fault = make("schema_drift", {})
    query = {"path": "/api/v3/order", "query": "symbol=X&orderId=1"}

    told = fault.decide(frame("answer", payload=b'{"status":"CANCELED"}', **query), dice, state)
    failed = fault.decide(
        frame("answer", status=400, payload=b'{"status":"CANCELED"}', **query), dice, state
    )

    assert told.payloads == (b'{"status":"EXPIRED_IN_MATCH"}',)
    assert failed == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"changes": ["colour"]}, "changes must be one of unknown_enum, .*, was 'colour'"),
        ({"changes": "unknown_enum"}, r"changes must be of type list\[str\]"),
        ({"every_s": -1}, "every_s must be within 0..3600, was -1.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("schema_drift", parameters)
