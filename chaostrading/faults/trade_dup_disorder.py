"""Public trades that come twice or in the wrong order."""

from dataclasses import dataclass
from decimal import Decimal

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Hold, Replace, State
from chaostrading.faults.limits import within
from chaostrading.faults.market import is_trade, like
from chaostrading.faults.registry import register

__all__ = ["TradeDupDisorder"]

_LATE_S_MAX = 1.0
"""How late an overtaken trade may come on a quiet stream."""
_CONFLICT = Decimal("1.001")


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class TradeDupDisorder(Fault):
    """Duplicates some public trades and lets others be overtaken by those behind them.

    A duplicate has the same bytes; `conflict_share` of them has the same id and another price. No
    trade is lost: one that was overtaken comes within 1 s, or when the lease ends."""

    name = "trade_dup_disorder"
    catalogue = "F41"
    category = "data"
    kinds = frozenset({"message"})
    state_per = "connection"

    duplicate_share: float = 0.10
    """Part of the trades that comes twice, 0..1."""
    swap_share: float = 0.05
    """Part of the trades that is overtaken, 0..1."""
    swap_distance: int = 1
    """Number of trades of the same stream that overtake, 1..1000, about: an overtaken trade is kept
    back for as long as so many took of late."""
    conflict_share: float = 0.0
    """Part of the duplicates with a price 0.1 % higher, 0..1."""

    def __post_init__(self) -> None:
        within(self.name, "duplicate_share", self.duplicate_share, 0, 1)
        within(self.name, "swap_share", self.swap_share, 0, 1)
        within(self.name, "swap_distance", self.swap_distance, 1, 1_000)
        within(self.name, "conflict_share", self.conflict_share, 0, 1)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_trade(frame):
            return PASS
        gap_s = self._gap_s(frame, state)
        duplicate, swap = dice.chance(self.duplicate_share), dice.chance(self.swap_share)
        conflict = dice.chance(self.conflict_share)
        if swap:
            return Hold(for_s=min(_LATE_S_MAX, gap_s * (self.swap_distance + 0.5)))
        if not duplicate:
            return PASS
        second = frame.venue.edit_price(frame.payload, _higher) if conflict else frame.payload
        return Replace(payloads=(frame.payload, second))

    @staticmethod
    def _gap_s(frame: Frame, state: State) -> float:
        """Mean time between the trades of this stream, the newest ones counting most."""
        last_s, gap_s = state.memory.get(frame.stream, (frame.now_s, 0.1))
        if last_s != frame.now_s:
            gap_s += 0.2 * (frame.now_s - last_s - gap_s)
        state.memory[frame.stream] = (frame.now_s, gap_s)
        return float(gap_s)


def _higher(text: str) -> str:
    return like(text, Decimal(text) * _CONFLICT)
