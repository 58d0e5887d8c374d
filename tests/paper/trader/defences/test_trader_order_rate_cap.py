"""Attempts in any sixty seconds."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.order_rate_cap import NaiveOrderRateCap, OrderRateCap


def full(clock: ManualClock) -> OrderRateCap:
    """A cap of ten, reached over ten seconds."""
    cap = OrderRateCap(clock, 10)
    for _ in range(10):
        cap.attempt()
        clock.advance(1)
    return cap


def test_the_cap_denies_in_words_and_trips() -> None:
    """The eleventh attempt within a minute."""
    cap = full(ManualClock())

    denial = cap.denial(is_exit=False)

    assert denial == "RATE_EXCEEDS_MAXIMUM: orders_per_minute=11, max=10"
    assert cap.tripped


def test_exits_pass_while_entries_are_stopped() -> None:
    """A cap that locks positions in is a danger of its own."""
    cap = full(ManualClock())
    cap.denial(is_exit=False)

    assert cap.denial(is_exit=True) is None


def test_the_window_slides() -> None:
    """No aligned minute: room comes back attempt by attempt."""
    clock = ManualClock()
    cap = full(clock)

    clock.advance(49.5)
    before = cap.count()
    clock.advance(5)

    assert (before, cap.count()) == (10, 5)


def test_a_restart_does_not_reset_the_count() -> None:
    """Attempts from before are handed in by their age."""
    cap = OrderRateCap(ManualClock(), 10, [1.0] * 10)

    assert cap.denial(is_exit=False) is not None


def test_without_it_nothing_is_counted() -> None:
    """The naive trader counts fills, and rejects are none."""
    cap = NaiveOrderRateCap(ManualClock(), 10)
    for _ in range(1_000):
        cap.attempt()

    assert cap.denial(is_exit=False) is None


def test_a_quarter_of_the_minute_within_ten_seconds_trips_too() -> None:
    """A storm of seconds leaves room in the minute, so trading is back soon after it."""
    clock = ManualClock()
    cap = OrderRateCap(clock, 40)
    for _ in range(10):
        cap.attempt()

    denial = cap.denial(is_exit=False)
    clock.advance(10)

    assert denial == "RATE_EXCEEDS_MAXIMUM: orders_per_10_s=11, max=10"
    assert cap.denial(is_exit=False) is None
