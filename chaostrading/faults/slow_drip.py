"""Answers that come drop by drop."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Drip, Fate, Fault, Frame, State
from chaostrading.faults.limits import within
from chaostrading.faults.registry import register

__all__ = ["SlowDrip"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class SlowDrip(Fault):
    """Sends the head of an answer at once and its body at some bytes a second.

    Each read of the client succeeds in time, so that only a deadline for the whole request helps.
    The exchange has acted."""

    name = "slow_drip"
    catalogue = "F13"
    category = "network"
    kinds = frozenset({"answer"})
    state_per = "connection"

    bytes_per_s: float = 200.0
    """Bytes of body a second, 0.1..100000. Usual: 50..5000."""
    head_s: float = 0.0
    """Seconds from the answer's arrival to its head, 0..300."""
    body_s: float = 0.0
    """Seconds from the head to the first byte of the body, 0..300. For `head at once, body after
    n seconds` set this and a high `bytes_per_s`."""

    def __post_init__(self) -> None:
        within(self.name, "bytes_per_s", self.bytes_per_s, 0.1, 100_000)
        within(self.name, "head_s", self.head_s, 0, 300)
        within(self.name, "body_s", self.body_s, 0, 300)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.upgrade or frame.status == 101:
            return PASS
        return Drip(bytes_per_s=self.bytes_per_s, head_s=self.head_s, body_s=self.body_s)
