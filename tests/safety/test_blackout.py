"""Blackout windows on the local clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.safety.blackout import parse_blackouts


def at(text: str, zone: str = "UTC") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("window", "moment", "zone", "covered"),
    [
        ("mon-fri 14:25-14:35 Europe/Berlin", "2026-11-25T14:25", "Europe/Berlin", True),
        ("mon-fri 14:25-14:35 Europe/Berlin", "2026-11-25T14:35", "Europe/Berlin", False),
        ("mon-fri 14:25-14:35 Europe/Berlin", "2026-11-28T14:30", "Europe/Berlin", False),
        # In summer 14:30 in Berlin is 12:30 UTC, in winter 13:30.
        ("mon-fri 14:25-14:35 Europe/Berlin", "2026-07-01T12:30", "UTC", True),
        ("mon-fri 14:25-14:35 Europe/Berlin", "2026-12-01T12:30", "UTC", False),
        ("daily 00:00-24:00", "2026-11-25T23:59", "UTC", True),
        ("sat,sun 10:00-11:00", "2026-11-29T10:30", "UTC", True),
        ("fri-mon 10:00-11:00", "2026-11-29T10:30", "UTC", True),
        ("fri-mon 10:00-11:00", "2026-11-25T10:30", "UTC", False),
        ("fri 23:50-00:10", "2026-11-27T23:55", "UTC", True),
        ("fri 23:50-00:10", "2026-11-28T00:05", "UTC", True),
        ("fri 23:50-00:10", "2026-11-27T00:05", "UTC", False),
        ("fri 23:50-00:10", "2026-11-28T00:10", "UTC", False),
    ],
)
def test_a_window_covers_its_own_minutes_only(window, moment, zone, covered):
    """The begin belongs to the window, the end does not, and midnight may be crossed."""
    [blackout] = parse_blackouts(window)

    assert blackout.covers(at(moment, zone)) is covered


def test_several_windows_are_separated_by_semicolons():
    """An empty piece at the end is not a window."""
    windows = parse_blackouts("mon 08:00-09:00; daily 23:00-23:30 America/New_York;")

    assert [window.zone for window in windows] == ["UTC", "America/New_York"]


def test_nothing_is_no_window():
    """An unset variable blacks out nothing."""
    assert parse_blackouts("") == ()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("noday 10:00-11:00", "days must be `daily` or of mon, tue"),
        ("mon 25:00-26:00", "times must be within 00:00..24:00"),
        ("mon 10:61-11:00", "times must be within 00:00..24:00"),
        ("mon 10:00-10:00", "windows must not be empty"),
        ("mon 10:00-11:00 Mars/Olympus", "time zone must be a name like UTC or Europe/Berlin"),
        ("mon 10-11", "must be windows like"),
    ],
)
def test_a_window_that_cannot_be_read_is_refused(text, part):
    """A window that is not understood must not silently protect nothing."""
    with pytest.raises(InvalidInput, match="CHAOS_BLACKOUT") as refusal:
        parse_blackouts(text)

    assert part in str(refusal.value)
