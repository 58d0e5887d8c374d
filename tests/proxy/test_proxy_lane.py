"""A lane keeps order, never sends early, is bounded, and gives back at once."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.proxy.lane import LARGEST_QUEUE, Lane


class Wire:
    """A transport that remembers what was written."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)


class Lease:
    """A holder that counts."""

    def __init__(self) -> None:
        self.waiting = 0

    def took(self) -> None:
        self.waiting += 1

    def gave_back(self) -> None:
        self.waiting -= 1


class Yard:
    """A lane with a clock of the test's and timers that the test fires."""

    def __init__(self) -> None:
        self.clock = ManualClock(monotonic=0.0)
        self.wire = Wire()
        self.crowded: list[bool] = []
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.loop = asyncio.new_event_loop()
        self.loop.call_later = self._call_later  # type: ignore[assignment, method-assign]
        self.lane = Lane(self.loop, self.clock, self.crowded.append)
        self.lane.transport = self.wire  # type: ignore[assignment]

    def _call_later(self, delay_s: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        self.timers.append((delay_s, call))
        return asyncio.TimerHandle(0.0, call, (), self.loop)

    def put(self, data: bytes, due_s: float = 0.0, lease: Lease | None = None) -> None:
        self.lane.put(lambda: self.wire.write(data), due_s, len(data), lease)

    def fire(self) -> None:
        self.timers.pop()[1]()


@pytest.fixture
def yard() -> Iterator[Yard]:
    made = Yard()
    yield made
    made.loop.close()


def test_what_waits_is_sent_in_order_when_the_first_is_due(yard: Yard) -> None:
    """What came behind waits behind, though it was not delayed."""
    yard.put(b"late", due_s=5.0)
    yard.lane.write(b"behind")
    assert yard.wire.sent == []

    yard.clock.advance(5.0)
    yard.fire()

    assert yard.wire.sent == [b"late", b"behind"]


def test_a_timer_that_fires_early_is_set_again(yard: Yard) -> None:
    """As uvloop's do, by up to a millisecond."""
    yard.put(b"late", due_s=5.0)
    yard.clock.advance(4.9995)

    yard.fire()

    assert yard.wire.sent == []
    assert yard.timers[0][0] == pytest.approx(0.0005)


def test_a_lease_that_ends_gives_back_what_waits_for_it_only(yard: Yard) -> None:
    """Order is kept: what waits for another lease still bars the way."""
    first, second = Lease(), Lease()
    yard.put(b"a", 5.0, first)
    yard.put(b"b", 9.0, second)
    yard.put(b"c", 5.0, first)

    yard.lane.release(first)
    assert yard.wire.sent == [b"a"]
    yard.lane.release(second)

    assert yard.wire.sent == [b"a", b"b", b"c"]
    assert (first.waiting, second.waiting) == (0, 0)


def test_a_full_lane_stops_its_source_and_lets_it_go_on(yard: Yard) -> None:
    """Sixty-four megabytes may wait."""
    lease = Lease()
    yard.put(bytes(LARGEST_QUEUE), 5.0, lease)
    assert yard.crowded == []

    yard.put(b"x", 5.0, lease)
    assert yard.crowded == [True]

    yard.lane.release(lease)
    assert yard.crowded == [True, False]


def test_a_closed_lane_forgets_and_sends_no_more(yard: Yard) -> None:
    """Leases are told that nothing waits."""
    lease = Lease()
    yard.put(b"a", 5.0, lease)

    yard.lane.close()
    yard.lane.write(b"b")
    yard.put(b"c")

    assert (yard.wire.sent, lease.waiting) == ([], 0)


def test_what_is_sent_before_there_is_a_connection_waits_for_it(yard: Yard) -> None:
    """A request comes before the leg to the exchange is open."""
    yard.lane.transport = None
    yard.lane.write(b"a")
    yard.lane.write(b"b")
    assert yard.wire.sent == []

    yard.lane.attach(yard.wire)  # type: ignore[arg-type]

    assert yard.wire.sent == [b"a", b"b"]


def test_an_action_may_ask_for_another_turn(yard: Yard) -> None:
    """It comes again before everything behind it, and is done when it asks no more."""
    turns = iter([1.0, 2.0, None])
    lease = Lease()
    yard.lane.put(lambda: next(turns), holder=lease)
    yard.lane.write(b"behind")
    yard.clock.advance(1.0)
    yard.fire()
    assert (yard.wire.sent, lease.waiting) == ([], 1)

    yard.clock.advance(1.0)
    yard.fire()

    assert (yard.wire.sent, lease.waiting) == ([b"behind"], 0)
