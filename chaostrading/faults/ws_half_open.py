"""A WebSocket whose other end is gone without anybody having been told."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Drop, Fate, Fault, Frame, Hold, Reset, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.outage import existed
from chaostrading.faults.registry import register

__all__ = ["WsHalfOpen"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WsHalfOpen(Fault):
    """Swallows everything on WebSockets that were open at arming; new connections are healthy.

    TCP stays up: no data, ping, pong, close frame or end of connection crosses in the chosen
    direction, as after a NAT or load balancer forgot the connection. The client can only find out
    with a ping and a deadline of its own, so the lease must outlast its ping interval plus timeout.
    REST is not touched."""

    name = "ws_half_open"
    catalogue = "F03"
    category = "network"
    kinds = frozenset({"message", "ping", "pong", "close", "fin", "tick"})
    state_per = "connection"

    direction: str = "both"
    """`down`: nothing reaches the client; `up`: nothing reaches the exchange; `both`."""
    dead_s: float = 60.0
    """With `rst`: seconds from arming to the reset, 0.1..86400."""
    end: str = "keep_dead"
    """`keep_dead`: mute until the lease ends, and then reset rather than revived with a gap;
    `rst`: reset after `dead_s`."""

    def __post_init__(self) -> None:
        one_of(self.name, "direction", self.direction, ("both", "down", "up"))
        within(self.name, "dead_s", self.dead_s, 0.1, 86_400)
        one_of(self.name, "end", self.end, ("keep_dead", "rst"))

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not existed(frame, state):
            return PASS
        if self.end == "rst" and frame.now_s - state.armed_s >= self.dead_s:
            return Reset()
        if frame.kind == "tick" or self.direction not in ("both", frame.direction):
            return PASS
        first = frame.direction not in state.memory
        if first and self.end == "keep_dead" and frame.kind in ("message", "ping", "pong"):
            # The end of the lease lets go of what is held: that one frame resets the connection.
            state.memory[frame.direction] = True
            return Hold(then="reset")
        return Drop()
