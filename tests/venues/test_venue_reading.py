"""What a stranger sent is read, or not read, but never raises."""

import pytest

from chaostrading.venues.reading import (
    id_from_text,
    id_text,
    loads,
    parameters,
    redacted,
    retry_after_s,
    time_ms,
)

NOW_MS = 1_750_000_000_000


def test_numbers_with_a_point_stay_text():
    """0.10 read as a float would come back as 0.1."""
    assert loads(b'{"p":0.10,"n":7}') == {"p": "0.10", "n": 7}


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff\xfe", b"ping", b"[" * 100_000])
def test_what_is_no_json_is_none(payload):
    """Neither bad bytes nor deep nesting raise."""
    assert loads(payload) is None


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("a=1&b=", b"", {"a": "1", "b": ""}),
        ("a=1", b"b=2&a=3", {"a": "3", "b": "2"}),
        ("", b'{"qty":"0.10","n":5,"deep":{}}', {"qty": "0.10", "n": "5", "deep": ""}),
        ("", b'[{"sz":"1"},{"sz":"2"}]', {"sz": "1"}),
        ("", b'{"broken', {}),
    ],
)
def test_parameters_come_from_query_form_and_json(query, body, expected):
    """Bots send the same order in three ways."""
    assert parameters(query, body) == expected


def test_secrets_are_redacted_and_the_rest_is_not():
    """Order and all other bytes of the query stay."""
    query = "symbol=BTCUSDT&side=BUY&timestamp=1&signature=abc&apiKey=k&listenKey=l&recvWindow=5"

    assert redacted(query) == (
        "symbol=BTCUSDT&side=BUY&timestamp=1&signature=***&apiKey=***&listenKey=***&recvWindow=5"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5", 5.0),
        ("0", 0.0),
        ("Sun, 15 Jun 2025 15:06:45 GMT", 5.0),
        ("Sun, 15 Jun 2025 15:06:30 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(value, expected):
    """A date in the past means now; nonsense means nothing."""
    assert retry_after_s({"retry-after": value}, NOW_MS) == expected


@pytest.mark.parametrize("value", [1, -7, "abc", "1", "", 'quo"te', None])
def test_an_id_comes_back_as_the_json_it_was(value):
    """A bot that sent the number 1 would not recognise the text "1". An empty text becomes null."""
    assert loads(id_from_text(id_text(value)).encode()) == (value if value != "" else None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1750000000", NOW_MS),
        ("1750000000000", NOW_MS),
        ("1750000000000999", NOW_MS),
        ("1750000000000999999", NOW_MS),
        ("2025-06-15T15:06:40Z", NOW_MS),
        ("2025-06-15T15:06:40.000999999Z", NOW_MS),
        ("12", None),
        ("BTC-2025-06-15-something", None),
        ("", None),
    ],
)
def test_moments_are_read_in_every_unit(value, expected):
    """Seconds, milliseconds, microseconds, nanoseconds, ISO 8601."""
    assert time_ms(value) == expected
