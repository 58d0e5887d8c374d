"""F22: the request never reaches the exchange."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Drop, Fate, Fault, Frame, Hold, Reset, State
from chaostrading.faults.calls import is_call
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["RequestLost"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class RequestLost(Fault):
    """Lose requests on the way to the exchange, which never sees them.

    On the wire: `hold` leaves the client without an answer until it hangs up or `hold_s` is over,
    then the connection is reset; `reset` does so at once. A call of the WebSocket API vanishes and
    its connection stays. To the client it looks like response_lost."""

    name = "request_lost"
    catalogue = "F22"
    category = "exchange"
    kinds = frozenset({"request", "message"})
    state_per = "lease"

    how: str = "hold"
    """hold or reset."""
    hold_s: float = 30.0
    """Seconds without an answer, 0.1..300. Shorter than the client's timeout proves little."""

    def __post_init__(self) -> None:
        one_of(self.name, "how", self.how, ("hold", "reset"))
        within(self.name, "hold_s", self.hold_s, 0.1, 300)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_call(frame):
            return PASS
        if self.how == "reset":
            return Reset()
        if frame.kind == "message":
            return Drop()
        return Hold(for_s=self.hold_s, then="reset")
