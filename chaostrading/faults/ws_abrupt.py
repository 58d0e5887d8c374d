"""A WebSocket that dies without a close frame."""

from dataclasses import dataclass

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Reset, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.outage import REFUSALS, cut, refuse_upgrade
from chaostrading.faults.registry import register

__all__ = ["WsAbrupt"]

_MID_FRAME_PATIENCE_S = 1.0
"""How long a cut waits for a message to break in the middle before it resets an idle connection."""


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WsAbrupt(Fault):
    """Breaks every open WebSocket without a close frame, and refuses new ones for a while.

    Clients report it as 1006 or `no close frame received or sent`. REST is not touched. For
    ECONNREFUSED arm `connect_refused` beside this, which takes REST along."""

    name = "ws_abrupt"
    catalogue = "F02"
    category = "network"
    kinds = frozenset({"tick", "request", "message"})
    state_per = "connection"

    mode: str = "rst"
    """`rst`: TCP reset; `fin`: orderly end of TCP, yet no close frame."""
    mid_frame: bool = False
    """Cut in the middle of the next message to the client, after 1 s at the latest. Needs `rst`."""
    refuse_s: float = 15.0
    """Seconds from each cut during which WebSocket handshakes are refused, 0..86400."""
    refuse_mode: str = "http"
    """`http`: the handshake is answered with 503; `reset`: with a TCP reset."""
    repeat: int = 1
    """Number of cuts, 1..10000."""
    up_s: float = 5.0
    """Seconds from the end of a refusal to the next cut, 0.1..86400."""

    def __post_init__(self) -> None:
        one_of(self.name, "mode", self.mode, ("rst", "fin"))
        if self.mid_frame and self.mode != "rst":
            raise InvalidInput(f"{self.name}: mid_frame needs mode rst, was {self.mode!r}")
        within(self.name, "refuse_s", self.refuse_s, 0, 86_400)
        one_of(self.name, "refuse_mode", self.refuse_mode, REFUSALS)
        within(self.name, "repeat", self.repeat, 1, 10_000)
        within(self.name, "up_s", self.up_s, 0.1, 86_400)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        period_s = self.refuse_s + self.up_s
        index = min(int((frame.now_s - state.armed_s) / period_s), self.repeat - 1)
        since_s = frame.now_s - state.armed_s - index * period_s
        if frame.kind == "request":
            refused = since_s < self.refuse_s
            return refuse_upgrade(frame, mode=self.refuse_mode) if refused else PASS
        if not frame.websocket or frame.now_s - frame.connected_s <= since_s:
            return PASS
        if frame.kind == "message":
            if self.mid_frame and frame.direction == "down" and len(frame.payload) > 1:
                return Reset(sent=len(frame.payload) // 2)
            return PASS
        return PASS if self.mid_frame and since_s < _MID_FRAME_PATIENCE_S else cut(self.mode)
