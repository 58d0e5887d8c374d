"""Simulated fills while the exchange is away."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.answer import Outcome
from chaostrading.paper.trader.defences.paper_fallback import (
    NaivePaperFallback,
    PaperFallback,
)

LOST = Outcome(kind="unknown", timed_out=True)
OK = Outcome(kind="ok", status=200)


def fallen(clock: ManualClock) -> PaperFallback:
    """In the fallback after three order timeouts."""
    fallback = PaperFallback(clock)
    for _ in range(3):
        fallback.note("order", LOST)
    return fallback


def test_three_order_timeouts_in_a_row_begin_it() -> None:
    """An answer in between starts the count again."""
    fallback = PaperFallback(ManualClock())
    for outcome in (LOST, LOST, OK, LOST, LOST):
        fallback.note("order", outcome)

    before = fallback.active
    fallback.note("order", LOST)

    assert (before, fallback.active) == (False, True)


def test_rejections_and_errors_with_an_answer_do_not_begin_it() -> None:
    """An exchange that answers is there."""
    fallback = PaperFallback(ManualClock())

    for _ in range(20):
        fallback.note("order", Outcome(kind="rejected", status=400))
        fallback.note("order", Outcome(kind="unknown", status=503))

    assert not fallback.active


def test_an_answered_probe_ends_it() -> None:
    """The first probe after 3 s."""
    clock = ManualClock()
    fallback = fallen(clock)

    early = fallback.probe_due()
    clock.advance(3.1)
    due = fallback.probe_due()
    fallback.probed(answered=True)

    assert (early, due, fallback.active) == (False, True, False)


def test_a_relapse_makes_probes_rarer() -> None:
    """Back too early: the next probe waits longer."""
    clock = ManualClock()
    fallback = fallen(clock)
    fallback.probed(answered=True)
    for _ in range(3):
        fallback.note("order", LOST)
    clock.advance(3.1)

    early = fallback.probe_due()
    clock.advance(1.5)

    assert (early, fallback.probe_due()) == (False, True)


def test_a_probe_without_answer_is_repeated_later_and_later() -> None:
    """The pause counts from the end of the probe, which took as long as its deadline."""
    clock = ManualClock()
    fallback = fallen(clock)
    clock.advance(3.0)
    first = fallback.probe_due()
    clock.advance(3.5)
    fallback.probed(answered=False)

    clock.advance(4.4)
    early = fallback.probe_due()
    clock.advance(0.2)

    assert (first, early, fallback.probe_due()) == (True, False, True)


def test_without_it_orders_go_on_into_the_dark() -> None:
    """The naive trader never falls back."""
    fallback = NaivePaperFallback(ManualClock())
    for _ in range(50):
        fallback.note("order", LOST)

    assert not fallback.active
