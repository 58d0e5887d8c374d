"""The market frames of the last minutes, kept so that what happened can be looked at afterwards."""

from collections import deque
from itertools import islice
from typing import Any

from chaostrading.core.clock import Clock
from chaostrading.paper.trader.defences.resource_guards import ResourceGuards

__all__ = ["Tape"]


class Tape:
    """Keeps as many frames as the resource guards allow, the newest of them."""

    def __init__(self, clock: Clock, guards: ResourceGuards) -> None:
        self._clock = clock
        self._guards = guards
        self._frames: deque[tuple[float, str, Any]] = deque()

    def __len__(self) -> int:
        return len(self._frames)

    def add(self, stream: str, data: Any) -> None:
        """Keep a frame."""
        self._frames.append((self._clock.wall(), stream, data))
        self.trim()

    def trim(self) -> None:
        """Forget what is too much."""
        most = self._guards.tape_max
        while most is not None and len(self._frames) > most:
            self._frames.popleft()

    def last(self, stream: str, count: int) -> list[dict[str, Any]]:
        """The last frames of a stream (all streams: empty), the newest first."""
        found = (
            {"wall_s": round(at, 3), "stream": name, "data": data}
            for at, name, data in reversed(self._frames)
            if stream in ("", name)
        )
        return list(islice(found, count))
