"""An exchange that ends its WebSockets in good order."""

from dataclasses import dataclass

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Close, Fate, Fault, Frame, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.outage import REFUSALS, check_close_code, existed, refuse_upgrade
from chaostrading.faults.registry import register

__all__ = ["WsCloseFrame"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WsCloseFrame(Fault):
    """Ends every open WebSocket with a close frame at arming, and refuses new ones for a while.

    The client receives a close frame with this code and reason, then FIN. A code of 1000 is sent
    by real servers too and must lead to a reconnect. REST is not touched. For ECONNREFUSED arm
    `connect_refused` beside this, which takes REST along."""

    name = "ws_close_frame"
    catalogue = "F01"
    category = "network"
    kinds = frozenset({"tick", "request"})
    state_per = "connection"

    code: int = 1001
    """Close code: 1000..1003, 1007..1014 or 3000..4999. 1006 is made by `ws_abrupt`."""
    reason: str = ""
    """Reason text in the close frame, 0..123 bytes of UTF-8."""
    refuse_s: float = 15.0
    """Seconds from arming during which WebSocket handshakes are refused, 0..86400."""
    refuse_mode: str = "http"
    """`http`: the handshake is answered with `status`; `reset`: with a TCP reset."""
    status: int = 503
    """HTTP status of a refused handshake, 400..599."""

    def __post_init__(self) -> None:
        check_close_code(self.name, self.code)
        if len(self.reason.encode()) > 123:
            raise InvalidInput(
                f"{self.name}: reason must be within 0..123 bytes, was {len(self.reason.encode())}"
            )
        within(self.name, "refuse_s", self.refuse_s, 0, 86_400)
        one_of(self.name, "refuse_mode", self.refuse_mode, REFUSALS)
        within(self.name, "status", self.status, 400, 599)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.kind == "tick":
            return Close(code=self.code, reason=self.reason) if existed(frame, state) else PASS
        if frame.now_s - state.armed_s < self.refuse_s:
            return refuse_upgrade(frame, mode=self.refuse_mode, status=self.status)
        return PASS
