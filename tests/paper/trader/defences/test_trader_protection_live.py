"""A position of some size has a stop."""

from decimal import Decimal

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.protection_live import (
    NaiveProtectionLive,
    ProtectionLive,
)

PRICE = Decimal(100)
TRIGGER = Decimal(98)
TEN = Decimal(10)


def test_small_inventory_needs_no_stop() -> None:
    """100 USDT are gone in a second anyway."""
    step = ProtectionLive(ManualClock()).step(Decimal(1), PRICE, None, TRIGGER)

    assert step == "none"


def test_a_position_that_stays_gets_a_stop_within_seconds() -> None:
    """Placed after 3 s, at 2 % distance."""
    clock = ManualClock()
    protection = ProtectionLive(clock)
    protection.step(TEN, PRICE, None, TRIGGER)
    clock.advance(3.1)

    assert protection.step(TEN, PRICE, None, TRIGGER) == "place"
    assert protection.trigger(TEN, PRICE) == TRIGGER
    assert protection.trigger(-TEN, PRICE) == Decimal(102)


def test_a_stop_of_the_wrong_size_is_replaced() -> None:
    """The position grew after the stop was placed."""
    clock = ManualClock()
    protection = ProtectionLive(clock)
    protection.step(TEN, PRICE, TEN, TRIGGER)
    clock.advance(3.1)

    assert protection.step(TEN, PRICE, Decimal(5), TRIGGER) == "replace"
    assert protection.step(TEN, PRICE, TEN, TRIGGER) == "none"


def test_a_stop_that_does_not_fire_or_cannot_be_placed_leads_to_an_exit() -> None:
    """Through the trigger, or 12 s without a stop."""
    clock = ManualClock()
    protection = ProtectionLive(clock)
    protection.step(TEN, PRICE, TEN, TRIGGER)

    through = protection.step(TEN, Decimal(97), TEN, TRIGGER)
    clock.advance(12.1)

    assert through == "exit"
    assert protection.step(TEN, PRICE, None, TRIGGER) == "exit"


def test_without_it_the_position_is_naked_while_the_stop_is_replaced() -> None:
    """The naive trader cancels first, and never leaves by itself."""
    clock = ManualClock()
    protection = NaiveProtectionLive(clock)
    protection.step(TEN, PRICE, None, TRIGGER)
    clock.advance(60)

    assert protection.step(TEN, PRICE, None, TRIGGER) == "none"
    assert not protection.atomic
