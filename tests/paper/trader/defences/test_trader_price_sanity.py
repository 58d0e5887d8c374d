"""A price is used only when it can be true."""

from decimal import Decimal

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.price_sanity import NaivePriceSanity, PriceSanity


def settled(clock: ManualClock) -> PriceSanity:
    """Judges a symbol whose price is 100 by two sources."""
    sanity = PriceSanity(clock)
    sanity.accept("ticker", Decimal(100))
    sanity.accept("rest", Decimal(100))
    return sanity


@pytest.mark.parametrize("text", ["0", "-5", "NaN", "Infinity", "", "abc", "1,5", None, 5.0, True])
def test_what_is_no_price_is_not_read(text: object) -> None:
    """Zero, negative, not a number, wrong type."""
    assert PriceSanity(ManualClock()).read(text) is None


def test_the_first_price_needs_two_sources() -> None:
    """One source alone could be wrong from the start."""
    sanity = PriceSanity(ManualClock())

    first = sanity.accept("ticker", Decimal(100))
    second = sanity.accept("rest", Decimal("100.1"))

    assert (first, second) == (False, True)


@pytest.mark.parametrize("bad", ["100000", "0.001", "80", "125", "94"])
def test_a_jump_in_the_stream_alone_is_never_believed(bad: str) -> None:
    """Not even when the stream repeats it for a minute."""
    clock = ManualClock()
    sanity = settled(clock)
    accepted = []

    for _ in range(60):
        clock.advance(1)
        accepted += [sanity.accept("ticker", Decimal(bad)), sanity.accept("trade", Decimal(bad))]

    assert not any(accepted)


def test_good_prices_are_used_again_at_once() -> None:
    """The reference was never moved by bad ones."""
    clock = ManualClock()
    sanity = settled(clock)
    for _ in range(10):
        clock.advance(1)
        sanity.accept("ticker", Decimal(1000))

    assert sanity.accept("ticker", Decimal(101))


def test_a_true_crash_is_believed_within_seconds() -> None:
    """Minus 15 % that stream and REST agree on for six seconds."""
    clock = ManualClock()
    sanity = settled(clock)
    accepted = False

    for _ in range(7):
        sanity.accept("rest", Decimal(85))
        accepted = sanity.accept("ticker", Decimal(85))
        clock.advance(1)

    assert accepted


def test_a_fast_but_steady_move_is_followed() -> None:
    """One percent ten times is not a jump."""
    sanity = settled(ManualClock())

    accepted = [sanity.accept("ticker", Decimal(100 - step)) for step in range(1, 11)]

    assert all(accepted)


def test_no_entry_while_the_sources_disagree() -> None:
    """Ticker against book, and ticker against REST."""
    sanity = settled(ManualClock())

    by_book = sanity.denial("X", 0.0, Decimal(100), Decimal(101), None)
    by_rest = sanity.denial("X", 0.0, Decimal(100), Decimal(100), Decimal(103))
    agreed = sanity.denial("X", 0.0, Decimal(100), Decimal(100), Decimal(101))

    assert by_book == "SOURCES_DISAGREE: symbol=X, ticker=100, book=101"
    assert by_rest == "SOURCES_DISAGREE: symbol=X, ticker=100, rest=103"
    assert agreed is None


def test_no_entry_on_a_price_that_was_good_long_ago() -> None:
    """Three seconds without a good price."""
    sanity = settled(ManualClock())

    denial = sanity.denial("X", 3.5, Decimal(100), None, None)

    assert denial == "PRICE_UNTRUSTED: symbol=X, good_s_ago=3.5, max=3.0"


def test_without_it_every_number_is_a_price() -> None:
    """The naive trader takes a thousandfold price as the new reference."""
    sanity = NaivePriceSanity(ManualClock())

    accepted = sanity.accept("ticker", Decimal(100_000))

    assert accepted
    assert sanity.reference == 100_000
    assert sanity.read("-5") == -5
