"""Signed with the exchange's time."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.clock_discipline import (
    ClockDiscipline,
    NaiveClockDiscipline,
)


def test_the_offset_is_taken_from_the_middle_of_the_round_trip() -> None:
    """The server's clock is 1.5 s behind ours."""
    clock = ManualClock()
    discipline = ClockDiscipline(clock)

    discipline.sample(int((clock.wall() + 0.1 - 1.5) * 1000), clock.wall(), 0.2)

    assert abs(discipline.offset_s + 1.5) < 0.002
    assert discipline.alarming


def test_a_slow_sample_does_not_spoil_a_good_one() -> None:
    """An answer that took 7 s says little about the time."""
    clock = ManualClock()
    discipline = ClockDiscipline(clock)
    discipline.sample(int(clock.wall() * 1000), clock.wall(), 0.0)

    discipline.sample(int((clock.wall() + 7) * 1000), clock.wall(), 7.0)

    assert abs(discipline.offset_s) < 0.002


def test_time_is_asked_after_a_reject_but_not_in_a_burst() -> None:
    """Once a second at most."""
    discipline = ClockDiscipline(ManualClock())

    assert [discipline.rejected(), discipline.rejected()] == [True, False]


def test_without_it_the_window_is_raised_instead() -> None:
    """The naive trader signs with its own time and hopes for a wide window."""
    clock = ManualClock()
    discipline = NaiveClockDiscipline(clock)

    discipline.sample(int((clock.wall() - 90) * 1000), clock.wall(), 0.0)

    assert discipline.now_ms() == int(clock.wall() * 1000)
    assert discipline.recv_window_ms(3_000) == 60_000
    assert not discipline.rejected()
