"""F15: too many requests."""

import math
from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, State
from chaostrading.faults.calls import is_call, said
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.rate_window import BODIES, RateRule, header_text
from chaostrading.faults.registry import register

__all__ = ["Http429"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class Http429(Fault):
    """Answer 429 as the exchange does when the rate limit is reached.

    On the wire: the request is answered in the exchange's place, which never sees it. WebSocket
    upgrades count as requests; a WebSocket API message gets the same status inside a frame, with
    the moment of return in milliseconds. Before it is told to stay away an address is served.
    With `ban_after`, requests sent while it should stay away earn a 418 for the whole address."""

    name = "http_429"
    catalogue = "F15"
    category = "exchange"
    kinds = frozenset({"request", "message"})
    state_per = "address"

    trigger: str = "after"
    """`always`; `after` more than `requests` in `window_s`; `bucket`: a token bucket that holds
    `requests` and refills within `window_s`."""
    requests: int = 20
    """Requests of one address that are free in a window, 0..1000000."""
    window_s: float = 10.0
    """Length of the sliding window in seconds, 0.1..3600."""
    retry_after: str = "5"
    """Text of the Retry-After header: seconds (`5`, `0`, `86400`), `date:5` for an HTTP date 5 s
    ahead, empty for no header, anything else as it stands."""
    body: str = "json"
    """json, text, html or empty."""
    kind: str = "weight"
    """`weight`: request weight, per address, all requests. `orders`: count of new orders, only
    those are counted and refused."""
    used_weight: int = 6_100
    """Request weight that the answer says is used up."""
    ban_after: int = 0
    """Violations (requests sent while told to stay away) that earn a ban, 0 for never. What was
    under way within 0.5 s of the first 429 is no violation."""
    ban_s: float = 30.0
    """Length of the first ban in seconds; each further one is twice as long. 0.1..259200."""
    ban_s_cap: float = 120.0
    """Longest ban in seconds, ban_s..259200."""

    def __post_init__(self) -> None:
        self._rule()
        one_of(self.name, "body", self.body, BODIES)
        one_of(self.name, "kind", self.kind, ("weight", "orders"))
        within(self.name, "used_weight", self.used_weight, 0, 10_000_000)

    def _rule(self) -> RateRule:
        return RateRule(
            fault=self.name,
            trigger=self.trigger,
            requests=self.requests,
            window_s=self.window_s,
            retry_after=self.retry_after,
            ban_after=self.ban_after,
            ban_s=self.ban_s,
            ban_s_cap=self.ban_s_cap,
        )

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_call(frame):
            return PASS
        orders = self.kind == "orders"
        counts = not orders or frame.meaning.role in ("order", "replace")
        ruling = self._rule().ruling(frame.now_s, state.memory, counts)
        if ruling == "banned":
            left_s = state.memory["banned_until_s"] - frame.now_s
            words = frame.venue.banned(
                until_ms=frame.now_ms + int(left_s * 1_000),
                retry_after=str(math.ceil(left_s)),
                body=self.body,
            )
            return said(frame, words)
        if ruling == "free":
            return PASS
        words = frame.venue.rate_limited(
            retry_after=header_text(self.retry_after, frame.now_ms),
            body=self.body,
            used_weight=self.used_weight,
            now_ms=frame.now_ms,
            orders=orders,
        )
        return said(frame, words)
