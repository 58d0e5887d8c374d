"""A book from which a change is missing."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Drop, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.market import follow, is_book, is_diff, levels, place
from chaostrading.faults.registry import register

__all__ = ["SequenceGap"]

_CHECKSUM = re.compile(rb'("(?:checksum|cs|crc32)"\s*:\s*"?-?)(\d)')


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class SequenceGap(Fault):
    """Loses changes of order books, so that the next one does not join on; or falsifies checksums.

    Each stream of each connection loses `diffs` changes in a row. Connections that are opened after
    the first loss are spared unless it is repeated, so that starting anew heals."""

    name = "sequence_gap"
    catalogue = "F38"
    category = "data"
    kinds = frozenset({"message"})
    state_per = "lease"

    form: str = "drop"
    """`drop`, or `checksum`: another first digit (venues with checksums only)."""
    diffs: int = 1
    """Number of changes in a row, 1..100000."""
    best_level: bool = True
    """With `drop`: begin with a change that removes the best bid, as far as the changes since
    arming tell it, so that a book that goes on without it is wrong at the top."""
    best_within_s: float = 5.0
    """Seconds to wait for such a change before any is taken, 0..3600."""
    every_s: float = 0.0
    """Seconds from one loss to the next, 0..86400; 0: only one."""

    def __post_init__(self) -> None:
        one_of(self.name, "form", self.form, ("drop", "checksum"))
        within(self.name, "diffs", self.diffs, 1, 100_000)
        within(self.name, "best_within_s", self.best_within_s, 0, 3_600)
        within(self.name, "every_s", self.every_s, 0, 86_400)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        spared = frame.connected_s > state.memory.get("first_s", frame.connected_s)
        if spared and not self.every_s:
            return PASS
        if self.form == "drop" and not is_diff(frame):
            return PASS
        if self.form == "checksum" and not (is_book(frame) and _CHECKSUM.search(frame.payload)):
            return PASS
        fresh = {"left": self.diffs, "from_s": state.armed_s, "bids": set()}
        one: dict[str, Any] = state.memory.setdefault(place(frame), fresh)
        choosy = self.best_level and self.form == "drop"
        removes_best = choosy and _removes_best(frame.payload, one["bids"])
        if not one["left"] and self.every_s and frame.now_s - one["from_s"] >= self.every_s:
            one.update(left=self.diffs, from_s=frame.now_s)
        if not one["left"] or frame.now_s < one["from_s"]:
            return PASS
        waited = frame.now_s - one["from_s"] >= self.best_within_s
        if one["left"] == self.diffs and choosy and not removes_best and not waited:
            return PASS
        one["left"] -= 1
        state.memory.setdefault("first_s", frame.now_s)
        if self.form == "drop":
            return Drop()
        return Replace(payloads=(_CHECKSUM.sub(_other_digit, frame.payload),))


def _removes_best(payload: bytes, known: set[Decimal]) -> bool:
    """Whether the best of the known bids is removed; takes over the new ones."""
    best = max(known, default=None)
    bids, _ = levels(payload)
    follow(known, bids, highest=True)
    return best is not None and any(price >= best and not size for price, size in bids)


def _other_digit(found: re.Match[bytes]) -> bytes:
    return found.group(1) + b"%d" % (int(found.group(2)) % 9 + 1)
