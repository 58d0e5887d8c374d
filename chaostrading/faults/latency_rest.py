"""Slow requests."""

from dataclasses import dataclass

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Delay, Fate, Fault, Frame, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["LatencyRest"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class LatencyRest(Fault):
    """Delays requests before the exchange sees them, or answers after it has acted.

    `request`: a signed request ages and may be refused as outside its receive window. `response`:
    an order is live meanwhile. Requests and answers of the WebSocket API are delayed alike,
    handshakes and streams are not."""

    name = "latency_rest"
    catalogue = "F11"
    category = "network"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "connection"

    where: str = "response"
    """`request` or `response`: which of the two is delayed."""
    delay_s: float = 7.0
    """Seconds of delay, 0.001..300. The seed asks for 5 to 10."""
    jitter_s: float = 2.0
    """Each delay is drawn evenly from plus or minus this, 0..`delay_s`."""
    ramp_s: float = 0.0
    """Seconds from arming over which the delay grows from nothing to its full size, 0..86400."""

    def __post_init__(self) -> None:
        one_of(self.name, "where", self.where, ("request", "response"))
        within(self.name, "delay_s", self.delay_s, 0.001, 300)
        if not 0 <= self.jitter_s <= self.delay_s:
            raise InvalidInput(
                f"{self.name}: jitter_s must be within 0..delay_s, was {self.jitter_s!r}"
            )
        within(self.name, "ramp_s", self.ramp_s, 0, 86_400)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not self._meant(frame, state):
            return PASS
        delay_s = self.delay_s + dice.uniform(-self.jitter_s, self.jitter_s)
        since_s = frame.now_s - state.armed_s
        if since_s < self.ramp_s:
            delay_s *= max(0.0, since_s) / self.ramp_s
        return Delay(delay_s=delay_s)

    def _meant(self, frame: Frame, state: State) -> bool:
        if frame.kind == "request":
            return self.where == "request" and not frame.upgrade
        if frame.kind == "answer":
            return self.where == "response" and not frame.upgrade and frame.status != 101
        meaning = frame.meaning
        asked: set[str] = state.memory.setdefault("asked", set())
        if frame.direction == "down":
            if meaning.request_id not in asked:
                return False
            asked.discard(meaning.request_id)
            return self.where == "response"
        if not meaning.request_id or meaning.role == "subscription":
            return False
        asked.add(meaning.request_id)
        return self.where == "request"
