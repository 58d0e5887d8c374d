"""Chance, seeded and handed in, so that the same seed and the same frames give the same fates."""

import hashlib
import random
import secrets
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Dice", "fresh_seed"]

T = TypeVar("T")


def fresh_seed() -> int:
    """Draw a seed (0 to 2**32 - 1) for a run that was given none. It is recorded with the run."""
    return secrets.randbelow(2**32)


class Dice:
    """One stream of seeded chance.

    `fork(name)` gives an independent stream whose values do not depend on how often this one was
    thrown: each lease, market maker and scheduler forks its own.
    """

    def __init__(self, seed: int, name: str = "") -> None:
        self.seed = seed
        self.name = name
        digest = hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))

    def fork(self, name: str) -> "Dice":
        """Give a stream of its own to a part that has this name."""
        return Dice(self.seed, f"{self.name}/{name}")

    def chance(self, share: float) -> bool:
        """True with probability `share` (0..1). Always throws, so that sequences stay aligned."""
        return self._random.random() < share

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return self._random.randint(low, high)

    def normal(self, mean: float, deviation: float) -> float:
        return self._random.gauss(mean, deviation)

    def pick(self, items: Sequence[T]) -> T:
        return items[self._random.randrange(len(items))]
