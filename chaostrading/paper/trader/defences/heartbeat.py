"""D04: ping the other side, and give the connection up when no pong comes."""

from chaostrading.core.clock import Clock

__all__ = ["Heartbeat", "NaiveHeartbeat"]

PING_EVERY_S = 5.0
PONG_WITHIN_S = 5.0


class Heartbeat:
    """The heartbeat of one connection; make a new one for each."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pinged_at = clock.monotonic()
        self._waiting_for = b""
        self._count = 0

    def ping(self) -> bytes | None:
        """The payload of a ping that is due now, or None."""
        now = self._clock.monotonic()
        if self._waiting_for or now - self._pinged_at < PING_EVERY_S:
            return None
        self._count += 1
        self._pinged_at = now
        self._waiting_for = f"ct{self._count}".encode()
        return self._waiting_for

    def ponged(self, payload: bytes) -> None:
        """A pong arrived; only the payload of our own ping counts."""
        if payload == self._waiting_for:
            self._waiting_for = b""

    def dead(self) -> bool:
        """True when the pong is overdue: the connection is half open."""
        overdue = self._clock.monotonic() - self._pinged_at > PONG_WITHIN_S
        return bool(self._waiting_for) and overdue


class NaiveHeartbeat(Heartbeat):
    """Waits in `recv()` for ever."""

    def ping(self) -> bytes | None:
        return None

    def dead(self) -> bool:
        return False
