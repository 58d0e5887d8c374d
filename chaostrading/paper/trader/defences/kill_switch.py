"""D25: stopping means that no order rests any more, seen with our own eyes."""

from chaostrading.core.clock import Clock

__all__ = ["KillSwitch", "NaiveKillSwitch"]

AGAIN_S = 0.5
PROOFS = 2
"""Empty answers in a row, because lists of open orders lag behind."""


class KillSwitch:
    """Drives one sweep: cancel all, look, and again until two looks found nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._engaged = False
        self._empty = 0
        self._next_at = 0.0

    def engage(self) -> None:
        """Begin a sweep; entries are refused from now on."""
        self._engaged = True
        self._empty = 0
        self._next_at = 0.0

    def release(self) -> None:
        """A person allows trading again."""
        self._engaged = False

    @property
    def engaged(self) -> bool:
        """True while no entry may be made."""
        return self._engaged

    def sweep_due(self) -> bool:
        """True when another round of cancel and look should be made now."""
        now = self._clock.monotonic()
        if not self._engaged or self.verified or now < self._next_at:
            return False
        self._next_at = now + AGAIN_S
        return True

    def saw(self, open_orders: int | None) -> None:
        """What a look at the open orders found; None when it failed."""
        self._empty = self._empty + 1 if open_orders == 0 else 0

    @property
    def verified(self) -> bool:
        """True when nothing rests at the exchange any more."""
        return self._empty >= PROOFS


class NaiveKillSwitch(KillSwitch):
    """Cancels once and believes it."""

    def sweep_due(self) -> bool:
        due = super().sweep_due()
        if due:
            self._empty = PROOFS
        return due

    def saw(self, open_orders: int | None) -> None:
        return None
