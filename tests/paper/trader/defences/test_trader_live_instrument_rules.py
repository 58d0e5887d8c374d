"""Rules are read again."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.live_instrument_rules import (
    LiveInstrumentRules,
    NaiveLiveInstrumentRules,
)


def test_rules_are_read_at_the_start_and_every_minute() -> None:
    """Nothing may be sent before the first reading."""
    clock = ManualClock()
    rules = LiveInstrumentRules(clock)

    first, usable = rules.due(), rules.usable("X")
    rules.read()
    soon = rules.due()
    clock.advance(61)

    assert (first, usable, soon, rules.due()) == (True, False, False, True)


def test_a_filter_reject_stops_the_symbol_until_the_next_reading() -> None:
    """One reject is enough."""
    clock = ManualClock()
    rules = LiveInstrumentRules(clock)
    rules.read()
    clock.advance(10)

    rules.rejected("X")
    stopped, due = rules.usable("X"), rules.due()
    rules.read()

    assert (stopped, due, rules.usable("X"), rules.usable("Y")) == (False, True, True, True)


def test_without_it_rules_are_for_ever() -> None:
    """The naive trader repeats the refused order."""
    clock = ManualClock()
    rules = NaiveLiveInstrumentRules(clock)
    rules.read()
    clock.advance(3_600)

    rules.rejected("X")

    assert not rules.due()
    assert rules.usable("X")
