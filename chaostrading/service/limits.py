"""How often one caller may call: a bucket of calls for each, refilled by time."""

import threading
from collections import OrderedDict

from chaostrading.core.clock import Clock

__all__ = ["RATES", "Limiter"]

RATES: dict[str, tuple[float, float]] = {
    "read": (3_000.0, 200.0),
    "act": (20.0, 0.5),
    "stop": (10.0, 0.5),
    "bad_token": (10.0, 0.2),
}
"""For each kind of call how many at once, and how many a second in the long run."""
_CALLERS_KEPT = 4_096


class Limiter:
    """Counts calls by kind and caller. Callers that were not seen for long are forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait_s(self, kind: str, caller: str) -> float:
        """Take one call. Returns 0, or the seconds to wait when there is none left."""
        burst, rate = RATES[kind]
        now = self._clock.monotonic()
        with self._lock:
            left, then = self._buckets.pop((kind, caller), (burst, now))
            left = min(burst, left + (now - then) * rate)
            allowed = left >= 1.0
            self._buckets[kind, caller] = (left - 1.0 if allowed else left, now)
            if len(self._buckets) > _CALLERS_KEPT:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1.0 - left) / rate
