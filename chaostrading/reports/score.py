"""The resilience score: always a triple of score, coverage and age.

A run scores 0..100: 50 for its checks (critical weigh 3, warnings 1), 25 for recovery within its
bound, 25 for integrity, all or nothing: no duplicate or lost order, positions agree, nothing passed
the risk engine. A later recovery is censored at the bound, so it scores nothing rather than a part.

Runs that prove nothing score nothing; they are missing in the coverage instead. Of each test the
newest conclusive run of every variant counts, weighted by impact and by age: full for 30 days,
nothing after 90.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chaostrading.reports.checks import check

__all__ = ["Listed", "RunScore", "Scored", "Triple", "run_score", "triple"]

HYPOTHESIS, RECOVERY, INTEGRITY = 50.0, 25.0, 25.0
IMPACT_WEIGHTS = {"low": 1, "medium": 2, "high": 3, "critical": 4}
FRESH_DAYS, STALE_DAYS = 30.0, 90.0
DAY_S = 86_400.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A test that exists and should be run. `impact` and `category` may be unknown (`""`)."""

    name: str
    category: str = ""
    impact: str = ""
    recovery_s: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunScore:
    """The score of one conclusive run and its three parts."""

    total: float
    hypothesis: float
    recovery: float
    integrity: float

    def to_json(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """What the triple needs to know of a run."""

    test: str
    variant: str
    conclusive: bool
    score: float | None
    wall_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Triple:
    """Score, coverage and age: none of them says anything alone."""

    score: float | None
    covered: int
    tests: int
    oldest_days: float | None

    def text(self) -> str:
        """For people: `82, 9 of 12, oldest 21 d`."""
        if self.score is None or self.oldest_days is None:
            return f"no score, {self.covered} of {self.tests} tests, no age"
        return (
            f"{self.score:.0f} of 100, {self.covered} of {self.tests} tests, "
            f"oldest {self.oldest_days:.0f} d"
        )

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "text": self.text()}


def run_score(
    *,
    conclusive: bool,
    answers: Iterable[tuple[str, str]],
    recovered: bool,
    impact: Mapping[str, Any],
) -> RunScore | None:
    """Score a run from its findings (checker, answer), its recovery and its trading impact.

    None for a run that proves nothing, and for one without any check."""
    found = list(answers)
    weights = [(check(name).weight, answer) for name, answer in found]
    total = sum(weight for weight, _ in weights)
    if not conclusive or not total:
        return None
    held = sum(weight for weight, answer in weights if answer == "held")
    whole = all(answer == "held" for name, answer in found if check(name).integrity)
    clean = not impact.get("duplicate_orders") and not impact.get("position_gaps")
    parts = (
        round(HYPOTHESIS * held / total, 1),
        RECOVERY if recovered else 0.0,
        INTEGRITY if whole and clean else 0.0,
    )
    return RunScore(
        total=round(sum(parts), 1), hypothesis=parts[0], recovery=parts[1], integrity=parts[2]
    )


def triple(runs: Iterable[Scored], tests: Sequence[Listed], now_s: float) -> Triple:
    """The triple over these tests as it stands at `now_s` (wall time)."""
    newest: dict[str, dict[str, Scored]] = {}
    for run in runs:
        if run.conclusive and run.score is not None and run.wall_s <= now_s:
            variants = newest.setdefault(run.test, {})
            if run.variant not in variants or variants[run.variant].wall_s < run.wall_s:
                variants[run.variant] = run
    weighted, weights, ages = 0.0, 0.0, []
    for test in tests:
        for run in newest.get(test.name, {}).values():
            days = (now_s - run.wall_s) / DAY_S
            weight = _freshness(days) / len(newest[test.name])
            weight *= IMPACT_WEIGHTS.get(test.impact, 1)
            if weight > 0 and run.score is not None:
                weighted += weight * run.score
                weights += weight
                ages.append((test.name, days))
    return Triple(
        score=round(weighted / weights, 1) if weights else None,
        covered=len({name for name, _ in ages}),
        tests=len(tests),
        oldest_days=round(max(days for _, days in ages), 1) if ages else None,
    )


def _freshness(days: float) -> float:
    return min(1.0, max(0.0, (STALE_DAYS - days) / (STALE_DAYS - FRESH_DAYS)))
