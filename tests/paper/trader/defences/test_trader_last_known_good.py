"""The last good price marks and leaves, it never enters."""

from decimal import Decimal

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.last_known_good import (
    LastKnownGood,
    NaiveLastKnownGood,
)

BAD = Decimal(1)


def test_positions_are_marked_at_the_last_good_price() -> None:
    """Whatever came since."""
    good = LastKnownGood(ManualClock())
    good.good(Decimal(100))

    assert good.for_marking(BAD) == 100


def test_an_exit_uses_it_for_two_minutes() -> None:
    """Older than that, nobody knows."""
    clock = ManualClock()
    good = LastKnownGood(clock)
    good.good(Decimal(100))
    clock.advance(119)

    young = good.for_exit(BAD)
    clock.advance(2)

    assert (young, good.for_exit(BAD)) == (Decimal(100), None)


def test_without_it_the_last_price_is_the_price() -> None:
    """The naive trader marks and leaves by a bad one."""
    good = NaiveLastKnownGood(ManualClock())
    good.good(Decimal(100))

    assert (good.for_marking(BAD), good.for_exit(BAD)) == (BAD, BAD)
