"""Timers that are kept to a fraction of a millisecond.

Event loops wait in whole milliseconds: asyncio wakes up to two too late, uvloop up to one too early
and then one too late. On Linux a timer of the kernel wakes the loop in time instead. Elsewhere the
loop's own timers have to do; nothing is ever sent early with either.
"""

import asyncio
import ctypes
import heapq
import itertools
import os
import sys
from collections.abc import Callable
from typing import Protocol

from chaostrading.core.clock import SystemClock

__all__ = ["Alarm", "Cancellable", "Timers", "timers_of"]

_CLOCK_MONOTONIC = 1
_CLOEXEC_NONBLOCK = os.O_CLOEXEC | os.O_NONBLOCK
_SHORTEST_S = 1e-6
"""A time of nothing would switch the timer off."""


class Cancellable(Protocol):
    """A timer that has not come to its end."""

    def cancel(self) -> None: ...


class Timers(Protocol):
    """Who calls later: an event loop, or an `Alarm`."""

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Cancellable: ...


class _Time(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Setting(ctypes.Structure):
    _fields_ = (("interval", _Time), ("first", _Time))


class _Entry:
    __slots__ = ("call", "due_s")

    def __init__(self, due_s: float, call: Callable[[], object]) -> None:
        self.due_s = due_s
        self.call: Callable[[], object] | None = call

    def cancel(self) -> None:
        self.call = None


class Alarm:
    """The timers of one event loop, behind one timer of the kernel. Raises OSError without one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._now = SystemClock().monotonic  # uvloop's own time stands still for a millisecond
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._libc.timerfd_create(_CLOCK_MONOTONIC, _CLOEXEC_NONBLOCK)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._entries: list[tuple[float, int, _Entry]] = []
        self._numbers = itertools.count()
        self._set_s = 0.0
        """When the kernel's timer will ring, 0 while it is off."""
        loop.add_reader(self._fd, self._ring)

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Cancellable:
        """Call after so many seconds."""
        if self._fd < 0:
            return self._loop.call_later(delay, callback)
        entry = _Entry(self._now() + delay, callback)
        heapq.heappush(self._entries, (entry.due_s, next(self._numbers), entry))
        self._set()
        return entry

    def _set(self) -> None:
        """Let the kernel's timer ring for the earliest entry."""
        while self._entries and self._entries[0][2].call is None:
            heapq.heappop(self._entries)
        if not self._entries or self._entries[0][0] == self._set_s:
            return
        self._set_s = self._entries[0][0]
        left_s = max(self._set_s - self._now(), _SHORTEST_S)
        seconds = int(left_s)
        first = _Time(seconds, int((left_s - seconds) * 1e9) + 1)
        setting = _Setting(_Time(0, 0), first)
        self._libc.timerfd_settime(self._fd, 0, ctypes.byref(setting), None)

    def _ring(self) -> None:
        try:
            os.read(self._fd, 8)
        except BlockingIOError:  # it was set anew meanwhile
            return
        self._set_s = 0.0
        now_s = self._now()
        due = []
        while self._entries and self._entries[0][0] <= now_s:
            due.append(heapq.heappop(self._entries)[2])
        for entry in due:
            if entry.call is not None:
                entry.call()
        self._set()

    def close(self) -> None:
        """Give the kernel's timer back; what is still to come is forgotten."""
        if self._fd >= 0:
            self._loop.remove_reader(self._fd)
            os.close(self._fd)
            self._fd = -1
            self._entries.clear()


def timers_of(loop: asyncio.AbstractEventLoop) -> Timers:
    """The most precise timers there are for this loop."""
    if sys.platform == "linux":
        try:
            return Alarm(loop)
        except (OSError, AttributeError):  # a libc or a sandbox without it
            pass
    return loop
