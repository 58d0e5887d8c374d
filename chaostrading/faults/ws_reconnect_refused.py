"""An exchange that does not take its clients back."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Close, Fate, Fault, Frame, Reset, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.outage import check_close_code, existed, refuse_upgrade
from chaostrading.faults.registry import register

__all__ = ["WsReconnectRefused"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WsReconnectRefused(Fault):
    """Refuses WebSocket handshakes, after having reset the WebSockets that were open at arming.

    A handshake is refused while any of `refuse_s`, `attempts` and `slot_held_s` says so: with an
    HTTP status, or, as Alpaca does, with a good 101 followed by an error message and a close."""

    name = "ws_reconnect_refused"
    catalogue = "F05"
    category = "network"
    kinds = frozenset({"tick", "request", "message"})
    state_per = "lease"

    form: str = "http"
    """`http`: the handshake is answered with `status`; `message`: with 101, then `text` and a
    close frame."""
    status: int = 503
    """With `http`: 429, 403, 502, 503 or another status, 400..599."""
    retry_after: str = ""
    """With `http`: text of the Retry-After header, "" for no header."""
    refuse_s: float = 15.0
    """Seconds from arming during which all handshakes are refused, 0..86400."""
    attempts: int = 0
    """Number of handshakes that are refused whenever they come, 0..100000."""
    slot_held_s: float = 0.0
    """Seconds that a connection keeps its slot after its end, 0..86400. Above 0, only one
    WebSocket at a time is allowed, and the next one is refused until the slot is free."""
    text: str = '[{"T":"error","code":406,"msg":"connection limit exceeded"}]'
    """With `message`: the error message."""
    code: int = 1008
    """With `message`: the close code: 1000..1003, 1007..1014 or 3000..4999."""
    cut_existing: bool = True
    """Reset the WebSockets that are open at arming, so that clients have to come back."""

    def __post_init__(self) -> None:
        one_of(self.name, "form", self.form, ("http", "message"))
        within(self.name, "status", self.status, 400, 599)
        within(self.name, "refuse_s", self.refuse_s, 0, 86_400)
        within(self.name, "attempts", self.attempts, 0, 100_000)
        within(self.name, "slot_held_s", self.slot_held_s, 0, 86_400)
        check_close_code(self.name, self.code)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        refused: set[int] = state.memory.setdefault("refused", set())
        if frame.kind == "request":
            if not frame.upgrade or not self._barred(frame, state):
                return PASS
            state.memory["count"] = state.memory.get("count", 0) + 1
            if self.form == "http":
                return refuse_upgrade(frame, status=self.status, retry_after=self.retry_after)
            refused.add(frame.connection)
            return PASS
        if not frame.websocket:
            return PASS
        if frame.connection in refused:
            return Close(code=self.code, after=(self.text.encode(),))
        state.memory.setdefault("seen_s", {})[frame.connection] = frame.now_s
        return Reset() if self.cut_existing and existed(frame, state) else PASS

    def _barred(self, frame: Frame, state: State) -> bool:
        if frame.now_s - state.armed_s < self.refuse_s:
            return True
        if state.memory.get("count", 0) < self.attempts:
            return True
        # Open connections ask about ten times a second: the last time seen is the time of the end.
        seen_s: dict[int, float] = state.memory.get("seen_s", {})
        return any(frame.now_s - last_s < self.slot_held_s for last_s in seen_s.values())
