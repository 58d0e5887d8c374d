"""A resubscription after which some streams stay silent."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Drop, Fate, Fault, Frame, Hold, Replace, Reset, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.outage import existed
from chaostrading.faults.registry import register

__all__ = ["WsPartialResubscribe"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WsPartialResubscribe(Fault):
    """Lets clients resubscribe, and then gives no data for some of the streams they asked for.

    WebSockets open at arming are reset, so that clients have to resubscribe. Of the streams named
    in a subscription message, or in the address of a new connection, a few stay without data."""

    name = "ws_partial_resubscribe"
    catalogue = "F09"
    category = "network"
    kinds = frozenset({"tick", "message"})
    state_per = "lease"

    ack: str = "ok"
    """Acknowledgement of a subscription: `ok`, `missing`, `error` (and no data at all), `late`."""
    ack_late_s: float = 5.0
    """With `late`: seconds that the acknowledgement comes late, 0.1..3600."""
    streams_without_data: int = 1
    """Number of streams of each subscription that stay silent, 0..1024."""
    retry_heals: bool = True
    """A stream that has been silent once gets data when it is subscribed again."""
    cut_existing: bool = True
    """Reset the WebSockets that are open at arming."""

    def __post_init__(self) -> None:
        one_of(self.name, "ack", self.ack, ("ok", "missing", "error", "late"))
        within(self.name, "ack_late_s", self.ack_late_s, 0.1, 3_600)
        within(self.name, "streams_without_data", self.streams_without_data, 0, 1_024)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not frame.websocket:
            return PASS
        if frame.kind == "tick":
            return Reset() if self.cut_existing and existed(frame, state) else PASS
        meaning = frame.meaning
        if frame.direction == "up":
            if meaning.streams and "unsub" not in meaning.endpoint.lower():
                self._subscribed(frame, meaning.streams, dice, state)
            return PASS
        if meaning.role == "subscription":
            return self._acknowledged(frame, state)
        if frame.connected_s >= state.armed_s:
            known = state.memory.setdefault("known", {}).get(frame.connection, set())
            if unknown := tuple(stream for stream in frame.streams if stream not in known):
                self._subscribed(frame, unknown, dice, state)
        silent = (frame.connection, frame.stream or meaning.stream) in self._silent(state)
        return Drop() if silent and meaning.role == "market" else PASS

    def _subscribed(self, frame: Frame, streams: tuple[str, ...], dice: Dice, state: State) -> None:
        memory, silent = state.memory, self._silent(state)
        memory.setdefault("known", {}).setdefault(frame.connection, set()).update(streams)
        memory.setdefault("asked", set()).add((frame.connection, frame.meaning.request_id))
        once: set[str] = memory.setdefault("once", set())
        silent.difference_update((frame.connection, stream) for stream in streams)
        left = [one for one in streams if not (self.retry_heals and one in once)]
        if self.ack == "error":
            chosen = left
        else:
            chosen = []
            while left and len(chosen) < self.streams_without_data:
                chosen.append(left.pop(dice.integer(0, len(left) - 1)))
        once.update(chosen)
        silent.update((frame.connection, stream) for stream in chosen)

    def _acknowledged(self, frame: Frame, state: State) -> Fate:
        request_id = frame.meaning.request_id
        asked = (frame.connection, request_id) in state.memory.get("asked", ())
        if self.ack == "ok" or not asked:
            return PASS
        if self.ack == "error":
            words = frame.venue.overloaded(status=503)
            error = frame.venue.ws_error(request_id=request_id, words=words, now_ms=frame.now_ms)
            return Replace(payloads=(error,))
        return Hold(for_s=self.ack_late_s) if self.ack == "late" else Drop()

    @staticmethod
    def _silent(state: State) -> set[tuple[int, str]]:
        silent: set[tuple[int, str]] = state.memory.setdefault("silent", set())
        return silent
