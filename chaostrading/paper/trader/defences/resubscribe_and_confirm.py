"""D05: a connection counts when every former stream has sent data on it."""

from collections.abc import Sequence
from typing import Literal

from chaostrading.core.clock import Clock

__all__ = ["NaiveResubscribeAndConfirm", "ResubscribeAndConfirm"]

ASK_AGAIN_S = 4.0
GIVE_UP_S = 12.0


class ResubscribeAndConfirm:
    """Watches one connection from its opening until each stream has spoken.

    Busy streams (book ticker, depth, candles) must speak; `@trade` may be silent in a quiet market.
    """

    def __init__(self, clock: Clock, streams: Sequence[str], first: bool) -> None:
        self._clock = clock
        self._opened = clock.monotonic()
        self._asked_at = self._opened
        self.streams = tuple(streams)
        self._missing = {name for name in streams if not name.endswith("@trade")}

    def to_open(self) -> tuple[str, ...]:
        """The streams to name when connecting."""
        return self.streams

    def seen(self, stream: str) -> None:
        """First data of a stream."""
        self._missing.discard(stream)

    @property
    def confirmed(self) -> bool:
        """True when decisions may rest on this connection."""
        return not self._missing

    def repair(self, silent: Sequence[str]) -> tuple[str, ...]:
        """The streams to subscribe to again when these fell silent on a confirmed connection."""
        return tuple(silent)

    def next_step(self) -> tuple[Literal["wait", "subscribe", "reconnect"], tuple[str, ...]]:
        """What to do about streams that have not spoken."""
        if not self._missing:
            return "wait", ()
        now = self._clock.monotonic()
        if now - self._opened > GIVE_UP_S:
            return "reconnect", tuple(sorted(self._missing))
        if now - self._asked_at > ASK_AGAIN_S:
            self._asked_at = now
            return "subscribe", tuple(sorted(self._missing))
        return "wait", ()


class NaiveResubscribeAndConfirm(ResubscribeAndConfirm):
    """Subscribes on the first connection only, and takes "connected" for "receiving"."""

    def __init__(self, clock: Clock, streams: Sequence[str], first: bool) -> None:
        super().__init__(clock, streams, first)
        self._missing = set()
        if not first:
            self.streams = ()

    def repair(self, silent: Sequence[str]) -> tuple[str, ...]:
        return ()
