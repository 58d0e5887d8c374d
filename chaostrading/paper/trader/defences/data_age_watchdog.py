"""D03: the age of the data of each stream, by the exchange's stamp and by arrival."""

from collections.abc import Callable
from dataclasses import dataclass

from chaostrading.core.clock import Clock

__all__ = ["DataAgeWatchdog", "NaiveDataAgeWatchdog"]

UNCHANGED_S_MAX = 15.0
"""A major pair whose best prices and sizes stand still for longer is frozen."""
EPOCH_FRAMES = 5


@dataclass(slots=True)
class _Stream:
    new_at: float
    changed_at: float
    mark: int
    previous: int
    climbed: int = 0
    stamp_off_s: float = 0.0
    content: object = None


class DataAgeWatchdog:
    """Data is as old as the last *new* frame of its own stream.

    A repeated frame or an unchanged update id is not new, and content that never changes is
    frozen. A stamp that is off by more than a second is an age, in either direction: a frame from
    the future is not fresh either. Update ids that begin again are believed once they climb.
    """

    def __init__(self, clock: Clock, limit_s: float, wall_s: Callable[[], float]) -> None:
        self._clock = clock
        self._wall_s = wall_s
        self.limit_s = limit_s
        self._started = clock.monotonic()
        self._streams: dict[str, _Stream] = {}

    def seen(
        self, stream: str, mark: int, event_ms: int | None = None, content: object = None
    ) -> None:
        """A frame arrived. `mark` grows with every new state (an update id or event time)."""
        now = self._clock.monotonic()
        state = self._streams.get(stream)
        if state is None:
            state = self._streams[stream] = _Stream(now, now, mark, mark)
        climbs = mark > state.previous
        state.climbed = state.climbed + 1 if climbs and mark <= state.mark else 0
        if mark > state.mark or state.climbed >= EPOCH_FRAMES:
            state.mark, state.new_at, state.climbed = mark, now, 0
            if content is None or content != state.content:
                state.content, state.changed_at = content, now
        state.previous = mark
        if event_ms is not None:
            off = abs(self._wall_s() - event_ms / 1000)
            state.stamp_off_s = off if off > 1.0 else 0.0

    def age_s(self, stream: str) -> float:
        """Seconds since the stream said something new and true."""
        now = self._clock.monotonic()
        state = self._streams.get(stream)
        if state is None:
            return now - self._started
        unchanged = now - state.changed_at
        frozen = unchanged if unchanged > UNCHANGED_S_MAX else 0.0
        return max(now - state.new_at, state.stamp_off_s, frozen)

    def stale(self, stream: str) -> bool:
        """True when no entry may rest on this stream."""
        return stream not in self._streams or self.age_s(stream) > self.limit_s


class NaiveDataAgeWatchdog(DataAgeWatchdog):
    """One watchdog for everything: any frame of any stream, old or new, proves all is well."""

    _last: float | None = None

    def seen(
        self, stream: str, mark: int, event_ms: int | None = None, content: object = None
    ) -> None:
        self._last = self._clock.monotonic()

    def age_s(self, stream: str) -> float:
        return self._clock.monotonic() - (self._started if self._last is None else self._last)

    def stale(self, stream: str) -> bool:
        return self._last is None or self.age_s(stream) > 60.0
