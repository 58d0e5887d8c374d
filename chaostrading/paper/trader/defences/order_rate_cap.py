"""D23: no more attempts in any 60 s than allowed, whatever becomes of them."""

from collections import deque
from collections.abc import Iterable
from itertools import takewhile

from chaostrading.core.clock import Clock

__all__ = ["NaiveOrderRateCap", "OrderRateCap"]

WINDOW_S = 60.0
BURST_S = 10.0
BURST_SHARE = 4
"""A quarter of the minute's attempts may be made within ten seconds, so that a storm of seconds
does not use up the minute."""
BREAK_S = 5.0
RESERVE = 10
"""One attempt in ten of the minute is kept for exits and cancels, which pass in any case."""


class OrderRateCap:
    """Counts attempts (orders and cancels, rejects included) in a sliding window.

    Reaching the cap, or a quarter of it within ten seconds, opens a breaker for five seconds; exits
    and cancels pass, and count. Attempts before a restart are handed in as ages, so a restart does
    not reset the count.
    """

    def __init__(self, clock: Clock, cap: int, earlier_ages_s: Iterable[float] = ()) -> None:
        self._clock = clock
        self._cap = cap
        now = clock.monotonic()
        self._attempts = deque(sorted(now - age for age in earlier_ages_s if age < WINDOW_S))
        self._broken_until = 0.0
        self.trips = 0

    def attempt(self) -> None:
        """An order was approved, or a cancel goes out."""
        self._attempts.append(self._clock.monotonic())

    def filled(self) -> None:
        """An order was filled; attempts are what counts here."""

    def count(self) -> int:
        """Attempts in the last 60 s."""
        now = self._clock.monotonic()
        while self._attempts and now - self._attempts[0] >= WINDOW_S:
            self._attempts.popleft()
        return len(self._attempts)

    def denial(self, is_exit: bool) -> str | None:
        """Why an order may not go out now, or None."""
        if is_exit:
            return None
        count, recent = self.count(), self._recent()
        now = self._clock.monotonic()
        burst = max(1, self._cap // BURST_SHARE)
        full = count >= self._cap - self._cap // RESERVE
        if (full or recent >= burst) and now >= self._broken_until:
            self._broken_until = now + BREAK_S
            self.trips += 1
        if now >= self._broken_until:
            return None
        if not full:
            return f"RATE_EXCEEDS_MAXIMUM: orders_per_{BURST_S:g}_s={recent + 1}, max={burst}"
        return f"RATE_EXCEEDS_MAXIMUM: orders_per_minute={count + 1}, max={self._cap}"

    def _recent(self) -> int:
        """Attempts in the last ten seconds."""
        since = self._clock.monotonic() - BURST_S
        return sum(1 for _ in takewhile(lambda at: at > since, reversed(self._attempts)))

    @property
    def tripped(self) -> bool:
        """True while the breaker is open."""
        return self._clock.monotonic() < self._broken_until


class NaiveOrderRateCap(OrderRateCap):
    """Counts fills by the calendar minute, of which there never are enough."""

    def attempt(self) -> None:
        return None

    def denial(self, is_exit: bool) -> str | None:
        return None
