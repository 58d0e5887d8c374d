"""D30: a person learns of every trouble within a minute, once, in the right class."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from chaostrading.core.clock import Clock, iso

__all__ = ["Alarm", "AlarmRaised", "NaiveAlarm"]

AGAIN_S = 30.0
KEPT = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmRaised:
    """One alarm as it is shown and sent."""

    at: str
    level: str
    """critical or warning."""
    kind: str
    """e.g. rate_limited, market_data_stale, circuit_breaker, exchange_disconnected."""
    text: str

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


class Alarm:
    """Raises alarms; the same kind about the same thing is repeated at most every 30 s."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[tuple[str, str], float] = {}
        self.kept: deque[AlarmRaised] = deque(maxlen=KEPT)
        self.unsent: deque[AlarmRaised] = deque(maxlen=KEPT)
        self.total = 0

    def raise_(self, level: str, kind: str, text: str, about: str = "") -> AlarmRaised | None:
        """Raise an alarm; None when it was raised a moment ago."""
        now = self._clock.monotonic()
        if now - self._last.get((kind, about), -AGAIN_S) < AGAIN_S:
            return None
        self._last[kind, about] = now
        alarm = AlarmRaised(at=iso(self._clock.wall()), level=level, kind=kind, text=text)
        self.kept.append(alarm)
        self.unsent.append(alarm)
        self.total += 1
        return alarm


class NaiveAlarm(Alarm):
    """Says nothing to anybody."""

    def raise_(self, level: str, kind: str, text: str, about: str = "") -> AlarmRaised | None:
        return None
