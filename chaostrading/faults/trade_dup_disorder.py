"""Public trades that come twice or in the wrong order."""

from dataclasses import dataclass
from decimal import Decimal

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import within
from chaostrading.faults.market import is_trade, like
from chaostrading.faults.registry import register

__all__ = ["TradeDupDisorder"]

_PATIENCE_S = 1.0
"""How long a trade is kept back when no others follow."""
_CONFLICT = Decimal("1.001")


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class TradeDupDisorder(Fault):
    """Duplicates some public trades and lets others be overtaken by those behind them.

    A duplicate has the same bytes; `conflict_share` of them has the same id and another price. No
    trade is lost: one that was kept back follows within 1 s."""

    name = "trade_dup_disorder"
    catalogue = "F41"
    category = "data"
    kinds = frozenset({"message", "tick"})
    state_per = "connection"

    duplicate_share: float = 0.10
    """Part of the trades that comes twice, 0..1."""
    swap_share: float = 0.05
    """Part of the trades that is overtaken, 0..1."""
    swap_distance: int = 1
    """Number of trades of the same stream that overtake, 1..1000."""
    conflict_share: float = 0.0
    """Part of the duplicates with a price 0.1 % higher, 0..1."""

    def __post_init__(self) -> None:
        within(self.name, "duplicate_share", self.duplicate_share, 0, 1)
        within(self.name, "swap_share", self.swap_share, 0, 1)
        within(self.name, "swap_distance", self.swap_distance, 1, 1_000)
        within(self.name, "conflict_share", self.conflict_share, 0, 1)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        kept: dict[str, tuple[int, float, bytes]] = state.memory.setdefault("kept", {})
        if frame.kind == "tick":
            due = [name for name, (_, at_s, _) in kept.items() if frame.now_s - at_s > _PATIENCE_S]
            back = tuple(kept.pop(name)[2] for name in due)
            return Replace(payloads=back, opcode=1) if back else PASS
        if not is_trade(frame):
            return PASS
        duplicate, swap = dice.chance(self.duplicate_share), dice.chance(self.swap_share)
        conflict = dice.chance(self.conflict_share)
        if frame.stream in kept:
            left, at_s, payload = kept[frame.stream]
            if left > 1:
                kept[frame.stream] = (left - 1, at_s, payload)
                return PASS
            del kept[frame.stream]
            return Replace(payloads=(frame.payload, payload))
        if swap:
            kept[frame.stream] = (self.swap_distance, frame.now_s, frame.payload)
            return Replace(payloads=())
        if not duplicate:
            return PASS
        second = frame.venue.edit_price(frame.payload, _higher) if conflict else frame.payload
        return Replace(payloads=(frame.payload, second))


def _higher(text: str) -> str:
    return like(text, Decimal(text) * _CONFLICT)
