"""Time is handed in."""

import pytest

from chaostrading.core.clock import ManualClock, SystemClock, iso


def test_a_manual_clock_moves_only_when_told_or_slept_on():
    """Sleeping on it takes no time and moves both readings."""
    clock = ManualClock(monotonic=10.0, wall=100.0)

    clock.sleep(2.5)
    clock.advance(0.5)

    assert (clock.monotonic(), clock.wall()) == (13.0, 103.0)


def test_a_manual_clock_never_runs_backwards():
    """A negative step is a mistake in the test."""
    with pytest.raises(ValueError, match="was -1"):
        ManualClock().advance(-1)


def test_the_system_clock_does_not_run_backwards():
    """Two readings are in order."""
    clock = SystemClock()
    first = clock.monotonic()

    assert clock.monotonic() >= first


def test_wall_times_are_written_in_utc_with_milliseconds():
    """The journal's own format."""
    assert iso(1_764_095_469.1234) == "2025-11-25T18:31:09.123Z"
