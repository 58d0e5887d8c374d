"""A snapshot of the book that does not fit its changes."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Delay, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.market import ASKS, BIDS, is_answer, is_book
from chaostrading.faults.raw_json import keep_items, value_span
from chaostrading.faults.registry import register

__all__ = ["SnapshotMismatch"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotMismatch(Fault):
    """Makes the first answers with a book useless: too old, too shallow, or too late.

    A snapshot whose number lies before the first buffered change must be fetched again, with pauses
    in between."""

    name = "snapshot_mismatch"
    catalogue = "F40"
    category = "data"
    kinds = frozenset({"answer", "message"})
    state_per = "lease"

    form: str = "behind"
    """`behind`: the number is too low, the levels are as they were; `limited`: few levels; `late`:
    the answer is delayed while changes flow."""
    behind: int = 10_000
    """With `behind`: how much lower the number is, 1..1000000000000."""
    depth: int = 1
    """With `limited`: levels on each side, 0..5000."""
    late_s: float = 1.5
    """With `late`: seconds of delay, 0.001..300."""
    times: int = 3
    """Number of answers per symbol, 1..100000; the next one is good."""

    def __post_init__(self) -> None:
        one_of(self.name, "form", self.form, ("behind", "limited", "late"))
        within(self.name, "behind", self.behind, 1, 10**12)
        within(self.name, "depth", self.depth, 0, 5_000)
        within(self.name, "late_s", self.late_s, 0.001, 300)
        within(self.name, "times", self.times, 1, 100_000)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        symbol = frame.meaning.symbol
        if not is_book(frame) or not is_answer(frame) or state.memory.get(symbol, 0) >= self.times:
            return PASS
        payload = frame.payload
        if self.form == "behind":
            payload = frame.venue.edit_sequence(
                payload, lambda number: max(1, number - self.behind)
            )
        elif self.form == "limited":
            for names in (BIDS, ASKS):
                if span := value_span(payload, names, b"["):
                    payload = keep_items(payload, span, self.depth)
        if self.form != "late" and payload == frame.payload:
            return PASS
        state.memory[symbol] = state.memory.get(symbol, 0) + 1
        return Delay(delay_s=self.late_s) if self.form == "late" else Replace(payloads=(payload,))
