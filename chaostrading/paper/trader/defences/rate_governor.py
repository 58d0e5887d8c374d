"""D10: obey the rate limits of the exchange, and send what matters first when they end."""

import re
from email.utils import parsedate_to_datetime

from chaostrading.core.clock import Clock
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.answer import Answer, Priority

__all__ = ["NaiveRateGovernor", "RateGovernor", "retry_after_s"]

THREE_DAYS_S = 259_200.0
"""The longest ban that Binance documents; a longer wait is not believed."""


def retry_after_s(text: str, wall_s: float) -> float | None:
    """Read a wait in any form it comes in: seconds, epoch seconds or milliseconds, an HTTP date.

    None where there is none, it is 0 or it cannot be believed.
    """
    text = text.strip()
    try:
        value = float(text)
    except ValueError:
        try:
            value = parsedate_to_datetime(text).timestamp()
        except (ValueError, TypeError):
            return None
    if value > 1e11:
        value = value / 1000
    if value > 1e9:
        value = value - wall_s
    return value if 0 < value <= THREE_DAYS_S else None


class RateGovernor:
    """One forbidden window for everything that leaves this machine, WebSocket attempts included.

    After 429, 418 or the firewall's 403 nothing leaves until the window is over; then one request,
    the most urgent of the queue, tries whether it is, and the rest follow when it was answered.
    """

    bounded = 64  # requests that may wait; the least urgent is turned away
    retries = 6
    urgent_first = True  # cancels overtake orders, and both overtake polls

    def __init__(self, clock: Clock, dice: Dice) -> None:
        self._clock = clock
        self._dice = dice
        self._until = 0.0
        self._strikes, self._trying = 0, False
        self._try_sent_at: float | None = None
        self._used = 0
        self._used_until = 0.0
        self.weight_limit = 6_000

    def wait_s(self, priority: int) -> float:
        """Seconds until a request of this priority may leave; 0 means now."""
        now = self._clock.monotonic()
        if now < self._until:
            return self._until - now
        if self._trying and self._try_sent_at is not None and now < self._try_sent_at + 5:
            return 0.1
        if now < self._used_until and priority > Priority.EXIT:
            reserve = 0.95 if priority <= Priority.ORDER else 0.8
            if self._used > reserve * self.weight_limit:
                return min(1.0, self._used_until - now)
        return 0.0

    def left(self) -> None:
        """A request left."""
        if self._trying:
            self._try_sent_at = self._clock.monotonic()

    def note(self, answer: Answer) -> None:
        """Learn from an answer of any request, or from a refused WebSocket."""
        now = self._clock.monotonic()
        if answer.status in (429, 418) or (answer.status == 403 and answer.body[:1] != b"{"):
            self._punished(answer, now)
            return
        if now >= self._until:
            self._try_sent_at = None
            if answer.status and answer.status < 500:
                self._trying, self._strikes = False, 0
        used = answer.headers.get("x-mbx-used-weight-1m", "")
        if used.isdigit():
            self._used, self._used_until = int(used), now + 10

    def again(self, attempt: int) -> float | None:
        """Seconds after which a limited request joins the queue again, or None to give it up."""
        return 0.0 if attempt < self.retries else None

    def _punished(self, answer: Answer, now: float) -> None:
        wait = retry_after_s(answer.headers.get("retry-after", ""), self._clock.wall())
        until = re.search(rb"until\s+(\d{10,13})", answer.body)
        if wait is None and until:
            wait = retry_after_s(until.group(1).decode(), self._clock.wall())
        if now >= self._until:
            self._strikes += 1
        first = {418: 120.0, 403: 5.0}.get(answer.status, 1.0)
        backoff = first * 2 ** min(self._strikes - 1, 6)
        patience = max(wait or 0.0, min(backoff, 8.0 if wait is not None else max(16.0, first)))
        until_s = now + patience + self._dice.uniform(0.1, 0.1 + 0.1 * min(patience, 5.0))
        self._until = max(self._until, until_s)
        self._trying, self._try_sent_at = True, None


class NaiveRateGovernor(RateGovernor):
    """Knows no limits, tries again at once, and serves first who came first."""

    bounded, urgent_first = 10_000, False

    def wait_s(self, priority: int) -> float:
        return 0.0

    def note(self, answer: Answer) -> None:
        return None

    def again(self, attempt: int) -> float | None:
        return 0.03 if attempt < 40 else None
