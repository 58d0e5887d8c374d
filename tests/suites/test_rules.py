"""The calendar of the schedule, summer time included."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaostrading.core.errors import InvalidInput
from chaostrading.suites.rules import DEFAULT_RULES, Rule, due_fires, next_fire, next_fires


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def local(moment: float, zone: str) -> str:
    return datetime.fromtimestamp(moment, tz=ZoneInfo(zone)).isoformat()


@pytest.mark.parametrize(
    ("rule", "after", "fire"),
    [
        (Rule(suite="daily", at="03:17"), "2026-11-25T00:00+00:00", "2026-11-25T03:17+00:00"),
        (Rule(suite="daily", at="03:17"), "2026-11-25T03:17+00:00", "2026-11-26T03:17+00:00"),
        (
            Rule(suite="daily", at="03:17", zone="Asia/Tokyo"),
            "2026-11-25T00:00+00:00",
            "2026-11-25T18:17+00:00",
        ),
        (
            Rule(suite="weekly", at="04:17", weekday="sun"),
            "2026-11-25T00:00+00:00",
            "2026-11-29T04:17+00:00",
        ),
        (
            Rule(suite="monthly", at="06:17", day="1"),
            "2026-12-01T06:17+00:00",
            "2027-01-01T06:17+00:00",
        ),
        (
            Rule(suite="monthly", at="06:17", day="last"),
            "2028-02-01T00:00+00:00",
            "2028-02-29T06:17+00:00",
        ),
    ],
)
def test_the_next_firing_is_after_the_moment_given(rule, after, fire):
    """At the very moment of a firing the next one is the one after it."""
    assert next_fire(rule, at(after)) == at(fire)


@pytest.mark.parametrize(
    ("zone", "time", "after", "fires"),
    [
        # Berlin skips 02:00 to 03:00 on 29 March 2026.
        (
            "Europe/Berlin",
            "02:30",
            "2026-03-28T00:00+01:00",
            [
                "2026-03-28T02:30:00+01:00",
                "2026-03-29T03:30:00+02:00",
                "2026-03-30T02:30:00+02:00",
            ],
        ),
        # 02:00 to 03:00 comes twice on 25 October 2026.
        (
            "Europe/Berlin",
            "02:30",
            "2026-10-24T00:00+02:00",
            [
                "2026-10-24T02:30:00+02:00",
                "2026-10-25T02:30:00+02:00",
                "2026-10-26T02:30:00+01:00",
            ],
        ),
        # Sao Paulo skipped midnight itself: the day begins at 01:00.
        (
            "America/Sao_Paulo",
            "00:30",
            "2018-11-03T00:00-03:00",
            [
                "2018-11-03T00:30:00-03:00",
                "2018-11-04T01:30:00-02:00",
                "2018-11-05T00:30:00-02:00",
            ],
        ),
        # Lord Howe moves by half an hour.
        (
            "Australia/Lord_Howe",
            "01:45",
            "2026-04-04T00:00+11:00",
            [
                "2026-04-04T01:45:00+11:00",
                "2026-04-05T01:45:00+11:00",
                "2026-04-06T01:45:00+10:30",
            ],
        ),
    ],
)
def test_summer_time_neither_loses_nor_doubles_a_day(zone, time, after, fires):
    """A skipped time moves on, a doubled time fires the first time only."""
    rule = Rule(suite="daily", at=time, zone=zone)

    assert [local(one, zone) for one in next_fires(rule, at(after), 3)] == fires


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]
    ),
    minute=st.integers(0, 24 * 60 - 1),
    day=st.integers(0, 3_650),
)
def test_every_day_has_exactly_one_firing(zone, minute, day):
    """Three days anywhere in ten years: three firings, 22 to 26 hours apart."""
    rule = Rule(suite="daily", at=f"{minute // 60:02d}:{minute % 60:02d}", zone=zone)
    start = (datetime(2017, 1, 1, tzinfo=UTC) + timedelta(days=day)).timestamp()

    fires = next_fires(rule, start, 4)

    gaps = [later - earlier for earlier, later in itertools.pairwise(fires)]
    assert all(22 * 3600 <= gap <= 26 * 3600 for gap in gaps)
    days = {datetime.fromtimestamp(one, tz=ZoneInfo(zone)).date() for one in fires}
    assert len(days) == 4


def test_everything_missed_is_listed():
    """Three nights without a service are three firings."""
    rule = Rule(suite="daily", at="03:17")

    missed = due_fires(rule, at("2026-11-25T12:00+00:00"), at("2026-11-28T12:00+00:00"))

    assert missed == [at(f"2026-11-{day}T03:17+00:00") for day in (26, 27, 28)]


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"suite": "all", "at": "03:17"}, "unknown scheduled suite 'all'"),
        ({"suite": "daily", "at": "25:00"}, "at must be like 03:17, was '25:00'"),
        ({"suite": "weekly", "at": "03:17", "weekday": "sunday"}, "weekday must be one of mon"),
        ({"suite": "monthly", "at": "03:17", "day": "31"}, "day must be 1..28 or last, was '31'"),
        ({"suite": "daily", "at": "03:17", "zone": "Mars"}, "time zone must be a name"),
        (
            {"suite": "daily", "at": "03:17", "weekday": "mon", "day": "1"},
            "weekday and day must not both be set",
        ),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(fields, part):
    """Day 31 would not fire in five months of the year."""
    with pytest.raises(InvalidInput) as refusal:
        Rule(**fields)

    assert part in str(refusal.value)


def test_the_default_rules_keep_out_of_each_others_way():
    """On no day of a year do two of them begin within the same hour."""
    begin = at("2026-01-01T00:00+00:00")
    fires = sorted(
        one for rule in DEFAULT_RULES for one in due_fires(rule, begin, begin + 365 * 86_400)
    )

    gaps = [later - earlier for earlier, later in itertools.pairwise(fires)]
    assert min(gaps) >= 3_600
