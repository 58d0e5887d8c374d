"""A connection that is about to end is replaced before it does."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.planned_rotation import (
    NaivePlannedRotation,
    PlannedRotation,
)


def test_an_announced_shutdown_is_followed_at_once() -> None:
    """`serverShutdown` has no fixed lead."""
    clock = ManualClock()

    assert PlannedRotation(clock).due(clock.monotonic(), announced=True)


def test_an_old_connection_is_replaced_before_its_limit() -> None:
    """Binance ends connections after 24 h; ours are replaced after 23 h."""
    clock = ManualClock()
    rotation = PlannedRotation(clock)
    opened = clock.monotonic()

    young = rotation.due(opened, announced=False)
    clock.advance(23.5 * 3600)

    assert (young, rotation.due(opened, announced=False)) == (False, True)


def test_without_it_nobody_listens() -> None:
    """The naive trader reconnects after the close."""
    clock = ManualClock()

    assert not NaivePlannedRotation(clock).due(clock.monotonic(), announced=True)
