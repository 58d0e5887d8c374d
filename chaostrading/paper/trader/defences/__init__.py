"""The defences of the paper trader, one file each, and each removable by its file name.

Every file holds two classes with the same methods: the defence, and the naive behaviour that is
left when the defence is removed (its name begins with `Naive`). Both are pure decision objects:
clock and dice are handed in, no file and no socket is touched. `Defences(without).choose(...)`
picks one of the two, and the rest of the trader never asks which.

Removing a defence is how an experiment is proven able to fail: run the same fault once with and
once without it (`CHAOS_PAPER_WITHOUT=rate_governor,heartbeat`).
"""

import pkgutil
from collections.abc import Iterable
from typing import TypeVar

from chaostrading.core.errors import unknown_name

__all__ = ["Defences", "names"]

T = TypeVar("T")


def names() -> tuple[str, ...]:
    """The names of all defences: the files of this folder."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


class Defences:
    """Which defences this trader has. Unknown names are refused with the list of known ones."""

    def __init__(self, without: Iterable[str] = ()) -> None:
        known = names()
        removed = [name.strip() for name in without if name.strip()]
        for name in removed:
            if name not in known:
                raise unknown_name("defence", name, known)
        self.without = tuple(sorted(set(removed)))

    def choose(self, defended: type[T], naive: type[T]) -> type[T]:
        """The defended class, or the naive one where the file of the defence was removed."""
        name = defended.__module__.rpartition(".")[2]
        return naive if name in self.without else defended
