"""The memory of rate limits."""

import pytest

from chaostrading.faults.rate_window import RateRule, header_text


def rule(**changes):
    values = {
        "fault": "x", "trigger": "after", "requests": 2, "window_s": 10.0, "retry_after": "5",
        "ban_after": 0, "ban_s": 30.0, "ban_s_cap": 60.0,
    }  # fmt: skip
    return RateRule(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "times", "expected"),
    [
        ({}, (0, 1, 2, 2.1, 8), "free free limited limited free"),
        ({}, (0, 9, 11, 12, 13), "free free free limited limited"),
        ({"retry_after": ""}, (0, 1, 2, 11.9, 22), "free free limited limited free"),
        ({"retry_after": "0"}, (0, 1, 2, 11.9, 22), "free free limited limited free"),
        ({"retry_after": "date:3"}, (0, 1, 2, 5.1), "free free limited free"),
        ({"ban_after": 1}, (0, 1, 2, 3, 32.9, 33.1), "free free limited banned banned free"),
        ({"ban_after": 2}, (0, 1, 2, 3, 4), "free free limited limited banned"),
        ({"requests": 0}, (0, 9), "limited limited"),
        ({"trigger": "bucket"}, (0, 0, 0, 6), "free free limited free"),
    ],
)
def test_the_ruling_follows_from_the_times_of_requests(changes, times, expected):
    """Sliding windows, forbidden times with and without a header, violations, bans."""
    memory: dict = {}

    rulings = [rule(**changes).ruling(1_000.0 + at_s, memory) for at_s in times]

    assert " ".join(rulings) == expected


def test_requests_that_do_not_count_meet_only_the_ban():
    """The count of orders leaves queries alone; a ban does not."""
    memory: dict = {}
    always = rule(trigger="always", ban_after=1)

    queries = [always.ruling(1_000.0 + n, memory, counts=False) for n in range(3)]
    orders = [always.ruling(1_010.0 + n, memory) for n in range(2)]
    after = always.ruling(1_012.0, memory, counts=False)

    assert queries == ["free"] * 3
    assert orders == ["limited", "banned"]
    assert after == "banned"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("5", "5"),
        ("", ""),
        ("soon", "soon"),
        ("date:soon", "date:soon"),
        ("date:20", "Sun, 15 Jun 2025 15:07:00 GMT"),
        ("date:99999999999999999999", "Wed, 21 Feb 2057 16:53:20 GMT"),
    ],
)
def test_the_header_is_text_or_a_date_ahead(text, header):
    """A date beyond all reason is cut to one that can be written."""
    assert header_text(text, 1_750_000_000_000) == header
