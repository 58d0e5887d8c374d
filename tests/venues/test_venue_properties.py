"""What holds for any JSON and any bytes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaostrading.venues import VENUES
from chaostrading.venues.base import Meaning
from chaostrading.venues.editing import edit_texts, list_items, scalars

pytestmark = pytest.mark.slow

KEYS = st.sampled_from(
    ["e", "E", "s", "u", "U", "b", "a", "k", "data", "event", "stream", "result", "id", "method",
     "params", "op", "args", "topic", "channel", "events", "arg", "code", "error", "status", "C"]
)  # fmt: skip
STRANGE = st.sampled_from(
    ["9" * 5_000, "--5", "0001-01-01T00:00:00", "9999-12-31T23:59:59Z", "\u0663"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | STRANGE
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def leaves(value, path=()):
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [(path, value)]


@given(JSON, st.sampled_from([None, 2]))
def test_the_scanner_finds_what_the_parser_finds(value, indent):
    """Every leaf with its path, in order, however it is laid out."""
    payload = json.dumps(value, indent=indent).encode()

    found = [(path, json.loads(payload[start:end])) for path, start, end in scalars(payload)]

    assert found == leaves(value)


@given(st.lists(JSON, max_size=5))
def test_items_of_a_list_are_its_items(values):
    """Cut out, they parse to the same."""
    payload = json.dumps(values).encode()

    assert [json.loads(payload[start:end]) for start, end in list_items(payload)] == values


@given(st.binary(max_size=80))
def test_an_edit_that_changes_nothing_keeps_every_byte(payload):
    """Also of what is no JSON."""
    assert edit_texts(payload, lambda _path, _quoted: True, lambda text: text) == payload


@settings(max_examples=150)
@given(JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60))
def test_no_venue_raises(payload):
    """Reading and editing never fail, whatever a stranger sends."""
    for venue in VENUES.values():
        read = [
            venue.read_message("/ws", "down", payload),
            venue.read_message("/ws", "up", payload),
            venue.read_request("POST", "/api/v3/order", "", payload),
            venue.read_answer(Meaning(role="market"), 200, {}, payload, 0),
            venue.read_answer(Meaning(role="replace"), 400, {}, payload, 0),
        ]
        edited = [
            venue.edit_price(payload, lambda text: text),
            venue.edit_quantity(payload, lambda text: text),
            venue.edit_symbol(payload, lambda text: text),
            venue.edit_time(payload, lambda moment: moment),
            venue.edit_sequence(payload, lambda number: number),
        ]
        venue.edit_time(payload, lambda moment: moment + 86_400_000)

        assert all(isinstance(meaning, Meaning) for meaning in read)
        assert edited == [payload] * 5
