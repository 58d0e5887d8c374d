"""Order events that never come."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Drop, Fate, Fault, Frame, Replace, State
from chaostrading.faults.executions import is_order_event, is_private, what
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["FillLost"]

_EVENTS = ("TRADE", "NEW", "CANCELED", "REJECTED", "EXPIRED")


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class FillLost(Fault):
    """Drops order events of the private stream; the exchange has acted, and REST tells the truth.

    The stream lives: pings, market data and all other events pass. With `foreign`, events come but
    carry the client id of an order that the client never placed."""

    name = "fill_lost"
    catalogue = "F50"
    category = "data"
    kinds = frozenset({"message"})
    state_per = "lease"

    events: tuple[str, ...] = ("TRADE",)
    """Which events: `TRADE` (every execution), `NEW`, `CANCELED`, `REJECTED`, `EXPIRED`."""
    balances: bool = False
    """Drop the account's balance events as well."""
    foreign: bool = False
    """Instead of dropping: another client id, as if another client of the account had ordered."""
    first: int = 0
    """Number of events that are touched, 0..100000; 0: all."""

    def __post_init__(self) -> None:
        within(self.name, "number of events", len(self.events), 1, len(_EVENTS))
        for event in self.events:
            one_of(self.name, "events", event, _EVENTS)
        within(self.name, "first", self.first, 0, 100_000)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        balance = self.balances and is_private(frame) and not is_order_event(frame)
        if what(frame) not in self.events and not balance:
            return PASS
        if self.first and state.memory.get("count", 0) >= self.first:
            return PASS
        own = frame.meaning.client_id
        if self.foreign and (balance or not own):
            return PASS
        state.memory["count"] = state.memory.get("count", 0) + 1
        if not self.foreign:
            return Drop()
        other = f"other-{own[::-1]}"[:36]
        return Replace(
            payloads=(frame.payload.replace(f'"{own}"'.encode(), f'"{other}"'.encode()),)
        )
