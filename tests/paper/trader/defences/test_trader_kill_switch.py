"""Stopped means seen to be stopped."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.kill_switch import KillSwitch, NaiveKillSwitch


def test_it_sweeps_until_two_looks_found_nothing() -> None:
    """Orders that linger, and a failed look, keep it going."""
    clock = ManualClock()
    switch = KillSwitch(clock)
    switch.engage()
    found = [3, None, 0, 1, 0, 0]
    sweeps = 0

    for look in found:
        sweeps += switch.sweep_due()
        switch.saw(look)
        clock.advance(1)

    assert sweeps == 6
    assert switch.verified
    assert not switch.sweep_due()
    assert switch.engaged


def test_sweeps_are_paced() -> None:
    """Not twice within half a second."""
    switch = KillSwitch(ManualClock())
    switch.engage()

    assert [switch.sweep_due(), switch.sweep_due()] == [True, False]


def test_only_a_release_ends_it() -> None:
    """Verified is not released."""
    switch = KillSwitch(ManualClock())
    switch.engage()

    switch.release()

    assert not switch.engaged


def test_without_it_one_try_is_enough() -> None:
    """The naive switch cancels once and believes it."""
    clock = ManualClock()
    switch = NaiveKillSwitch(clock)
    switch.engage()

    first = switch.sweep_due()
    switch.saw(5)
    clock.advance(10)

    assert first
    assert not switch.sweep_due()
    assert switch.verified
