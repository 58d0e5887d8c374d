"""F23: the exchange has acted, and the client never hears of it."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Close, Drop, Fate, Fault, Frame, Hold, Reset, State
from chaostrading.faults.calls import call_key, is_call, is_reply
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["ResponseLost"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class ResponseLost(Fault):
    """Lose answers on the way back: the exchange has acted, the client cannot know.

    On the wire: the request is forwarded at once, its answer is held until the client hangs up or
    `hold_s` is over and then dropped with a reset; `reset` and `close` end the connection in the
    answer's place. A reply of the WebSocket API vanishes and its connection stays."""

    name = "response_lost"
    catalogue = "F23"
    category = "exchange"
    kinds = frozenset({"answer", "message"})
    state_per = "lease"

    how: str = "hold"
    """hold, reset, or close (the keep-alive connection ends with FIN instead of an answer)."""
    hold_s: float = 30.0
    """Seconds without an answer, 0.1..300. Shorter than the client's timeout proves little."""

    def __post_init__(self) -> None:
        one_of(self.name, "how", self.how, ("hold", "reset", "close"))
        within(self.name, "hold_s", self.hold_s, 0.1, 300)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.kind == "message":
            return self._decide_message(frame, state)
        if frame.status == 101:
            return PASS
        if self.how == "reset":
            return Reset()
        if self.how == "close":
            return Close()
        return Hold(for_s=self.hold_s, then="reset")

    def _decide_message(self, frame: Frame, state: State) -> Fate:
        """The reply carries no role, so the call that was in scope is remembered by its id."""
        if is_call(frame):
            state.memory[call_key(frame)] = True
            return PASS
        if not is_reply(frame) or not state.memory.pop(call_key(frame), False):
            return PASS
        if self.how == "reset":
            return Reset()
        return Close() if self.how == "close" else Drop()
