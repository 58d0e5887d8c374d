"""Queues end, and a late trader does not open positions."""

import asyncio

import pytest

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
    guards.felt(rss_bytes=101, memory_free_share=0.9, cpu_share=0.0)

    assert not before
    assert guards.low_memory
    assert guards.shedding


@pytest.mark.parametrize(
    ("free", "cpu", "pause_s", "tape_max"),
    [
        (0.5, 0.3, 0.0, 5_000),
        (0.15, 0.3, 3.0, 200),
        (0.5, 0.95, 3.0, 5_000),
    ],
)
def test_polls_wait_and_the_tape_is_cut_when_room_is_short(free, cpu, pause_s, tape_max) -> None:
    """Memory that runs short costs polls and tape, CPU time that runs short costs polls."""
    guards = ResourceGuards(ManualClock(), 100)

    guards.felt(rss_bytes=1, memory_free_share=free, cpu_share=cpu)

    assert guards.poll_pause_s() == pause_s
    assert guards.tape_max == tape_max
    assert guards.shedding == (pause_s > 0)
    assert guards.denial() is None


def test_polls_come_back_a_moment_after_the_pressure() -> None:
    """Three seconds after the last reading that was too high."""
    clock = ManualClock()
    guards = ResourceGuards(clock, 100)

    guards.felt(rss_bytes=1, memory_free_share=0.5, cpu_share=0.95)
    clock.advance(3.1)

    assert guards.poll_pause_s() == 0.0


def test_a_busy_loop_sheds_polls_long_before_it_stops_entries() -> None:
    """A lag of 0.2 s: no polls, but orders."""
    guards = ResourceGuards(ManualClock(), 100)

    guards.lagged(0.2)

    assert guards.shedding
    assert guards.denial() is None


def test_without_it_the_queue_has_no_end() -> None:
    """The naive trader keeps everything, trades on it, and sheds nothing."""
    guards = NaiveResourceGuards(ManualClock(), 1)

    for number in range(5_000):
        guards.put((number, ""))
    guards.lagged(9.0)
    guards.felt(rss_bytes=101, memory_free_share=0.0, cpu_share=1.0)

    assert guards.depth == 5_000
    assert guards.denial() is None
    assert guards.tape_max is None
    assert guards.poll_pause_s() == 0.0
