"""Records survive their way through JSON."""

import json

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.records.types import (
    ConnectionEvent,
    LeaseEvent,
    MarketSlice,
    MessageRecord,
    RequestRecord,
    Sample,
    Touch,
    from_json,
    to_json,
)

STAMP = {"seq": 1, "mono_s": 2.5, "wall_s": 3.5}
TOUCH = Touch(lease="L1", fault="http_429", fate="answer")


@pytest.mark.parametrize(
    "record",
    [
        RequestRecord(**STAMP, method="GET", path="/api/v3/time", touched=(TOUCH,)),
        MessageRecord(**STAMP, opcode="ping", touched=(TOUCH,)),
        MarketSlice(**STAMP, stream="btcusdt@trade", price="1.50000000"),
        ConnectionEvent(**STAMP, event="closed", how="rst", touched=(TOUCH,)),
        LeaseEvent(**STAMP, event="ended", reason="lever"),
        Sample(**STAMP, values={"a": 1}),
    ],
)
def test_a_record_is_the_same_after_json(record):
    """Evidence on disk is what was seen."""
    assert from_json(json.loads(json.dumps(to_json(record)))) == record


def test_fields_of_a_newer_version_are_ignored():
    """An old report can read a new journal."""
    row = {"kind": "lease", **STAMP, "event": "armed", "colour": "red"}

    assert from_json(row) == LeaseEvent(**STAMP, event="armed")


def test_an_unknown_kind_is_refused_by_name():
    """Nothing is read as something else."""
    with pytest.raises(InvalidInput, match="was 'gossip'"):
        from_json({"kind": "gossip"})
