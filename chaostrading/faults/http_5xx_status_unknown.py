"""F19: nobody knows whether it was executed."""

from dataclasses import dataclass, replace

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, State
from chaostrading.faults.calls import EXECUTED, answers_now, said
from chaostrading.faults.limits import one_of
from chaostrading.faults.registry import register

__all__ = ["Http5xxStatusUnknown"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class Http5xxStatusUnknown(Fault):
    """Answer 5xx after which nobody knows whether the request was executed.

    On the wire: not executed means that the exchange never sees the request; executed means that
    its own answer is thrown away. The client cannot tell which."""

    name = "http_5xx_status_unknown"
    catalogue = "F19"
    category = "exchange"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "lease"

    status: int = 503
    """500, 502, 503 or 504."""
    code: str = ""
    """Error code of the venue; empty for the one that says `unknown` (Binance: -1007)."""
    executed: str = "random"
    """no, yes, or random: seeded, half of them."""
    empty_body: bool = False
    """Leave the body out."""

    def __post_init__(self) -> None:
        one_of(self.name, "status", self.status, (500, 502, 503, 504))
        one_of(self.name, "executed", self.executed, EXECUTED)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not answers_now(self.executed, frame, dice, state.memory):
            return PASS
        if self.code:
            words = frame.venue.error(status=self.status, code=self.code)
        else:
            words = frame.venue.unknown_status(status=self.status)
        return said(frame, replace(words, body=b"") if self.empty_body else words)
