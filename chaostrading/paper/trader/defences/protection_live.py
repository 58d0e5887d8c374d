"""D28: a position that is not closed at once has a stop at the exchange."""

from decimal import Decimal
from typing import Literal

from chaostrading.core.clock import Clock

__all__ = ["NaiveProtectionLive", "ProtectionLive"]

Step = Literal["none", "place", "replace", "exit"]
WORTH_USDT = Decimal(300)
"""A position below this is the strategy's normal inventory and gone in seconds."""
WITHIN_S = 3.0
DISTANCE = Decimal("0.02")


class ProtectionLive:
    """Decides for one symbol. The stop is replaced in one step, so there is no time without one."""

    atomic = True
    """True: replaced by cancelReplace; False: cancelled first, placed later."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: float | None = None

    def trigger(self, position: Decimal, price: Decimal) -> Decimal:
        """Price at which the stop fires."""
        return price * (1 - DISTANCE if position > 0 else 1 + DISTANCE)

    def step(
        self, position: Decimal, price: Decimal, stop: Decimal | None, trigger: Decimal
    ) -> Step:
        """What to do now. `stop` is the quantity of the live stop, `trigger` its price."""
        if abs(position) * price < WORTH_USDT:
            self._since = None
            return "none"
        if self._since is None:
            self._since = self._clock.monotonic()
        through = price <= trigger if position > 0 else price >= trigger
        if stop is not None and through:
            return "exit"
        if stop is not None and stop == abs(position):
            return "none"
        if self._clock.monotonic() - self._since > 4 * WITHIN_S and stop is None:
            return "exit"
        if self._clock.monotonic() - self._since < WITHIN_S:
            return "none"
        return "place" if stop is None else "replace"


class NaiveProtectionLive(ProtectionLive):
    """Cancels the stop first and places the new one later; never exits by itself."""

    atomic = False

    def step(
        self, position: Decimal, price: Decimal, stop: Decimal | None, trigger: Decimal
    ) -> Step:
        step = super().step(position, price, stop, trigger)
        return "none" if step == "exit" else step
