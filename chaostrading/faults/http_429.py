"""F15: too many requests."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, State
from chaostrading.faults.registry import register

__all__ = ["Http429"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class Http429(Fault):
    """Answer 429 as the exchange does when the rate limit is reached."""

    name = "http_429"
    catalogue = "F15"
    category = "exchange"
    kinds = frozenset({"request", "message"})
    state_per = "address"

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        return PASS
