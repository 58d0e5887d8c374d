"""Keeps the tasks of the trader alive."""

import asyncio
from collections.abc import Awaitable, Callable

from chaostrading.paper.trader.kit import Kit

__all__ = ["Supervisor", "TaskEnded"]

FIRST_PAUSE_S = 0.2
PAUSE_S_MAX = 3.0


class TaskEnded(Exception):
    """A task ends for good and is not started again."""


class Supervisor:
    """Starts tasks and starts them again when they fail. Errors are counted, never swallowed."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._tasks: set[asyncio.Task[None]] = set()
        self.restarts = 0

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` until it returns."""
        self._keep(asyncio.create_task(self._run(name, work), name=name))

    def every(self, name: str, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` again and again with this pause between the runs."""

        async def loop() -> None:
            while True:
                await work()
                await asyncio.sleep(seconds)

        self.start(name, loop)

    def once(self, name: str, work: Awaitable[object]) -> None:
        """Run something in the background, once."""

        async def run() -> None:
            try:
                await work
            except Exception as error:  # one order's trouble is not the trader's
                self._kit.error(name, error)

        self._keep(asyncio.create_task(run(), name=name))

    async def stop(self) -> None:
        """End all tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        pause = FIRST_PAUSE_S
        while True:
            began = self._kit.clock.monotonic()
            try:
                await work()
                return
            except TaskEnded as ended:
                self._kit.error(name, f"ended for good: {ended}")
                return
            except Exception as error:  # a task that fails is started again
                self._kit.error(name, error)
            self.restarts += 1
            lasted = self._kit.clock.monotonic() - began
            pause = FIRST_PAUSE_S if lasted > 30 else min(pause * 2, PAUSE_S_MAX)
            await asyncio.sleep(pause)
