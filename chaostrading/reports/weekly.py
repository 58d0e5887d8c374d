"""The weekly report: how resilient the system is, how that develops, what to improve."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from chaostrading import __version__
from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.errors import InvalidInput
from chaostrading.reports.contacts import contacts_warning
from chaostrading.reports.history import History, PastRun
from chaostrading.reports.register import Entry, register
from chaostrading.reports.regulation import coverage, read_regulations
from chaostrading.reports.score import DAY_S, FRESH_DAYS, Listed
from chaostrading.reports.trends import (
    WEEK_S,
    effectiveness,
    flaky,
    recovery_weeks,
    score_weeks,
    triple_of,
)

__all__ = ["weekly_report"]

WEEKS = 8
LOOK_BACK_S = 180 * DAY_S
OFTEN = 0.5
"""A test that proves something in fewer runs than this share needs another procedure."""


def weekly_report(
    history: History, tests: Sequence[Listed], last_day: date, *, clock: Clock | None = None
) -> dict[str, Any]:
    """The week that ends with `last_day` (UTC), seen against the eight weeks before its end."""
    end = datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC).timestamp() + DAY_S
    past = history.runs(end - LOOK_BACK_S, end)
    recent = [run for run in past if run.wall_s >= end - WEEKS * WEEK_S]
    week = [run for run in recent if run.wall_s >= end - WEEK_S]
    now, before = triple_of(past, tests, end), triple_of(past, tests, end - WEEK_S)
    change = None if now.score is None or before.score is None else now.score - before.score
    entries = register(past, clock=clock)
    effects = effectiveness(recent, tests)
    return {
        "report": "weekly",
        "made_at": iso((clock or SystemClock()).wall()),
        "made_by": f"chaostrading {__version__}",
        "first_day": iso(end - WEEK_S)[:10],
        "last_day": last_day.isoformat(),
        "sentence": _sentence(now.text(), change, week, entries),
        "triple": now.to_json(),
        "triple_before": before.to_json(),
        "change": None if change is None else round(change, 1),
        "categories": _categories(past, tests, end),
        "score_weeks": score_weeks(past, tests, end, WEEKS),
        "heat": _heat(week, tests, end),
        "runs": len(week),
        "recovery": recovery_weeks(recent, tests, end, WEEKS),
        "recovery_dots": _dots(recent, tests, end),
        "flaky": flaky(recent),
        "slowest": _slowest(week),
        "effectiveness": effects,
        "worst": next((one.to_json() for one in entries if one.state == "open"), None),
        "improvements": _improvements(entries),
        "register": [one.to_json() for one in entries],
        "procedures": _procedures(past, tests, effects, end, clock),
        "regulation": _regulation(past, tests, end),
        "unreadable": len(history.unreadable()),
    }


def _sentence(
    triple: str, change: float | None, week: Sequence[PastRun], entries: Sequence[Entry]
) -> str:
    moved = "" if change is None else f" ({change:+.0f} against a week ago)"
    still_open = [one for one in entries if one.state == "open"]
    critical = sum(1 for one in still_open if one.severity == "critical")
    return (
        f"Resilience {triple}{moved}: {len(week)} runs this week, {len(still_open)} findings open, "
        f"{critical} of them critical"
    )


def _categories(past: Sequence[PastRun], tests: Sequence[Listed], end: float) -> list[Any]:
    groups: dict[str, list[Listed]] = defaultdict(list)
    for test in tests:
        groups[test.category or "no experiment"].append(test)
    return [
        {"category": name, **triple_of(past, mine, end).to_json()} for name, mine in groups.items()
    ]


def _heat(week: Sequence[PastRun], tests: Sequence[Listed], end: float) -> dict[str, Any]:
    days = [iso(end - DAY_S * back)[:10] for back in range(7, 0, -1)]
    cells: dict[tuple[str, str], list[str]] = defaultdict(list)
    for run in week:
        word = run.outcome if run.conclusive else "inconclusive"
        cells[run.test, iso(run.wall_s)[:10]].append(word)
    return {
        "days": days,
        "rows": [
            {"test": test.name, "outcomes": [cells.get((test.name, day), []) for day in days]}
            for test in tests
        ],
    }


def _dots(recent: Sequence[PastRun], tests: Sequence[Listed], end: float) -> dict[str, Any]:
    names = [test.name for test in tests]
    dots: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for run in recent:
        if run.conclusive and run.recovery_s is not None and run.test in dots:
            dots[run.test].append((round((run.wall_s - end) / DAY_S, 3), run.recovery_s))
    return {name: points for name, points in dots.items() if points}


def _slowest(week: Sequence[PastRun]) -> list[dict[str, Any]]:
    known = [run for run in week if run.conclusive and run.bound_s]
    late = sorted(
        known,
        key=lambda run: (
            not run.censored,
            -((run.recovery_s or 0.0) / run.bound_s if run.bound_s else 0.0),
        ),
    )
    return [
        {
            "test": run.test,
            "run": run.run_id,
            "recovery_s": run.recovery_s,
            "bound_s": run.bound_s,
            "censored": run.censored,
        }
        for run in late[:5]
    ]


def _improvements(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Open findings by check: the same cure often helps several tests."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        if one.state == "open":
            groups[one.checker].append(one)
    rows = [
        {
            "check": checker,
            "severity": mine[0].severity,
            "tests": sorted({one.test for one in mine}),
            "times": sum(one.times for one in mine),
            "advice": mine[0].advice,
        }
        for checker, mine in groups.items()
    ]
    order = {"critical": 0, "warning": 1, "evidence": 2}
    return sorted(rows, key=lambda row: (order[row["severity"]], -row["times"]))


def _procedures(
    past: Sequence[PastRun],
    tests: Sequence[Listed],
    effects: Sequence[dict[str, Any]],
    end: float,
    clock: Clock | None,
) -> list[str]:
    """What should change in how the tests are run, and why."""
    newest: dict[str, float] = {}
    for run in past:
        if run.conclusive:
            newest[run.test] = max(run.wall_s, newest.get(run.test, 0.0))
    found = []
    never = [test.name for test in tests if test.name not in newest]
    if never:
        found.append(f"Run for the first time, nothing is proven by them yet: {', '.join(never)}.")
    stale = [
        f"{test.name} ({(end - newest[test.name]) / DAY_S:.0f} d)"
        for test in tests
        if test.name in newest and end - newest[test.name] > FRESH_DAYS * DAY_S
    ]
    if stale:
        found.append(f"Run again, older than {FRESH_DAYS:.0f} days: {', '.join(stale)}.")
    for row in effects:
        if row["conclusive_ratio"] is not None and row["conclusive_ratio"] < OFTEN:
            found.append(
                f"{row['test']} proved something in {row['conclusive']} of {row['runs']} runs: "
                "see why (fault hits, decisions before the fault) and change its procedure."
            )
    found += _watching([run for run in past if run.wall_s >= end - WEEK_S])
    if warning := contacts_warning(clock=clock):
        found.append(f"{warning[0].upper()}{warning[1:]}.")
    return found


def _watching(week: Sequence[PastRun]) -> list[str]:
    silent = sorted(
        {run.test for run in week if run.outcome == "deviated" and run.fault_to_alert_s is None}
    )
    blind = sorted({str(rule) for run in week for rule in run.blind})
    found = []
    if silent:
        found.append(f"Deviated without any alert, add a rule: {', '.join(silent)}.")
    if blind:
        found.append(f"Alert rules that see no number of the target: {', '.join(blind)}.")
    return found


def _regulation(past: Sequence[PastRun], tests: Sequence[Listed], end: float) -> dict[str, Any]:
    conclusive = {
        run.test: run.run_id for run in past if run.conclusive and run.wall_s >= end - 90 * DAY_S
    }
    try:
        regulations = read_regulations()
    except InvalidInput as error:
        return {"checked_on": "", "rules": [], "not_covered": [], "trouble": str(error)}
    return {
        "checked_on": regulations.checked_on,
        "rules": coverage(regulations.rules, conclusive, [test.name for test in tests]),
        "not_covered": [dict(one) for one in regulations.not_covered],
        "trouble": "",
    }
