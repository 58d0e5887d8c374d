"""F21: the exchange is overloaded and sheds requests."""

from dataclasses import dataclass, replace

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, State
from chaostrading.faults.calls import is_call, said
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["OverloadShed"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class OverloadShed(Fault):
    """Shed orders as an overloaded exchange does; a shed order was surely not executed.

    On the wire: answered in the exchange's place (BitMEX's 503 `The system is currently
    overloaded`, Binance's -1008). Who comes again before `pause_s` is over is surely shed again."""

    name = "overload_shed"
    catalogue = "F21"
    category = "exchange"
    kinds = frozenset({"request", "message"})
    state_per = "address"

    status: int = 503
    """503 or 429."""
    body: str = ""
    """Body of the answer as it stands; empty for the venue's own words."""
    shed_share: float = 0.5
    """Part of the orders that is shed, 0..1, by seeded dice."""
    pause_s: float = 0.5
    """After a shed order all orders of the address are shed for so long, 0..60 s."""
    cancels: bool = False
    """Shed cancels, too. Exchanges try to spare them."""

    def __post_init__(self) -> None:
        one_of(self.name, "status", self.status, (503, 429))
        within(self.name, "shed_share", self.shed_share, 0, 1)
        within(self.name, "pause_s", self.pause_s, 0, 60)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        roles = ("order", "replace", "cancel") if self.cancels else ("order", "replace")
        if not is_call(frame) or frame.meaning.role not in roles:
            return PASS
        unlucky = dice.chance(self.shed_share)
        if not unlucky and frame.now_s >= state.memory.get("pause_until_s", 0.0):
            return PASS
        state.memory["pause_until_s"] = frame.now_s + self.pause_s
        words = frame.venue.overloaded(status=self.status)
        return said(frame, replace(words, body=self.body.encode()) if self.body else words)
