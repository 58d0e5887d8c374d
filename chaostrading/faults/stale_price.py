"""Prices that stand still while the market moves."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.market import carry, is_answer, is_book, is_market, is_meant, source
from chaostrading.faults.raw_json import value_span, with_value
from chaostrading.faults.registry import register

__all__ = ["StalePrice"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class StalePrice(Fault):
    """Freezes the market data of a symbol; frames keep coming, other symbols go on.

    Of each stream and each request, the first message after arming is the one that stays. `a`: it
    comes again and again, old stamps and all. `b`: its prices and quantities come with fresh stamps
    and sequence numbers. `c`: answers are frozen as in `a` while streams are fresh. `d`: stamps lie
    in the future for a while, and then it freezes. Give the lease at least the client's age limit
    plus 30 s."""

    name = "stale_price"
    catalogue = "F37"
    category = "data"
    kinds = frozenset({"message", "answer"})
    state_per = "lease"

    variant: str = "a"
    """`a`, `b`, `c` or `d`, see above."""
    symbol: str = ""
    """Shell pattern of the symbols, in the venue's spelling; "" takes the first one that is seen
    after arming, `*` all."""
    reverse: bool = False
    """With `c`: streams are frozen while answers are fresh."""
    age_s: float = 0.0
    """With `a` and `c`: seconds by which the frozen stamps are made older than they were, 0..86400:
    the data says at once that it is old, where it says how old it is."""
    ahead_s: float = 60.0
    """With `d`: seconds by which stamps lie in the future, 0.001..86400."""
    ahead_for_s: float = 5.0
    """With `d`: seconds from arming to the freeze, 0..3600."""

    def __post_init__(self) -> None:
        one_of(self.name, "variant", self.variant, ("a", "b", "c", "d"))
        within(self.name, "age_s", self.age_s, 0, 86_400)
        within(self.name, "ahead_s", self.ahead_s, 0.001, 86_400)
        within(self.name, "ahead_for_s", self.ahead_for_s, 0, 3_600)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_market(frame) or not is_meant(frame, self.symbol, state):
            return PASS
        if self.variant == "c" and is_answer(frame) == self.reverse:
            return PASS
        frozen: dict[str, bytes] = state.memory.setdefault("frozen", {})
        place = source(frame)
        if self.variant == "d":
            ahead = frame.now_s - state.armed_s < self.ahead_for_s
            if ahead or place not in frozen:
                frozen[place] = frame.venue.edit_time(frame.payload, self._later)
        elif place not in frozen:
            frozen[place] = frame.payload
            if not self.age_s or self.variant == "b":
                return PASS
            frozen[place] = frame.venue.edit_time(frame.payload, self._earlier)
            if frozen[place] == frame.payload:
                return PASS
        old = _with_id_of(frame, frozen[place])
        return Replace(payloads=(self._fresh(frame, old) if self.variant == "b" else old,))

    def _later(self, stamp_ms: int) -> int:
        return stamp_ms + round(self.ahead_s * 1000)

    def _earlier(self, stamp_ms: int) -> int:
        return stamp_ms - round(self.age_s * 1000)

    @staticmethod
    def _fresh(frame: Frame, old: bytes) -> bytes:
        if not is_book(frame):
            priced = carry(frame.venue.edit_price, old, frame.payload)
            return carry(frame.venue.edit_quantity, old, priced)
        # A change to a book has as many prices as it likes, so the old levels stay together.
        stamped = carry(frame.venue.edit_time, frame.payload, old)
        return carry(frame.venue.edit_sequence, frame.payload, stamped)


def _with_id_of(frame: Frame, old: bytes) -> bytes:
    """The old answer of a WebSocket API as an answer to this request."""
    if frame.kind == "answer" or not frame.meaning.request_id:
        return old
    new, place = value_span(frame.payload, ("id",)), value_span(old, ("id",))
    return with_value(old, place, frame.payload[new[0] : new[1]]) if new and place else old
