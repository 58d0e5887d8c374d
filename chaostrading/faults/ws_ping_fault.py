"""Heartbeats that fail."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Close, Drop, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["WsPingFault"]

_TIMEOUT = "Pong timeout"
_MARK = b"heartbeat-"
"""Start of the payload of pings that this fault injects; the exchange must not see their pongs."""


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WsPingFault(Fault):
    """Disturbs pings and pongs of WebSockets while their data goes on.

    `swallow_pong`: pongs vanish, and where they are the client's, the server's end closes with 1008
    after `timeout_s`, as Binance does after 60 s. `withhold_ping`: the exchange's pings do not
    reach the client. `ping_burst`: many pings at once. `check_echo`: pings with a payload of their
    own; a client that does not send it back in time is closed with 1008."""

    name = "ws_ping_fault"
    catalogue = "F07"
    category = "network"
    kinds = frozenset({"tick", "ping", "pong"})
    state_per = "connection"

    form: str = "swallow_pong"
    """`swallow_pong`, `withhold_ping`, `ping_burst` or `check_echo`."""
    direction: str = "up"
    """With `swallow_pong`: `up` the client's pongs, `down` the exchange's answers to the client's
    own pings, `both`."""
    timeout_s: float = 20.0
    """Seconds from a ping or swallowed pong to the close, 0.1..86400. Real: 60 s."""
    burst: int = 50
    """Pings in a burst, 1..10000."""
    every_s: float = 5.0
    """Seconds between bursts or checked pings, 0.1..3600."""

    def __post_init__(self) -> None:
        forms = ("swallow_pong", "withhold_ping", "ping_burst", "check_echo")
        one_of(self.name, "form", self.form, forms)
        one_of(self.name, "direction", self.direction, ("up", "down", "both"))
        within(self.name, "timeout_s", self.timeout_s, 0.1, 86_400)
        within(self.name, "burst", self.burst, 1, 10_000)
        within(self.name, "every_s", self.every_s, 0.1, 3_600)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not frame.websocket:
            return PASS
        if frame.kind == "ping":
            hide = self.form == "withhold_ping" and frame.direction == "down"
            return Drop() if hide else PASS
        if frame.kind == "pong":
            return self._pong(frame, state)
        waiting_s = state.memory.get("waiting_s")
        if waiting_s is not None and frame.now_s - waiting_s >= self.timeout_s:
            return Close(code=1008, reason=_TIMEOUT)
        return self._ping(frame, state)

    def _pong(self, frame: Frame, state: State) -> Fate:
        if self.form == "swallow_pong" and self.direction in ("both", frame.direction):
            if frame.direction == "up":
                state.memory.setdefault("waiting_s", frame.now_s)
            return Drop()
        if frame.direction == "up" and frame.payload.startswith(_MARK):
            if frame.payload == state.memory.get("payload"):
                state.memory["waiting_s"] = None
            return Drop()
        return PASS

    def _ping(self, frame: Frame, state: State) -> Fate:
        if self.form not in ("ping_burst", "check_echo"):
            return PASS
        if frame.now_s < state.memory.get("next_s", frame.now_s):
            return PASS
        state.memory["next_s"] = frame.now_s + self.every_s
        payload = _MARK + b"%d" % frame.now_ms
        if self.form == "ping_burst":
            return Replace(payloads=(payload,) * self.burst, opcode=9)
        if state.memory.get("waiting_s") is not None:
            return PASS
        state.memory.update(payload=payload, waiting_s=frame.now_s)
        return Replace(payloads=(payload,), opcode=9)
