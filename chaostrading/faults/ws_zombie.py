"""A WebSocket that is alive in every respect but its data."""

import fnmatch
from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Drop, Fate, Fault, Frame, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["WsZombie"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WsZombie(Fault):
    """Silences the data of a stream while pings, pongs, answers and other streams go on.

    The connection looks healthy to everything but a watch on the age of this stream's data. Account
    events count as a stream of the name `private`."""

    name = "ws_zombie"
    catalogue = "F04"
    category = "network"
    kinds = frozenset({"message"})
    state_per = "lease"

    stream: str = ""
    """Shell pattern of the streams to silence, `*` for all; "" with no `symbol` takes the first
    one that sends after arming."""
    symbol: str = ""
    """Shell pattern of the symbols whose streams are silenced, in the venue's spelling."""
    heal: str = "new_connection"
    """What brings the data back: `new_connection` (only connections open at arming are mute),
    `resubscribe` (a subscription naming the stream), or `time` (`mute_s`)."""
    mute_s: float = 60.0
    """With `time`: seconds of silence from arming, 0.1..86400."""

    def __post_init__(self) -> None:
        one_of(self.name, "heal", self.heal, ("new_connection", "resubscribe", "time"))
        within(self.name, "mute_s", self.mute_s, 0.1, 86_400)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        meaning = frame.meaning
        healed: set[tuple[int, str]] = state.memory.setdefault("healed", set())
        if frame.direction == "up":
            if meaning.role == "subscription" and "unsub" not in meaning.endpoint.lower():
                healed.update((frame.connection, stream) for stream in meaning.streams)
            return PASS
        if meaning.role not in ("market", "private") or meaning.request_id:
            return PASS
        stream = "private" if meaning.role == "private" else frame.stream or meaning.stream
        if self.heal == "new_connection":
            mute = frame.connected_s < state.armed_s
        elif self.heal == "time":
            mute = frame.now_s - state.armed_s < self.mute_s
        else:
            mute = (frame.connection, stream) not in healed
        return Drop() if mute and self._meant(stream, meaning.symbol, state) else PASS

    def _meant(self, stream: str, symbol: str, state: State) -> bool:
        if self.symbol and not fnmatch.fnmatchcase(symbol, self.symbol):
            return False
        pattern = self.stream
        if not pattern and not self.symbol:
            return bool(state.memory.setdefault("stream", stream) == stream)
        return not pattern or fnmatch.fnmatchcase(stream, pattern)
