"""Values change, every other byte stays."""

import pytest

from chaostrading.venues.editing import (
    add_member,
    drop_member,
    edit_numbers,
    edit_texts,
    edit_times,
    list_items,
    rename_member,
    scalars,
)


def named(name):
    return lambda path, _quoted: path[-1] == name


def test_every_scalar_is_found_with_its_path():
    """Objects give names, lists give positions, whatever the spaces."""
    payload = b'{"a": 1, "b": [ {"c":"x"}, ["y", null] ], "d":{}, "e":true}'

    found = [(path, payload[start:end]) for path, start, end in scalars(payload)]

    assert found == [
        (("a",), b"1"),
        (("b", 0, "c"), b'"x"'),
        (("b", 1, 0), b'"y"'),
        (("b", 1, 1), b"null"),
        (("e",), b"true"),
    ]


def test_brackets_inside_texts_are_text():
    """A quoted brace or an escaped quote ends nothing."""
    payload = b'{"a":"}\\"]","p":"1"}'

    assert edit_texts(payload, named("p"), lambda _: "2") == b'{"a":"}\\"]","p":"2"}'


def test_a_payload_that_is_cut_off_is_edited_as_far_as_it_goes():
    """Broken JSON stays as broken as it was."""
    payload = b'{"p":"1","q":{"p":"1","x":"unfini'

    assert edit_texts(payload, named("p"), lambda _: "9") == b'{"p":"9","q":{"p":"9","x":"unfini'


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("2.50", b'{"p":"2.50"}'),
        ("", b'{"p":""}'),
        ("1,5", b'{"p":"1,5"}'),
        ("null", b'{"p":null}'),
        ("NaN", b'{"p":NaN}'),
    ],
)
def test_a_quoted_value_stays_quoted_except_null_and_nan(new, expected):
    """There is no quoted null on any wire."""
    assert edit_texts(b'{"p":"1"}', named("p"), lambda _: new) == expected


def test_an_unquoted_value_stays_unquoted():
    """Kraken writes prices as bare numbers."""
    assert edit_texts(b'{"p":0.10}', named("p"), lambda text: text + "0") == b'{"p":0.100}'


def test_numeric_edits_leave_what_is_no_number():
    """null, empty texts and words are not prices."""
    payload = b'[{"p":null},{"p":""},{"p":"n/a"},{"p":"1"}]'

    edited = edit_texts(payload, named("p"), lambda _: "2", numeric=True)

    assert edited == b'[{"p":null},{"p":""},{"p":"n/a"},{"p":"2"}]'


def test_whole_numbers_are_edited_as_numbers():
    """Bare or quoted, and fractions are left alone."""
    payload = b'{"a":{"n":7},"b":{"n":"7"},"c":{"n":7.5}}'

    edited = edit_numbers(payload, named("n"), lambda number: number - 10)

    assert edited == b'{"a":{"n":-3},"b":{"n":"-3"},"c":{"n":7.5}}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"t":1750000000000}', b'{"t":1750000001500}'),
        (b'{"t":"1750000000000"}', b'{"t":"1750000001500"}'),
        (b'{"t":1750000000}', b'{"t":1750000001}'),
        (b'{"t":1750000000000123}', b'{"t":1750000001500123}'),
        (b'{"t":"2026-04-07T14:30:01Z"}', b'{"t":"2026-04-07T14:30:02Z"}'),
        (b'{"t":"2026-04-07T14:30:01.456789Z"}', b'{"t":"2026-04-07T14:30:02.956789Z"}'),
        (b'{"t":"2026-04-07T14:30:01.456789123Z"}', b'{"t":"2026-04-07T14:30:02.956789123Z"}'),
        (b'{"t":5}', b'{"t":5}'),
    ],
)
def test_moments_keep_their_unit_and_precision(before, after):
    """Seconds, milliseconds, microseconds and ISO 8601 are told apart; other numbers are left."""
    assert edit_times(before, named("t"), lambda time_ms: time_ms + 1_500) == after


def test_members_are_renamed_added_and_dropped_in_place():
    """Only the first one of that name, and nothing is encoded again."""
    payload = b'{"E":1, "s" : "X","p":"1.0"}'

    assert rename_member(payload, "s", "symbol") == b'{"E":1, "symbol" : "X","p":"1.0"}'
    assert add_member(payload, b'"n":0') == b'{"n":0,"E":1, "s" : "X","p":"1.0"}'
    assert add_member(b"{}", b'"n":0') == b'{"n":0}'
    assert drop_member(payload, "E") == b'{"s" : "X","p":"1.0"}'
    assert drop_member(payload, "p") == b'{"E":1, "s" : "X"}'
    assert drop_member(b'{"p":1}', "p") == b"{}"


@pytest.mark.parametrize(
    ("payload", "items"),
    [
        (b'[{"a":[1,2]}, {"b":"]"}]', [b'{"a":[1,2]}', b'{"b":"]"}']),
        (b'[1,"x",null]', [b"1", b'"x"', b"null"]),
        (b"[]", []),
        (b'{"a":[1]}', []),
        (b"", []),
    ],
)
def test_items_of_the_outermost_list_are_found(payload, items):
    """Their bytes can be kept or left out one by one."""
    assert [payload[start:end] for start, end in list_items(payload)] == items


SHAPED = (
    b'{"e":"trade","p":"1.50","t":7,"q":"2"}',
    b'{"e":"trade","p":"13.250","t":81,"q":"0.1"}',
    b'{"e":"trade","p":"nothing","t":null,"q":""}',
    b'{"e":"trade","p":"a\\"b","t":81,"q":"0.1"}',
    b'{"e":"trade","p":1.50,"t":7,"q":"2"}',
    b'{"e":"trade", "p":"1.50","t":7,"q":"2"}',
    b'{"e":"trade","p":"1.50","t":7,"q":"2"',
)


@pytest.mark.parametrize("payload", SHAPED)
def test_a_remembered_shape_changes_what_a_walk_would_change(payload: bytes) -> None:
    """Messages of the same shape, of nearly the same shape, and broken ones."""

    def wanted(path: tuple[str | int, ...], quoted: bool) -> bool:
        return path[-1:] == ("p",) and quoted

    def change(text: str) -> str:
        return f"{text}9"

    walked = edit_texts(payload, wanted, change, numeric=True)

    for one in SHAPED * 3:
        edit_texts(one, wanted, change, numeric=True, asked="test of shapes")

    assert edit_texts(payload, wanted, change, numeric=True, asked="test of shapes") == walked
