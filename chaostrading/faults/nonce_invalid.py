"""F27: the nonce did not increase."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, State
from chaostrading.faults.calls import is_call, said
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register
from chaostrading.venues.stamps import nonce
from chaostrading.venues.troubles import trouble

__all__ = ["NonceInvalid"]

_PRIVATE = ("order", "cancel", "replace", "query", "account")


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class NonceInvalid(Fault):
    """Refuse requests whose nonce did not increase, as when parallel requests overtake each other.

    On the wire: answered in the exchange's place, which never sees them. `reorder` refuses a
    private request that comes within `parallel_s` of the one before it on the same address, as if
    the two had changed places; `strict` one whose nonce is not above the highest so far; `always`
    every private request."""

    name = "nonce_invalid"
    catalogue = "F27"
    category = "exchange"
    kinds = frozenset({"request", "message"})
    state_per = "address"

    how: str = "reorder"
    """reorder, strict or always."""
    parallel_s: float = 0.25
    """With `reorder`: requests within so many seconds count as parallel, 0.001..60."""

    def __post_init__(self) -> None:
        one_of(self.name, "how", self.how, ("reorder", "strict", "always"))
        within(self.name, "parallel_s", self.parallel_s, 0.001, 60)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_call(frame) or frame.upgrade or frame.meaning.role not in _PRIVATE:
            return PASS
        if not self._refused(frame, state):
            return PASS
        return said(frame, trouble(frame.venue, "nonce"))

    def _refused(self, frame: Frame, state: State) -> bool:
        memory = state.memory
        if self.how == "always":
            return True
        if self.how == "strict":
            value = nonce(frame.query, frame.payload)
            highest: int | None = memory.get("highest")
            if value is None:
                return False
            memory["highest"] = value if highest is None else max(highest, value)
            return highest is not None and value <= highest
        before_s = memory.pop("before_s", None)
        if before_s is not None and frame.now_s - before_s <= self.parallel_s:
            return True  # One of the two is refused; the next request starts a new pair.
        memory["before_s"] = frame.now_s
        return False
