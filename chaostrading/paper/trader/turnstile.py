"""The one way out: a bounded queue in order of urgency, opened by the rate governor.

Under pressure polls leave with pauses (`poll_pause_s`); what is more urgent overtakes them.
"""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from chaostrading.core.clock import Clock
from chaostrading.paper.trader.answer import Priority
from chaostrading.paper.trader.defences.rate_governor import RateGovernor

__all__ = ["Turnstile"]

IN_FLIGHT_MAX = 16
POLLS_IN_FLIGHT_MAX = 8
POLLS_WAITING = 3


@dataclass(order=True, slots=True)
class _Waiting:
    place: int
    number: int
    priority: int = field(compare=False)
    turn: asyncio.Future[bool] = field(compare=False)


class Turnstile:
    """Lets requests out one by one, the most urgent first. A full queue turns the rest away."""

    def __init__(self, governor: RateGovernor, clock: Clock) -> None:
        self._governor = governor
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._number = 0
        self._in_flight = 0
        self._timer: asyncio.TimerHandle | None = None
        self._poll_left_at = -1e9
        self.poll_pause_s: Callable[[], float] = lambda: 0.0
        """Seconds from one poll to the next."""
        self.turned_away = 0

    @property
    def depth(self) -> int:
        """Requests that wait."""
        return len(self._waiting)

    async def turn(self, priority: int, patience_s: float) -> bool:
        """Wait for a turn; False when the queue was full or patience ended. True needs `done`."""
        loop = asyncio.get_running_loop()
        if priority >= Priority.POLL:
            # Polls that are made to wait for each other are not given up for it.
            patience_s += POLLS_WAITING * self.poll_pause_s()
        self._number += 1
        place = priority if self._governor.urgent_first else 0
        mine = _Waiting(place, self._number, priority, loop.create_future())
        heapq.heappush(self._waiting, mine)
        if len(self._waiting) > self._governor.bounded:
            last = max(self._waiting)
            self._drop(last)
            self.turned_away += 1
            if not last.turn.done():
                last.turn.set_result(False)
        self._pump()
        try:
            async with asyncio.timeout(patience_s):
                return await mine.turn
        except TimeoutError:
            return False
        except asyncio.CancelledError:
            if mine.turn.done() and not mine.turn.cancelled() and mine.turn.result():
                self.done()
            raise
        finally:
            self._drop(mine)

    def done(self) -> None:
        """The request that had its turn was answered or given up."""
        self._in_flight -= 1
        self._pump()

    def _drop(self, item: _Waiting) -> None:
        if item in self._waiting:
            self._waiting.remove(item)
            heapq.heapify(self._waiting)

    def _pump(self) -> None:
        while self._waiting:
            first = self._waiting[0]
            if first.turn.done():
                heapq.heappop(self._waiting)
                continue
            most = IN_FLIGHT_MAX if first.priority < 4 else POLLS_IN_FLIGHT_MAX
            if self._in_flight >= most:
                return
            poll = first.priority >= Priority.POLL
            wait = self._governor.wait_s(first.priority)
            if poll:
                pause_s = self.poll_pause_s()
                wait = max(wait, self._poll_left_at + pause_s - self._clock.monotonic())
            if wait > 0:
                self._wake_in(wait)
                return
            heapq.heappop(self._waiting)
            self._in_flight += 1
            if poll:
                self._poll_left_at = self._clock.monotonic()
            self._governor.left()
            first.turn.set_result(True)

    def _wake_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(max(0.005, min(seconds, 1.0)), self._pump)
