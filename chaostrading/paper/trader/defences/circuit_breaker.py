"""D12: stop asking an endpoint class that fails, and try it with single probes."""

from collections import deque
from dataclasses import dataclass, field

from chaostrading.core.clock import Clock
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.answer import Outcome

__all__ = ["CircuitBreaker", "NaiveCircuitBreaker"]

FAILURES_IN_A_ROW = 5
TIMEOUTS_IN_A_ROW = 3
RECENT = 12
RECENT_SHARE = 0.8
PROBE_EVERY_S = 5.0
FAILURES = frozenset({"unknown", "shed", "not_sent"})


@dataclass(slots=True)
class _Group:
    in_a_row: float = 0.0
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=RECENT))
    probe_at: float | None = None
    probing_since: float | None = None


class CircuitBreaker:
    """One breaker for each endpoint class, so that a class that fails does not stop the others.

    Opens after 5 failures in a row (a timeout counts more) or when 80 % of the last 12 failed;
    half opens about every 5 s for one probe; one success closes it, and lets the other open classes
    probe at once: the exchange may have come back as a whole.
    A body that cannot be read in an answer with status 200 is no failure of the endpoint.
    """

    def __init__(self, clock: Clock, dice: Dice) -> None:
        self._clock = clock
        self._dice = dice
        self._groups: dict[str, _Group] = {}

    def allow(self, group: str) -> bool:
        """May a request of this class leave now? In the open state one probe may."""
        state = self._groups.setdefault(group, _Group())
        if state.probe_at is None:
            return True
        now = self._clock.monotonic()
        if state.probing_since is not None and now - state.probing_since < 2 * PROBE_EVERY_S:
            return False
        if now < state.probe_at:
            return False
        state.probing_since = now
        return True

    def open(self, group: str) -> bool:
        """True while requests of this class are turned away and no probe is due."""
        state = self._groups.get(group)
        if state is None or state.probe_at is None:
            return False
        return state.probing_since is not None or self._clock.monotonic() < state.probe_at

    def note(self, group: str, outcome: Outcome) -> None:
        """Learn from the outcome of a request that was allowed."""
        state = self._groups.setdefault(group, _Group())
        failed = outcome.kind in FAILURES
        if failed and outcome.status == 200 and state.probe_at is None:
            return
        state.recent.append(failed)
        if not failed:
            if state.probe_at is not None:
                self._try_others()
            state.in_a_row, state.probe_at, state.probing_since = 0.0, None, None
            return
        weight = FAILURES_IN_A_ROW / TIMEOUTS_IN_A_ROW if outcome.timed_out else 1.0
        state.in_a_row += weight
        share = sum(state.recent) / RECENT
        if (
            state.probe_at is not None
            or state.in_a_row > FAILURES_IN_A_ROW - 0.01
            or (len(state.recent) == RECENT and share >= RECENT_SHARE)
        ):
            pause = PROBE_EVERY_S * self._dice.uniform(1.0, 1.1)
            state.probe_at = self._clock.monotonic() + pause
            state.probing_since = None

    def _try_others(self) -> None:
        now = self._clock.monotonic()
        for state in self._groups.values():
            if state.probe_at is not None:
                state.probe_at = min(state.probe_at, now)

    def states(self) -> dict[str, str]:
        """`open` or `closed` for each class seen so far."""
        return {
            name: "closed" if state.probe_at is None else "open"
            for name, state in sorted(self._groups.items())
        }


class NaiveCircuitBreaker(CircuitBreaker):
    """Keeps asking at the same rate."""

    def allow(self, group: str) -> bool:
        return True

    def open(self, group: str) -> bool:
        return False

    def note(self, group: str, outcome: Outcome) -> None:
        self._groups.setdefault(group, _Group())
