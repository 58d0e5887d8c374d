"""A link that comes and goes."""

from dataclasses import dataclass

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.outage import CUTS, cut, refuse_upgrade
from chaostrading.faults.registry import register

__all__ = ["WsFlap"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WsFlap(Fault):
    """Cuts all WebSockets and refuses them for a while, lets them be for a while, and again.

    Down comes first. Shows whether backoff is reset too early and what each reconnect leaks. REST
    is not touched."""

    name = "ws_flap"
    catalogue = "F08"
    category = "network"
    kinds = frozenset({"tick", "request"})
    state_per = "lease"

    up_s: float = 8.0
    """Seconds that WebSockets are let be, 0.1..3600."""
    down_s: float = 8.0
    """Seconds that handshakes are refused, 0.1..3600."""
    spread_s: float = 0.0
    """Each of the two is drawn anew from plus or minus this, 0..the smaller of them."""
    cycles: int = 6
    """Number of cuts, 1..10000."""
    mode: str = "rst"
    """How connections are cut: `rst`, `fin` (no close frame) or `close` (1001)."""

    def __post_init__(self) -> None:
        within(self.name, "up_s", self.up_s, 0.1, 3_600)
        within(self.name, "down_s", self.down_s, 0.1, 3_600)
        if not 0 <= self.spread_s <= min(self.up_s, self.down_s):
            raise InvalidInput(
                f"{self.name}: spread_s must be within 0..{min(self.up_s, self.down_s):g} "
                f"(the smaller of up_s and down_s), was {self.spread_s!r}"
            )
        within(self.name, "cycles", self.cycles, 1, 10_000)
        one_of(self.name, "mode", self.mode, CUTS)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        since_s = frame.now_s - state.armed_s
        downs: list[tuple[float, float]] = state.memory.setdefault("downs", [])
        if not downs:
            downs += self._schedule(dice.fork(self.name))
        start_s, end_s = next((down for down in reversed(downs) if down[0] <= since_s), downs[0])
        if frame.kind == "request":
            return refuse_upgrade(frame) if start_s <= since_s < end_s else PASS
        older = frame.connected_s - state.armed_s < start_s <= since_s
        return cut(self.mode) if frame.websocket and older else PASS

    def _schedule(self, dice: Dice) -> list[tuple[float, float]]:
        """Start and end of each time down, in seconds from arming."""
        downs, now_s = [], 0.0
        for _ in range(self.cycles):
            down_s = self.down_s + dice.uniform(-self.spread_s, self.spread_s)
            downs.append((now_s, now_s + down_s))
            now_s += down_s + self.up_s + dice.uniform(-self.spread_s, self.spread_s)
        return downs
