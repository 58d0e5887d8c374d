"""Market data that arrives late."""

from dataclasses import dataclass

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Delay, Drop, Fate, Fault, Frame, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["LatencyWs"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class LatencyWs(Fault):
    """Delays every WebSocket message to the client; bytes, stamps and order stay as they are.

    A client that consumes too slowly sees the same. Frames behind a delayed message wait for it, so
    a lease on one stream holds up the others of its connection."""

    name = "latency_ws"
    catalogue = "F12"
    category = "network"
    kinds = frozenset({"message"})
    state_per = "connection"

    lag_s: float = 7.0
    """Seconds from a message's arrival to its delivery, 0.001..300."""
    growth_s_per_s: float = 0.0
    """Seconds by which the lag grows each second from arming, 0..10."""
    lag_for_s: float = 0.0
    """Seconds from arming to the end of the lag, 0..86400; 0: it ends with the lease."""
    end: str = "burst"
    """What becomes of late messages at the end: `burst` delivers them at once, `drop` loses them,
    `drain` delivers them ever less late. The latter two need `lag_for_s`."""
    drain_s: float = 10.0
    """With `drain`: seconds from the end until there is no lag left, 0.1..3600."""

    def __post_init__(self) -> None:
        within(self.name, "lag_s", self.lag_s, 0.001, 300)
        within(self.name, "growth_s_per_s", self.growth_s_per_s, 0, 10)
        within(self.name, "lag_for_s", self.lag_for_s, 0, 86_400)
        one_of(self.name, "end", self.end, ("burst", "drop", "drain"))
        within(self.name, "drain_s", self.drain_s, 0.1, 3_600)
        if self.end != "burst" and not self.lag_for_s:
            # A lease gives back what it held when it ends, so it cannot lose or drain it.
            raise InvalidInput(
                f"{self.name}: end {self.end} needs lag_for_s above 0, was {self.lag_for_s!r}"
            )

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.direction == "up":
            return PASS
        since_s = frame.now_s - state.armed_s
        left_s = self.lag_for_s - since_s
        if not self.lag_for_s:
            return Delay(delay_s=self._lag_s(since_s))
        if left_s <= 0:
            if self.end != "drain" or -left_s >= self.drain_s:
                return PASS
            return Delay(delay_s=self._lag_s(self.lag_for_s) * (1 + left_s / self.drain_s))
        lag_s = self._lag_s(since_s)
        if lag_s > left_s and self.end == "drop":
            return Drop()
        return Delay(delay_s=min(lag_s, left_s) if self.end == "burst" else lag_s)

    def _lag_s(self, since_s: float) -> float:
        return self.lag_s + self.growth_s_per_s * max(0.0, since_s)
