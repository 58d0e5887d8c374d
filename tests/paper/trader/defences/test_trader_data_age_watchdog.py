"""How old data is, whatever it pretends."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.data_age_watchdog import (
    DataAgeWatchdog,
    NaiveDataAgeWatchdog,
)


def watched(clock: ManualClock) -> DataAgeWatchdog:
    """A watchdog with a limit of 5 s whose exchange clock is ours."""
    return DataAgeWatchdog(clock, 5.0, clock.wall)


def test_a_stream_that_never_spoke_is_stale() -> None:
    """No data is not fresh data."""
    assert watched(ManualClock()).stale("a")


def test_a_repeated_frame_does_not_make_data_fresh() -> None:
    """The same update id again and again: the age grows although frames arrive."""
    clock = ManualClock()
    dog = watched(clock)

    for _ in range(7):
        dog.seen("a", mark=10)
        clock.advance(1)

    assert dog.age_s("a") == 7
    assert dog.stale("a")


def test_one_silent_stream_is_stale_while_the_other_is_not() -> None:
    """Each stream has its own age."""
    clock = ManualClock()
    dog = watched(clock)
    dog.seen("a", mark=1)
    dog.seen("b", mark=1)
    clock.advance(6)

    dog.seen("b", mark=2)

    assert dog.stale("a")
    assert not dog.stale("b")


def test_an_old_stamp_is_an_age_even_when_frames_are_new() -> None:
    """Data that arrives 7 s late is 7 s old."""
    clock = ManualClock()
    dog = watched(clock)

    dog.seen("a", mark=1, event_ms=int((clock.wall() - 7) * 1000))

    assert 6.9 < dog.age_s("a") < 7.1
    assert dog.stale("a")


def test_a_stamp_from_the_future_is_not_fresh_either() -> None:
    """The absolute difference counts."""
    clock = ManualClock()
    dog = watched(clock)

    dog.seen("a", mark=1, event_ms=int((clock.wall() + 60) * 1000))

    assert dog.stale("a")


def test_content_that_never_changes_is_frozen() -> None:
    """Update ids run, but the best prices have not moved for 16 s."""
    clock = ManualClock()
    dog = watched(clock)

    for second in range(17):
        dog.seen("a", mark=second, content=("1", "2"))
        clock.advance(1)

    assert dog.stale("a")


def test_ids_that_begin_again_are_believed_once_they_climb() -> None:
    """After a restart of the exchange the ids are small; five climbing frames are enough."""
    clock = ManualClock()
    dog = watched(clock)
    dog.seen("a", mark=1_000_000)
    clock.advance(10)

    for mark in range(1, 7):
        dog.seen("a", mark=mark)

    assert not dog.stale("a")


def test_without_it_any_frame_proves_that_all_is_well() -> None:
    """The naive watchdog is global and takes repeated frames for news."""
    clock = ManualClock()
    dog = NaiveDataAgeWatchdog(clock, 5.0, clock.wall)
    dog.seen("a", mark=1)
    clock.advance(30)

    dog.seen("b", mark=1)

    assert not dog.stale("a")
