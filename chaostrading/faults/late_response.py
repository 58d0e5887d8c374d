"""F24: the answer comes just after the client has given up."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Delay, Fate, Fault, Frame, State
from chaostrading.faults.calls import call_key, is_call, is_reply
from chaostrading.faults.limits import within
from chaostrading.faults.registry import register

__all__ = ["LateResponse"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class LateResponse(Fault):
    """Deliver answers just after the client's timeout, when its retry is already under way.

    On the wire: the request is forwarded at once, its answer goes on `delay_s` after its arrival.
    On a WebSocket API the messages behind the reply wait with it."""

    name = "late_response"
    catalogue = "F24"
    category = "exchange"
    kinds = frozenset({"answer", "message"})
    state_per = "lease"

    delay_s: float = 10.4
    """Seconds from the answer's arrival, 0.01..300: the client's timeout and a little."""

    def __post_init__(self) -> None:
        within(self.name, "delay_s", self.delay_s, 0.01, 300)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.kind == "message":
            if is_call(frame):
                state.memory[call_key(frame)] = True
                return PASS
            if not is_reply(frame) or not state.memory.pop(call_key(frame), False):
                return PASS
        elif frame.status == 101:
            return PASS
        return Delay(delay_s=self.delay_s)
