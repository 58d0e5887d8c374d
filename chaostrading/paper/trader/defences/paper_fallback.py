"""Fall back to simulated fills while the exchange does not answer, and come back by probes."""

from chaostrading.core.clock import Clock
from chaostrading.paper.trader.answer import Outcome

__all__ = ["NaivePaperFallback", "PaperFallback"]

ORDER_TIMEOUTS = 3
ALL_TIMEOUTS = 6
PROBE_EVERY_S = 3.0
PROBE_SLOWER = 1.5
PROBE_EVERY_S_MAX = 6.0
STABLE_S = 30.0


class PaperFallback:
    """Decides between the modes `paper` (orders are sent) and `fallback_paper` (none is).

    Three order timeouts in a row, or six of any kind, begin the fallback. While it lasts, probes
    without effect are sent; one that is answered ends it. Unanswered probes and relapses make
    them rarer.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._orders = 0
        self._all = 0
        self.active = False
        self._probe_at = 0.0
        self._pause_s = PROBE_EVERY_S
        self._back_at = -STABLE_S
        self.entered_total = 0

    def note(self, group: str, outcome: Outcome) -> None:
        """Learn from any answer that is not a probe's."""
        if outcome.kind == "not_sent":
            return
        lost = outcome.timed_out or (outcome.kind == "unknown" and outcome.status == 0)
        self._all = self._all + 1 if lost else 0
        if group == "order":
            self._orders = self._orders + 1 if lost else 0
        if not self.active and (self._orders >= ORDER_TIMEOUTS or self._all >= ALL_TIMEOUTS):
            self._enter()

    def probe_due(self) -> bool:
        """True when a probe should be sent now."""
        now = self._clock.monotonic()
        if not self.active or now < self._probe_at:
            return False
        self._probe_at = now + self._pause_s
        return True

    def probed(self, answered: bool) -> None:
        """What became of a probe."""
        now = self._clock.monotonic()
        if answered:
            self.active, self._orders, self._all = False, 0, 0
            self._back_at = now
            return
        # From its end: a probe that timed out has taken as long as the pause before it.
        self._pause_s = min(self._pause_s * PROBE_SLOWER, PROBE_EVERY_S_MAX)
        self._probe_at = now + self._pause_s

    def _enter(self) -> None:
        now = self._clock.monotonic()
        relapse = now - self._back_at < STABLE_S
        slower = min(self._pause_s * PROBE_SLOWER, PROBE_EVERY_S_MAX)
        self._pause_s = slower if relapse else PROBE_EVERY_S
        self.active = True
        self.entered_total += 1
        self._probe_at = now + self._pause_s


class NaivePaperFallback(PaperFallback):
    """Keeps sending orders to an exchange that does not answer."""

    def note(self, group: str, outcome: Outcome) -> None:
        return None
