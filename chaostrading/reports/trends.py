"""How things develop: recovery, score, effectiveness of the tests, flaky results."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from chaostrading.core.clock import iso
from chaostrading.reports.history import PastRun
from chaostrading.reports.score import DAY_S, Listed, Scored, Triple, triple

__all__ = ["effectiveness", "flaky", "recovery_row", "recovery_weeks", "score_weeks", "triple_of"]

WEEK_S = 7 * DAY_S


def triple_of(runs: Iterable[PastRun], tests: Sequence[Listed], now_s: float) -> Triple:
    """Score, coverage and age of these tests at a moment."""
    scored = (
        Scored(
            test=run.test,
            variant=run.variant,
            conclusive=run.conclusive,
            score=run.score,
            wall_s=run.wall_s,
        )
        for run in runs
    )
    return triple(scored, tests, now_s)


def score_weeks(
    runs: Sequence[PastRun], tests: Sequence[Listed], end_s: float, weeks: int = 8
) -> list[dict[str, Any]]:
    """The triple at the end of each of the last weeks, oldest first."""
    ends = [end_s - WEEK_S * back for back in range(weeks - 1, -1, -1)]
    return [{"week_ends": iso(at - 1)[:10], **triple_of(runs, tests, at).to_json()} for at in ends]


def recovery_row(runs: Iterable[PastRun]) -> dict[str, Any]:
    """Median, p95 and worst of the recoveries that were measured, and how many were censored.

    A censored one is never averaged: it only counts."""
    known = [run for run in runs if run.conclusive and run.bound_s is not None]
    measured = sorted(run.recovery_s for run in known if run.recovery_s is not None)
    late = [run for run in known if run.censored]
    return {
        "n": len(known),
        "censored": len(late),
        "median_s": round(statistics.median(measured), 3) if measured else None,
        "p95_s": measured[max(0, -(-95 * len(measured) // 100) - 1)] if measured else None,
        "worst_s": measured[-1] if measured else None,
        "bound_s": known[-1].bound_s if known else None,
    }


def recovery_weeks(
    runs: Sequence[PastRun], tests: Sequence[Listed], end_s: float, weeks: int = 8
) -> list[dict[str, Any]]:
    """Recovery of each test over the last weeks: overall and week by week, oldest first."""
    by_test: dict[str, list[PastRun]] = defaultdict(list)
    for run in runs:
        if end_s - weeks * WEEK_S <= run.wall_s < end_s:
            by_test[run.test].append(run)
    rows = []
    for test in tests:
        mine = by_test.get(test.name, [])
        slots: list[list[PastRun]] = [[] for _ in range(weeks)]
        for run in mine:
            slots[max(0, weeks - 1 - int((end_s - run.wall_s) // WEEK_S))].append(run)
        medians = [recovery_row(slot)["median_s"] for slot in slots]
        rows.append({"test": test.name, **recovery_row(mine), "weekly_median_s": medians})
    return rows


def effectiveness(runs: Sequence[PastRun], tests: Sequence[Listed]) -> list[dict[str, Any]]:
    """What each test is good for: how often it proves something, and what it has found."""
    rows = []
    for test in tests:
        mine = [run for run in runs if run.test == test.name]
        proven = [run for run in mine if run.conclusive]
        broken = {
            name for run in proven for name, answer in run.answers.items() if answer == "broken"
        }
        rows.append(
            {
                "test": test.name,
                "runs": len(mine),
                "conclusive": len(proven),
                "conclusive_ratio": round(len(proven) / len(mine), 3) if mine else None,
                "deviated": sum(1 for run in proven if run.outcome == "deviated"),
                "checks_broken": sorted(broken),
            }
        )
    return rows


def flaky(runs: Iterable[PastRun]) -> list[dict[str, Any]]:
    """Tests that passed and deviated with the same target, variant and versions."""
    groups: dict[tuple[str, str, str, str], list[PastRun]] = defaultdict(list)
    for run in runs:
        if run.conclusive and run.outcome in ("passed", "deviated"):
            versions = ", ".join(f"{name} {run.versions[name]}" for name in sorted(run.versions))
            groups[run.test, run.variant, run.target, versions].append(run)
    rows = []
    for (test, variant, target, versions), mine in sorted(groups.items()):
        passed = sum(1 for run in mine if run.outcome == "passed")
        if 0 < passed < len(mine):
            rows.append(
                {
                    "test": test,
                    "variant": variant,
                    "target": target,
                    "versions": versions,
                    "passed": passed,
                    "deviated": len(mine) - passed,
                    "last_deviated": next(
                        run.run_id for run in reversed(mine) if run.outcome == "deviated"
                    ),
                }
            )
    return rows
