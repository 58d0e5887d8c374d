"""The calendar inside the service: which suites fire when, and how they run here.

The draw, the skips and their reasons, and surviving a restart are `suites.schedule`'s.
"""

from collections.abc import Sequence

from chaostrading.core.clock import Clock
from chaostrading.core.errors import InvalidInput, Refused
from chaostrading.safety import undo
from chaostrading.service.runs import Runs
from chaostrading.service.state import ServiceState
from chaostrading.session import undo_executors
from chaostrading.suites.rules import DEFAULT_RULES, Rule
from chaostrading.suites.schedule import GRACE_S, Firing, Schedule
from chaostrading.suites.suite import run_suite
from chaostrading.suites.summary import SuiteResult

__all__ = ["make_schedule", "read_rules"]


def read_rules(texts: Sequence[str], zone: str = "UTC") -> tuple[Rule, ...]:
    """Read rules as people write them; without any, the usual ones in that zone.

    `daily 03:17`, `weekly sun 04:17`, `monthly 1 06:17`, `monthly last 06:17`.
    Raises InvalidInput for anything else.
    """
    rules = [_read_rule(text, zone) for text in texts] or [
        Rule(suite=rule.suite, at=rule.at, weekday=rule.weekday, day=rule.day, zone=zone)
        for rule in DEFAULT_RULES
    ]
    return tuple(rules)


def make_schedule(
    runs: Runs,
    state: ServiceState,
    *,
    rules: Sequence[Rule],
    clock: Clock,
    patience_s: float = GRACE_S,
    seed: int | None = None,
) -> Schedule:
    """The schedule whose firings run as this service's runs, on the service's one target.

    A firing waits up to an hour for the target while an operator's run is on it.
    """

    def run(firing: Firing) -> SuiteResult:
        with runs.target_for(f"the scheduled {firing.suite} suite", patience_s):
            return run_suite(
                firing.suite,
                seed=firing.seed,
                chosen=firing.chosen,
                steady=lambda: _go_on(runs) or _left_over(),
                recover=lambda: _go_on(runs) or undo.recover(undo_executors()),
                environ=state.environ(),
                clock=clock,
                run=runs.run_of_suite(firing.suite),
            )

    return Schedule(run, state.settings, rules=rules, seed=seed, clock=clock)


def _go_on(runs: Runs) -> str:
    """End the suite, not only its run, when the service ends."""
    if runs.closing:
        raise Refused(f"the suite was stopped: {runs.closing}")
    return ""


def _left_over() -> str:
    records = undo.residue()
    return f"an earlier run left {records[0].sentence()}" if records else ""


def _read_rule(text: str, zone: str) -> Rule:
    words = text.split()
    if words and words[0] == "weekly" and len(words) == 3:
        return Rule(suite="weekly", weekday=words[1], at=words[2], zone=zone)
    if words and words[0] == "monthly" and len(words) == 3:
        return Rule(suite="monthly", day=words[1], at=words[2], zone=zone)
    if words and words[0] == "daily" and len(words) == 2:
        return Rule(suite="daily", at=words[1], zone=zone)
    raise InvalidInput(
        "schedule: a rule must be like `daily 03:17`, `weekly sun 04:17` or"
        f" `monthly last 06:17`, was {text!r}"
    )
