"""A person is told, once."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.alarm import Alarm, NaiveAlarm


def test_the_same_trouble_is_told_once_in_thirty_seconds() -> None:
    """The first at once, the next when it still lasts."""
    clock = ManualClock()
    alarm = Alarm(clock)

    first = alarm.raise_("warning", "rate_limited", "429")
    second = alarm.raise_("warning", "rate_limited", "429")
    other = alarm.raise_("warning", "rate_limited", "429", about="orders")
    clock.advance(31)
    third = alarm.raise_("warning", "rate_limited", "429")

    assert [x is not None for x in (first, second, other, third)] == [True, False, True, True]
    assert alarm.total == 3


def test_an_alarm_says_when_how_bad_and_what() -> None:
    """As it is sent to the webhook."""
    raised = Alarm(ManualClock()).raise_("critical", "circuit_breaker", "opened")

    assert raised is not None
    assert raised.to_json() == {
        "at": "2025-06-15T15:06:40.000Z",
        "level": "critical",
        "kind": "circuit_breaker",
        "text": "opened",
    }


def test_without_it_nobody_is_told() -> None:
    """The naive trader is silent."""
    alarm = NaiveAlarm(ManualClock())

    assert alarm.raise_("critical", "circuit_breaker", "opened") is None
    assert len(alarm.kept) == 0
