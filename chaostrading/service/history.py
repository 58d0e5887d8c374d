"""`GET /api/chaos/history`: how the tests and the system have developed, for the dashboard.

Everything is computed by `reports`, from the same index that the weekly report reads.
"""

import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from chaostrading.core import home
from chaostrading.core.clock import Clock, iso
from chaostrading.core.files import to_json
from chaostrading.reports.history import History, PastRun
from chaostrading.reports.score import DAY_S, Listed
from chaostrading.reports.trends import (
    WEEK_S,
    effectiveness,
    flaky,
    recovery_row,
    recovery_weeks,
    score_weeks,
    triple_of,
)
from chaostrading.service.parts import BEARER, Parts
from chaostrading.suites.catalogue import NAMES, catalogue

__all__ = ["Trends", "router"]

WEEKS = 8
STRIP = 24
"""Verdicts of each test in its strip, the newest ones."""
LOOK_BACK_S = 180 * DAY_S
KEPT_S = 30.0


class Trends:
    """The history as JSON. Two hundred viewers who ask at the end of a run cost one computation."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[int, float, bytes]] = {}

    def body(self, weeks: int = WEEKS) -> bytes:
        """The newest history; a journal that was added or removed since is always in it."""
        now_s = self._clock.monotonic()
        with self._lock:
            stamp = _stamp()
            kept = self._kept.get(weeks)
            if kept and kept[0] == stamp and now_s - kept[1] < KEPT_S:
                return kept[2]
            made = to_json(history(self._clock.wall(), weeks)).encode()
            self._kept[weeks] = (stamp, now_s, made)
            return made


def router(parts: Parts) -> APIRouter:
    """The route, working with these parts."""
    api = APIRouter(dependencies=BEARER, tags=["reads"])
    trends = Trends(parts.clock)

    @api.get("/api/chaos/history")
    def past(weeks: Annotated[int, Query(ge=2, le=26)] = WEEKS) -> Response:
        """Trends over the last weeks: the triple of score, coverage and age, recovery of each
        test, verdicts, what each test is good for, flaky tests."""
        return Response(trends.body(weeks), media_type="application/json")

    return api


def history(end_s: float, weeks: int = WEEKS) -> dict[str, Any]:
    """Build the history as it stands at `end_s` (wall time). Raises nothing on broken journals."""
    tests = _listed()
    with History() as index:
        past = index.runs(end_s - LOOK_BACK_S, end_s)
        unreadable = len(index.unreadable())
    recent = [run for run in past if run.wall_s >= end_s - weeks * WEEK_S]
    now, before = triple_of(past, tests, end_s), triple_of(past, tests, end_s - WEEK_S)
    change = None if now.score is None or before.score is None else now.score - before.score
    return {
        "made_at": iso(end_s),
        "weeks": weeks,
        "runs": len(recent),
        "unreadable": unreadable,
        "triple": now.to_json(),
        "triple_change": None if change is None else round(change, 1),
        "score_weeks": score_weeks(past, tests, end_s, weeks),
        "recovery": _recovery(recent, tests, end_s, weeks),
        "verdicts": _verdicts(past, tests),
        "effectiveness": effectiveness(recent, tests),
        "flaky": flaky(recent),
    }


def _recovery(
    recent: Sequence[PastRun], tests: Sequence[Listed], end_s: float, weeks: int
) -> list[dict[str, Any]]:
    """Recovery week by week, and the median of each half: has it become faster?"""
    middle_s = end_s - weeks * WEEK_S / 2
    halves: dict[tuple[str, bool], list[PastRun]] = defaultdict(list)
    for run in recent:
        halves[run.test, run.wall_s >= middle_s].append(run)
    return [
        {
            **row,
            "median_before_s": recovery_row(halves[row["test"], False])["median_s"],
            "median_after_s": recovery_row(halves[row["test"], True])["median_s"],
        }
        for row in recovery_weeks(recent, tests, end_s, weeks)
    ]


def _verdicts(past: Sequence[PastRun], tests: Sequence[Listed]) -> list[dict[str, Any]]:
    """The newest verdicts of each test, oldest first."""
    runs: dict[str, list[PastRun]] = defaultdict(list)
    for run in past:
        runs[run.test].append(run)
    return [
        {"test": test.name, "category": test.category, "runs": [_cell(run) for run in mine]}
        for test in tests
        for mine in [runs[test.name][-STRIP:]]
    ]


def _cell(run: PastRun) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "verdict": verdict_of(run),
        "variant": run.variant or None,
        "recovery_s": run.recovery_s,
        "at": iso(run.wall_s),
    }


def verdict_of(run: PastRun) -> str:
    """The outcome in one word; a pass that proves nothing is no pass."""
    if run.refused:
        return "refused"
    return "inconclusive" if run.outcome == "passed" and not run.conclusive else run.outcome


def _listed() -> list[Listed]:
    known = {test.name: test for test in catalogue()[0]}
    return [
        Listed(name=name, category=test.category, impact=test.impact, recovery_s=test.recovery_s)
        if (test := known.get(name))
        else Listed(name=name)
        for name in NAMES
    ]


def _stamp() -> int:
    # Journals are put in place by renaming, which the folder's own time tells.
    try:
        return home.journals().stat().st_mtime_ns
    except OSError:
        return 0
