"""The memory of rate limits: who is over the limit, was told to stay away, or is banned.

After a 429 the address is told to stay away. Each request it sends before that time is over is a
violation; enough violations earn a ban, and each further ban is twice as long up to a cap.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any, Literal

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.limits import one_of, within
from chaostrading.venues.pages import http_date
from chaostrading.venues.reading import whole

__all__ = ["BODIES", "TRIGGERS", "RateRule", "header_text"]

TRIGGERS = ("always", "after", "bucket")
BODIES = ("json", "text", "html", "empty")

_FURTHEST_S = 1_000_000_000
_GRACE_S = 0.5
"""Requests that were under way when the first 429 left are no violations."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RateRule:
    """When a request is refused, and what refusals lead to."""

    fault: str
    trigger: str
    requests: int
    window_s: float
    retry_after: str
    ban_after: int
    ban_s: float
    ban_s_cap: float

    def __post_init__(self) -> None:
        one_of(self.fault, "trigger", self.trigger, TRIGGERS)
        within(self.fault, "requests", self.requests, 0, 1_000_000)
        within(self.fault, "window_s", self.window_s, 0.1, 3_600)
        within(self.fault, "ban_after", self.ban_after, 0, 1_000_000)
        within(self.fault, "ban_s", self.ban_s, 0.1, 259_200)
        within(self.fault, "ban_s_cap", self.ban_s_cap, self.ban_s, 259_200)
        if len(self.retry_after) > 100 or not self.retry_after.isprintable():
            raise InvalidInput(
                f"{self.fault}: retry_after must be one line of at most 100 characters, "
                f"was {self.retry_after!r}"
            )

    def ruling(
        self, now_s: float, memory: dict[str, Any], counts: bool = True
    ) -> Literal["free", "limited", "banned"]:
        """What this request meets. It is `free` when it does not count and no ban is in force."""
        if now_s < memory.get("banned_until_s", 0.0):
            return "banned"
        if not counts:
            return "free"
        over = self._over(now_s, memory)
        if now_s < memory.get("stay_away_until_s", 0.0):
            if now_s >= memory["grace_until_s"]:
                memory["violations"] += 1
            if self.ban_after and memory["violations"] >= self.ban_after:
                self._ban(now_s, memory)
                return "banned"
            memory["stay_away_until_s"] = now_s + self._wait_s()
            return "limited"
        if not over:
            return "free"
        memory["violations"] = 0
        memory["grace_until_s"] = now_s + _GRACE_S
        memory["stay_away_until_s"] = now_s + self._wait_s()
        memory.pop("times", None)
        return "limited"

    def _over(self, now_s: float, memory: dict[str, Any]) -> bool:
        if self.trigger == "always":
            return True
        if self.trigger == "bucket":
            filled = memory.get("tokens", float(self.requests))
            filled += (now_s - memory.get("filled_s", now_s)) * self.requests / self.window_s
            memory["filled_s"] = now_s
            memory["tokens"] = min(float(self.requests), filled)
            if memory["tokens"] < 1.0:
                return True
            memory["tokens"] -= 1.0
            return False
        times: deque[float] = memory.setdefault("times", deque(maxlen=self.requests + 1))
        while times and times[0] <= now_s - self.window_s:
            times.popleft()
        times.append(now_s)
        return len(times) > self.requests

    def _wait_s(self) -> float:
        """How long a refused address is to stay away; the window where no header says it."""
        return float(whole(self.retry_after.removeprefix("date:")) or self.window_s)

    def _ban(self, now_s: float, memory: dict[str, Any]) -> None:
        length_s = min(self.ban_s_cap, memory.get("next_ban_s", self.ban_s))
        memory["next_ban_s"] = length_s * 2
        memory["banned_until_s"] = now_s + length_s
        memory["stay_away_until_s"] = 0.0
        memory.pop("times", None)


def header_text(retry_after: str, now_ms: int) -> str:
    """The text of the Retry-After header: as it stands, but `date:5` is the date 5 s from now."""
    ahead_s = whole(retry_after.removeprefix("date:"))
    if ahead_s is None or not retry_after.startswith("date:"):
        return retry_after
    return http_date(now_ms + min(ahead_s, _FURTHEST_S) * 1_000)
