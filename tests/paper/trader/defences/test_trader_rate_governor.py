"""What the rate governor allows, and what a trader without it does."""

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.answer import Answer, Priority
from chaostrading.paper.trader.defences.rate_governor import (
    NaiveRateGovernor,
    RateGovernor,
    retry_after_s,
)

LIMITED = Answer(status=429, headers={"retry-after": "5"}, body=b'{"code":-1003}')
FINE = Answer(status=200, body=b"{}")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5.0),
        ("2.5", 2.5),
        ("1750000007", 7.0),
        ("1750000007000", 7.0),
        ("Sun, 15 Jun 2025 15:06:47 GMT", 7.0),
        ("", None),
        ("0", None),
        ("-3", None),
        ("soon", None),
        ("99999999", None),
    ],
)
def test_a_wait_is_read_in_every_form_it_comes_in(text: str, seconds: float | None) -> None:
    """Seconds, epoch seconds and milliseconds, HTTP dates; nonsense is no wait."""
    assert retry_after_s(text, 1_750_000_000.0) == seconds


def test_nothing_leaves_in_the_forbidden_window() -> None:
    """After 429 with Retry-After 5 even a cancel waits at least 5 s, and no longer than 6.5 s."""
    governor = RateGovernor(ManualClock(), Dice(1))

    governor.note(LIMITED)

    assert 5.0 < governor.wait_s(Priority.CANCEL) < 6.5


def test_one_request_tries_before_the_others_follow() -> None:
    """When the window is over one request may leave; the next waits for its answer."""
    clock = ManualClock()
    governor = RateGovernor(clock, Dice(1))
    governor.note(LIMITED)
    clock.advance(7)

    first = governor.wait_s(Priority.CANCEL)
    governor.left()
    second = governor.wait_s(Priority.ORDER)
    governor.note(FINE)
    third = governor.wait_s(Priority.ORDER)

    assert (first, second > 0, third) == (0.0, True, 0.0)


def test_answers_from_before_the_window_do_not_end_it() -> None:
    """A request that was in flight may still be answered well; the window stays."""
    governor = RateGovernor(ManualClock(), Dice(1))
    governor.note(LIMITED)

    governor.note(FINE)

    assert governor.wait_s(Priority.CANCEL) > 4


def test_without_a_header_the_pauses_grow() -> None:
    """Exponential backoff from about a second when the exchange does not say how long."""
    clock = ManualClock()
    governor = RateGovernor(clock, Dice(1))
    pauses = []

    for _ in range(4):
        governor.note(Answer(status=429))
        pauses.append(governor.wait_s(Priority.POLL))
        clock.advance(pauses[-1] + 0.001)

    assert pauses == sorted(pauses)
    assert pauses[0] < 1.5
    assert 8 <= pauses[3] < 9


def test_a_ban_is_read_from_its_text() -> None:
    """418 without Retry-After says until when in its body."""
    governor = RateGovernor(ManualClock(), Dice(1))

    governor.note(Answer(status=418, body=b'{"msg":"IP banned until 1750000030000"}'))

    assert 30 < governor.wait_s(Priority.CANCEL) < 31


def test_the_firewall_page_pauses_everything() -> None:
    """403 with an HTML page is the firewall: at least five seconds of silence."""
    governor = RateGovernor(ManualClock(), Dice(1))

    governor.note(Answer(status=403, body=b"<html>"))

    assert governor.wait_s(Priority.CANCEL) > 5


def test_polls_make_room_when_the_weight_is_nearly_used() -> None:
    """Above 80 % of the weight polls wait; orders, cancels and exits go on."""
    governor = RateGovernor(ManualClock(), Dice(1))

    governor.note(Answer(status=200, headers={"x-mbx-used-weight-1m": "5000"}))

    assert governor.wait_s(Priority.POLL) > 0
    assert governor.wait_s(Priority.ORDER) == 0
    assert governor.wait_s(Priority.CANCEL) == 0


def test_without_it_a_limited_request_is_repeated_at_once() -> None:
    """The naive trader does not wait and tries dozens of times."""
    governor = NaiveRateGovernor(ManualClock(), Dice(1))

    governor.note(LIMITED)

    assert governor.wait_s(Priority.POLL) == 0
    assert governor.again(20) == 0.03
