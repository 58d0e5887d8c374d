"""Sequence numbers that start over."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.market import carry, is_answer, is_book, place, values
from chaostrading.faults.registry import register

__all__ = ["SequenceReset"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class SequenceReset(Fault):
    """Makes the sequence numbers of books jump back, restart from 1, or come twice.

    The new numbering holds until the lease ends, when numbers jump forward again. Everything else
    in a message stays as it is."""

    name = "sequence_reset"
    catalogue = "F39"
    category = "data"
    kinds = frozenset({"message", "answer"})
    state_per = "lease"

    form: str = "jump_back"
    """`jump_back`; `restart`: from 1, as after a restart of the venue; `duplicate`: some messages
    carry the number of the one before."""
    jump: int = 1_000
    """With `jump_back`: how far, 1..1000000000000."""
    every: int = 10
    """With `duplicate`: every n-th message of a stream, 2..100000."""
    snapshots: bool = True
    """Renumber the book's snapshots alike, as a venue with a new numbering does, so that a client
    that starts anew can follow."""

    def __post_init__(self) -> None:
        one_of(self.name, "form", self.form, ("jump_back", "restart", "duplicate"))
        within(self.name, "jump", self.jump, 1, 10**12)
        within(self.name, "every", self.every, 2, 100_000)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_book(frame):
            return PASS
        if self.form == "duplicate":
            return PASS if is_answer(frame) else self._duplicate(frame, state)
        if is_answer(frame) and not self.snapshots:
            return PASS
        offset = self._offset(frame, state)
        edited = frame.venue.edit_sequence(frame.payload, lambda number: max(0, number + offset))
        return Replace(payloads=(edited,)) if edited != frame.payload else PASS

    def _offset(self, frame: Frame, state: State) -> int:
        if self.form == "jump_back":
            return -self.jump
        offsets: dict[str, int] = state.memory.setdefault("offsets", {})
        if frame.meaning.symbol not in offsets:
            numbers = values(frame.venue.edit_sequence, frame.payload)
            offsets[frame.meaning.symbol] = 1 - min(numbers, default=1)
        return offsets[frame.meaning.symbol]

    def _duplicate(self, frame: Frame, state: State) -> Fate:
        count, before = state.memory.get(place(frame), (0, b""))
        state.memory[place(frame)] = (count + 1, frame.payload)
        if not before or (count + 1) % self.every:
            return PASS
        return Replace(payloads=(carry(frame.venue.edit_sequence, before, frame.payload),))
