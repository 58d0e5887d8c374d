"""Notices what others do: the lever pulled by hand or by a command, the schedule's log growing."""

import threading
from collections.abc import Callable

from chaostrading.core import home
from chaostrading.core.clock import iso
from chaostrading.safety import lever
from chaostrading.service.tail import LineTail

__all__ = ["Watch"]

EVERY_S = 0.25


class Watch:
    """Publishes changes of the lever, and what the schedule writes down."""

    def __init__(self, publish: Callable[..., None]) -> None:
        self._publish = publish
        self._lock = threading.Lock()
        self._state = lever.read()
        self._schedule = LineTail(home.home() / "schedule.jsonl", from_end=True)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Look four times a second until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """End. Idempotent."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Look now; after an act of our own, so that its event comes at once."""
        with self._lock:
            state = lever.read()
            if state.engaged != self._state.engaged:
                self._state = state
                name = "lever_engaged" if state.engaged else "lever_released"
                since = iso(state.wall_s) if state.wall_s else None
                self._publish(name, reason=state.reason, by=state.by, since=since)
            for row in self._schedule.rows():
                told = {name: value for name, value in row.items() if name not in ("at", "event")}
                self._publish(f"schedule_{row.get('event', 'noted')}", **told)

    def _run(self) -> None:
        while not self._ended.wait(EVERY_S):
            self.look()
