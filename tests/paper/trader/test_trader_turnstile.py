"""The queue before the wire."""

import asyncio

import pytest

from chaostrading.core.clock import SystemClock
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.answer import Answer, Priority
from chaostrading.paper.trader.defences.rate_governor import NaiveRateGovernor, RateGovernor
from chaostrading.paper.trader.turnstile import Turnstile


class Shut(RateGovernor):
    """A governor that a test opens."""

    open = False

    def wait_s(self, priority: int) -> float:
        return 0.0 if self.open else 0.01


def shut() -> Shut:
    """A governor that lets nothing out yet."""
    return Shut(SystemClock(), Dice(1))


def test_the_most_urgent_leaves_first() -> None:
    """A cancel that came last overtakes polls and orders."""

    async def play() -> list[str]:
        governor = shut()
        queue = Turnstile(governor, SystemClock())
        left: list[str] = []

        async def go(name: str, priority: int) -> None:
            await queue.turn(priority, 2.0)
            left.append(name)

        waiting = [
            asyncio.create_task(go("poll", Priority.POLL)),
            asyncio.create_task(go("order", Priority.ORDER)),
            asyncio.create_task(go("cancel", Priority.CANCEL)),
        ]
        await asyncio.sleep(0)
        governor.open = True
        await asyncio.gather(*waiting)
        return left

    assert asyncio.run(play()) == ["cancel", "order", "poll"]


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        (RateGovernor, ["poll", "cancel", "poll"]),
        (NaiveRateGovernor, ["poll", "poll", "cancel"]),
    ],
)
def test_polls_that_pause_hold_nobody_up(kind, left) -> None:
    """Under pressure polls leave with pauses, and a cancel overtakes the one that waits; first
    come, first served would make it wait as well."""

    async def play() -> list[str]:
        queue = Turnstile(kind(SystemClock(), Dice(1)), SystemClock())
        queue.poll_pause_s = lambda: 0.1
        gone: list[str] = []

        async def go(name: str, priority: int) -> None:
            await queue.turn(priority, 2.0)
            gone.append(name)
            queue.done()

        polls = [asyncio.create_task(go("poll", Priority.POLL)) for _ in range(2)]
        await asyncio.sleep(0.01)
        await asyncio.gather(*polls, go("cancel", Priority.CANCEL))
        return gone

    assert asyncio.run(play()) == left


def test_patience_ends() -> None:
    """What could not leave in time is not sent later."""

    async def play() -> tuple[bool, int]:
        queue = Turnstile(shut(), SystemClock())
        return await queue.turn(Priority.ORDER, 0.05), queue.depth

    assert asyncio.run(play()) == (False, 0)


def test_a_full_queue_turns_the_least_urgent_away() -> None:
    """64 polls wait; a cancel takes the place of one of them."""

    async def play() -> tuple[list[bool], int]:
        governor = shut()
        queue = Turnstile(governor, SystemClock())
        polls = [asyncio.create_task(queue.turn(Priority.POLL, 2.0)) for _ in range(64)]
        await asyncio.sleep(0)
        cancel = asyncio.create_task(queue.turn(Priority.CANCEL, 2.0))
        await asyncio.sleep(0)
        done, _ = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
        governor.open = True
        got = await cancel
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)
        return [task.result() for task in done] + [got], queue.turned_away

    assert asyncio.run(play()) == ([False, True], 1)


def test_nobody_waits_when_the_governor_is_content() -> None:
    """An idle queue costs nothing."""

    async def play() -> bool:
        governor = RateGovernor(SystemClock(), Dice(1))
        queue = Turnstile(governor, SystemClock())
        turn = await queue.turn(Priority.POLL, 0.1)
        governor.note(Answer(status=200))
        queue.done()
        return turn

    assert asyncio.run(play())
