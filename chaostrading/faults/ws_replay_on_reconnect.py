"""An exchange that tells old executions again to everybody who comes back."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, Reset, State
from chaostrading.faults.executions import came_back, is_private, note_private, private_path
from chaostrading.faults.limits import within
from chaostrading.faults.outage import existed
from chaostrading.faults.registry import register

__all__ = ["WsReplayOnReconnect"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WsReplayOnReconnect(Fault):
    """Sends account events of the past as new ones to each private WebSocket that comes back.

    Kraken does so with the last 50 of `ownTrades`. The bytes and trade ids are those of the events
    that passed since arming; `cut_after_s` later the private WebSockets are reset. With no event
    since arming there is nothing to replay, and nothing is cut."""

    name = "ws_replay_on_reconnect"
    catalogue = "F10"
    category = "network"
    kinds = frozenset({"tick", "message"})
    state_per = "lease"

    events: int = 50
    """Number of events that are sent again, the newest ones, 1..1000."""
    flagged: bool = False
    """Mark them with `"snapshot":true` as the first member."""
    cut_after_s: float = 10.0
    """Seconds from arming to the reset of private WebSockets older than the lease, 0..86400; 0 for
    no reset."""

    def __post_init__(self) -> None:
        within(self.name, "events", self.events, 1, 1_000)
        within(self.name, "cut_after_s", self.cut_after_s, 0, 86_400)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        past: list[tuple[float, bytes]] = state.memory.setdefault("past", [])
        if frame.kind == "message":
            if is_private(frame):
                note_private(frame, state)
                past.append((frame.now_s, frame.payload))
                del past[: -self.events]
            return PASS
        if existed(frame, state):
            private = private_path(frame.path) in state.memory.get("private", ())
            due = self.cut_after_s and frame.now_s - state.armed_s >= self.cut_after_s
            return Reset() if private and due else PASS
        if not came_back(frame, state):
            return PASS
        old = tuple(payload for at_s, payload in past if at_s < frame.connected_s)
        if self.flagged:
            old = tuple(b'{"snapshot":true,' + payload.lstrip()[1:] for payload in old)
        return Replace(payloads=old, opcode=1) if old else PASS
