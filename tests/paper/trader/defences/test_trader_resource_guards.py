"""Queues end, and a late trader does not open positions."""

import asyncio

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.resource_guards import (
    NaiveResourceGuards,
    ResourceGuards,
)


def test_a_flood_costs_the_old_frames_not_the_memory() -> None:
    """After 2,500 frames the newest is there, the queue is short, and books are built anew."""
    guards = ResourceGuards(ManualClock(), 1)

    for number in range(2_500):
        guards.put((number, ""))

    assert guards.depth == 1_500
    assert guards.overflowed
    assert asyncio.run(guards.take()) == (1_000, "")


def test_no_entries_while_the_loop_lags_and_for_a_moment_after() -> None:
    """A lag above half a second is remembered for three."""
    clock = ManualClock()
    guards = ResourceGuards(clock, 1)

    guards.lagged(0.9)
    denial = guards.denial()
    clock.advance(3.1)

    assert denial == "LAG_EXCEEDS_MAXIMUM: lag_s=0.90, max=0.5"
    assert guards.denial() is None


def test_no_entries_on_a_long_queue() -> None:
    """Frames that wait are old prices."""
    guards = ResourceGuards(ManualClock(), 1)

    for number in range(501):
        guards.put((number, ""))

    assert guards.denial() == "QUEUE_EXCEEDS_MAXIMUM: frames=501, max=500"


def test_memory_over_budget_is_noticed() -> None:
    """Bytes of this process against its budget."""
    guards = ResourceGuards(ManualClock(), 100)

    before = guards.low_memory
    guards.rss_bytes = 101

    assert not before
    assert guards.low_memory
    assert guards.shedding


def test_a_busy_loop_sheds_polls_long_before_it_stops_entries() -> None:
    """A lag of 0.2 s: no polls, but orders."""
    guards = ResourceGuards(ManualClock(), 100)

    guards.lagged(0.2)

    assert guards.shedding
    assert guards.denial() is None


def test_without_it_the_queue_has_no_end() -> None:
    """The naive trader keeps everything and trades on it."""
    guards = NaiveResourceGuards(ManualClock(), 1)

    for number in range(5_000):
        guards.put((number, ""))
    guards.lagged(9.0)

    assert guards.depth == 5_000
    assert guards.denial() is None
