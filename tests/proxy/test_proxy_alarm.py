"""Timers between the milliseconds of an event loop."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from chaostrading.proxy.alarm import Alarm, timers_of

pytestmark = pytest.mark.skipif("sys.platform != 'linux'")


@pytest.fixture(params=["asyncio", "uvloop"])
def loop(request: pytest.FixtureRequest) -> Iterator[asyncio.AbstractEventLoop]:
    made: asyncio.AbstractEventLoop = pytest.importorskip(request.param).new_event_loop()
    yield made
    made.close()


def test_calls_come_in_the_order_of_their_times_and_none_is_early(
    loop: asyncio.AbstractEventLoop,
) -> None:
    """The kernel's timer rings again and again, also for times that came later than others."""
    alarm = Alarm(loop)
    begun_s = time.monotonic()
    rung: list[tuple[float, float]] = []

    def ring(due_s: float) -> None:
        rung.append((due_s, time.monotonic() - begun_s))
        if len(rung) == 4:
            loop.stop()

    for due_s in (0.0031, 0.0012, 0.0, 0.0013):
        alarm.call_later(due_s, lambda due_s=due_s: ring(due_s))
    loop.run_forever()
    alarm.close()

    assert [due_s for due_s, _ in rung] == [0.0, 0.0012, 0.0013, 0.0031]
    assert all(at_s >= due_s for due_s, at_s in rung)


def test_a_cancelled_call_does_not_come(loop: asyncio.AbstractEventLoop) -> None:
    """Even when it was the next one."""
    alarm = Alarm(loop)
    rung: list[str] = []

    alarm.call_later(0.001, lambda: rung.append("cancelled")).cancel()
    alarm.call_later(0.002, lambda: (rung.append("kept"), loop.stop()))
    loop.run_forever()
    alarm.close()

    assert rung == ["kept"]


def test_a_closed_alarm_leaves_it_to_the_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Connections that outlive the relay's end by a moment still end."""
    alarm = timers_of(loop)
    assert isinstance(alarm, Alarm)
    alarm.close()
    alarm.close()

    alarm.call_later(0.001, loop.stop)

    loop.run_forever()
