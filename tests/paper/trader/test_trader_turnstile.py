"""The queue before the wire."""

import asyncio

from chaostrading.core.clock import SystemClock
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.answer import Answer, Priority
from chaostrading.paper.trader.defences.rate_governor import RateGovernor
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
