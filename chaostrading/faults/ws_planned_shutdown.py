"""The end of a connection's allowed life, announced or not."""

from dataclasses import dataclass

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Close, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.outage import check_close_code
from chaostrading.faults.registry import register

__all__ = ["WsPlannedShutdown"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WsPlannedShutdown(Fault):
    """Ends each WebSocket when it reaches an age, with an announcement some seconds before.

    Binance's 24 hours, scaled: `{"e":"serverShutdown","E":<ms>}` is injected as one more message,
    wrapped as the connection's other messages are (combined streams, WebSocket API). The new
    connection is to be up before the old one closes. WebSockets older than that at arming are
    announced at once. REST is not touched."""

    name = "ws_planned_shutdown"
    catalogue = "F06"
    category = "network"
    kinds = frozenset({"tick"})
    state_per = "connection"

    limit_s: float = 120.0
    """Age at which a WebSocket ends, seconds, 0.1..86400. Real: 24 h."""
    announce: str = "serverShutdown"
    """`serverShutdown` (Binance), `notice` (OKX, code 64008), or `none`."""
    lead_s: float = 10.0
    """Seconds from the announcement to the end, 0..`limit_s`. No lead time is promised."""
    follow: str = "close"
    """What follows the announcement: `close`, or `none`, which leaves the WebSocket open."""
    code: int = 1001
    """Close code: 1000..1003, 1007..1014 or 3000..4999."""
    all_at_once: bool = False
    """Every `limit_s` from arming, all WebSockets that exist at the announcement end together."""

    def __post_init__(self) -> None:
        within(self.name, "limit_s", self.limit_s, 0.1, 86_400)
        one_of(self.name, "announce", self.announce, ("serverShutdown", "notice", "none"))
        if not 0 <= self.lead_s <= self.limit_s:
            raise InvalidInput(
                f"{self.name}: lead_s must be within 0..limit_s, was {self.lead_s!r}"
            )
        one_of(self.name, "follow", self.follow, ("close", "none"))
        check_close_code(self.name, self.code)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not frame.websocket:
            return PASS
        end_s = self._end_s(frame.connected_s, state.armed_s)
        announced = state.memory.get("announced", self.announce == "none")
        if not announced and frame.now_s >= end_s - self.lead_s:
            state.memory["announced"] = True
            return Replace(payloads=(self._announcement(frame),), opcode=1)
        if self.follow == "close" and frame.now_s >= end_s:
            return Close(code=self.code)
        return PASS

    def _end_s(self, connected_s: float, armed_s: float) -> float:
        if not self.all_at_once:
            return max(connected_s + self.limit_s, armed_s + self.lead_s)
        after_s = max(0.0, connected_s - armed_s + self.lead_s)
        rounds = int(after_s / self.limit_s) + 1 if connected_s > armed_s else 1
        return armed_s + rounds * self.limit_s

    def _announcement(self, frame: Frame) -> bytes:
        if self.announce == "notice":
            text = "The connection will soon be closed for a service upgrade. Please reconnect."
            return b'{"event":"notice","code":"64008","msg":"%s","connId":"%08x"}' % (
                text.encode(),
                frame.connection,
            )
        event = b'{"e":"serverShutdown","E":%d}' % frame.now_ms
        if frame.path.startswith("/stream"):
            return b'{"stream":"!serverShutdown","data":%s}' % event
        return b'{"event":%s}' % event if frame.path.startswith("/ws-api") else event
