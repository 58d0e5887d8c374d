"""F34: the private stream ends, or falls silent."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Drop, Fate, Fault, Frame, Replace, State
from chaostrading.faults.calls import is_call, said
from chaostrading.faults.limits import one_of
from chaostrading.faults.registry import register
from chaostrading.venues.troubles import stream_ended, trouble

__all__ = ["UserStreamExpiry"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class UserStreamExpiry(Fault):
    """End the account's event stream while market streams go on.

    On the wire: account events are dropped. Before that the client may be told: by
    an event `listenKeyExpired` or `eventStreamTerminated` of its own, or by -1125 when it
    renews its key. A new session brings the events back unless `heal` says `lease`."""

    name = "user_stream_expiry"
    catalogue = "F34"
    category = "exchange"
    kinds = frozenset({"request", "message", "tick"})
    state_per = "connection"

    how: str = "silent"
    """silent; key_expired (event listenKeyExpired); terminated (event eventStreamTerminated);
    renewal_refused (-1125 to the renewal of the listen key)."""
    heal: str = "new_session"
    """new_session: a connection opened, or a subscription to account events made, after arming
    carries them again; lease: nothing does until the fault ends."""

    def __post_init__(self) -> None:
        hows = ("silent", "key_expired", "terminated", "renewal_refused")
        one_of(self.name, "how", self.how, hows)
        one_of(self.name, "heal", self.heal, ("new_session", "lease"))

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.kind == "tick":
            return self._told(frame, state)
        if is_call(frame) and frame.meaning.role == "session" and not frame.upgrade:
            return self._at_session(frame, state)
        mute = self.heal == "lease" or not (
            state.memory.get("healed") or frame.connected_s >= state.armed_s
        )
        if frame.kind != "message" or frame.direction != "down" or not mute:
            return PASS
        return Drop() if frame.meaning.role == "private" else PASS

    def _at_session(self, frame: Frame, state: State) -> Fate:
        endpoint = frame.meaning.endpoint
        renewal = frame.method == "PUT" or endpoint.endswith(".ping")
        if renewal and self.how == "renewal_refused":
            return said(frame, trouble(frame.venue, "stream_key"))
        if "subscribe" in endpoint and "unsubscribe" not in endpoint:
            state.memory["healed"] = True
        return PASS

    def _told(self, frame: Frame, state: State) -> Fate:
        """Tell the client once, on connections that carry a private stream."""
        if self.how not in ("key_expired", "terminated") or state.memory.get("told"):
            return PASS
        stream = frame.path.rpartition("/")[2]
        keyed = frame.path.startswith("/ws/") and "@" not in stream and stream[:1] != "!"
        private = keyed if self.how == "key_expired" else frame.path.startswith("/ws-")
        if not private or not frame.websocket or frame.connected_s >= state.armed_s:
            return PASS
        event = stream_ended(frame.venue, self.how, frame.path, frame.now_ms)
        state.memory["told"] = True
        return Replace(payloads=(event,)) if event else PASS
