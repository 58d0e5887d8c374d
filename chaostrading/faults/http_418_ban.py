"""F16: the address is banned."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import Fate, Fault, Frame, State
from chaostrading.faults.http_429 import Http429
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.rate_window import BODIES, RateRule
from chaostrading.faults.registry import register

__all__ = ["Http418Ban"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class Http418Ban(Fault):
    """Ban an address that goes on asking after a 429, as the exchange does.

    On the wire: 429 once the limit is reached; `after` requests inside the time for which the 429
    said to stay away bring a 418 to every request of the address, upgrades and WebSocket API
    messages included, until the ban is over. Who obeys the 429 never sees the 418."""

    name = "http_418_ban"
    catalogue = "F16"
    category = "exchange"
    kinds = frozenset({"request", "message"})
    state_per = "address"

    after: int = 1
    """Requests inside the forbidden time that earn the ban, 1..1000000. What was under way within
    0.5 s of the first 429 does not count."""
    ban_s: float = 30.0
    """Length of the first ban in seconds; each further one is twice as long. 0.1..259200."""
    ban_s_cap: float = 120.0
    """Longest ban in seconds, ban_s..259200."""
    trigger: str = "after"
    """What brings the 429: always, after or bucket, as in http_429."""
    requests: int = 20
    """Requests of one address that are free in a window, 0..1000000."""
    window_s: float = 10.0
    """Length of the sliding window in seconds, 0.1..3600."""
    retry_after: str = "5"
    """Text of the Retry-After header of the 429, as in http_429."""
    body: str = "json"
    """json, text, html or empty, of the 429 and of the 418."""

    def __post_init__(self) -> None:
        within(self.name, "after", self.after, 1, 1_000_000)
        one_of(self.name, "body", self.body, BODIES)
        RateRule(
            fault=self.name,
            trigger=self.trigger,
            requests=self.requests,
            window_s=self.window_s,
            retry_after=self.retry_after,
            ban_after=self.after,
            ban_s=self.ban_s,
            ban_s_cap=self.ban_s_cap,
        )

    def _limit(self) -> Http429:
        return Http429(
            trigger=self.trigger,
            requests=self.requests,
            window_s=self.window_s,
            retry_after=self.retry_after,
            body=self.body,
            ban_after=self.after,
            ban_s=self.ban_s,
            ban_s_cap=self.ban_s_cap,
        )

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        return self._limit().decide(frame, dice, state)
