"""Reconnect with restraint, and for ever."""

from chaostrading.core.clock import ManualClock
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.defences.reconnect_governor import (
    NaiveReconnectGovernor,
    ReconnectGovernor,
)


def test_pauses_grow_to_a_cap_and_never_end() -> None:
    """From 0.3 s to at most 9.6 s (cap and jitter), however often it failed."""
    governor = ReconnectGovernor(ManualClock(), Dice(1))
    pauses = []

    for _ in range(40):
        governor.failed()
        pauses.append(governor.pause_s())

    assert pauses[0] < 0.5
    assert pauses[5] > pauses[1]
    assert min(pauses[10:]) >= 6.4
    assert max(pauses) <= 9.6


def test_a_short_connection_does_not_reset_the_pauses() -> None:
    """A flapping exchange is treated as one long outage."""
    clock = ManualClock()
    governor = ReconnectGovernor(clock, Dice(1))

    for _ in range(8):
        governor.opened()
        clock.advance(8)
        governor.failed()

    assert governor.pause_s() > 5


def test_a_stable_connection_resets_the_pauses() -> None:
    """After 20 s of connection the next outage begins small."""
    clock = ManualClock()
    governor = ReconnectGovernor(clock, Dice(1))
    for _ in range(8):
        governor.failed()
    governor.opened()
    clock.advance(21)

    governor.failed()

    assert governor.pause_s() < 0.5


def test_the_budget_of_five_minutes_is_kept() -> None:
    """After 60 attempts the next one waits for the oldest to leave the window."""
    governor = ReconnectGovernor(ManualClock(), Dice(1))
    for _ in range(60):
        governor.attempted()

    governor.failed()

    assert governor.pause_s() > 200


def test_without_it_reconnecting_is_a_tight_loop() -> None:
    """The naive trader hardly pauses."""
    governor = NaiveReconnectGovernor(ManualClock(), Dice(1))
    for _ in range(40):
        governor.failed()

    assert governor.pause_s() < 0.1
