"""D19: sign with the exchange's time, not with ours."""

from chaostrading.core.clock import Clock

__all__ = ["ClockDiscipline", "NaiveClockDiscipline"]

ROUND_TRIP_S_MAX = 1.5
"""A sample that took longer says too little."""
ALARM_OFFSET_S = 1.0


class ClockDiscipline:
    """Keeps the offset between our wall clock and the exchange's, from `GET /api/v3/time`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offset_s = 0.0
        self._sampled = False
        self._asked_at = -10.0

    def now_ms(self) -> int:
        """The exchange's time in milliseconds, as well as we know it."""
        return int((self._clock.wall() + self.offset_s) * 1000)

    def wall_s(self) -> float:
        """The exchange's time in seconds."""
        return self._clock.wall() + self.offset_s

    def recv_window_ms(self, wanted: int) -> int:
        """The window to send with a signed request."""
        return wanted

    def sample(self, server_ms: int, sent_wall_s: float, round_trip_s: float) -> None:
        """Learn from one answer of the time endpoint."""
        if self._sampled and round_trip_s > ROUND_TRIP_S_MAX:
            return
        self.offset_s = server_ms / 1000 - (sent_wall_s + round_trip_s / 2)
        self._sampled = True

    def rejected(self) -> bool:
        """A request was refused for its timestamp: True when time should be asked now."""
        now = self._clock.monotonic()
        if now - self._asked_at < 1.0:
            return False
        self._asked_at = now
        return True

    @property
    def alarming(self) -> bool:
        """True when the clocks differ by more than a second."""
        return abs(self.offset_s) > ALARM_OFFSET_S


class NaiveClockDiscipline(ClockDiscipline):
    """Trusts its own clock and raises recvWindow to the maximum instead."""

    def sample(self, server_ms: int, sent_wall_s: float, round_trip_s: float) -> None:
        return None

    def recv_window_ms(self, wanted: int) -> int:
        return 60_000

    def rejected(self) -> bool:
        return False
