"""`GET /metrics`: the journals and the running tests for Prometheus.

No series carries the id of a run: their number would grow for ever.
"""

import math
import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector, CollectorRegistry

from chaostrading import __version__
from chaostrading.core.clock import Clock
from chaostrading.reports.score import Listed, Scored, triple
from chaostrading.safety import lever
from chaostrading.service.past import Past, PastRow
from chaostrading.service.runs import LiveRun, Runs
from chaostrading.suites.catalogue import NAMES, catalogue

__all__ = ["CONTENT_TYPE_LATEST", "Calls", "exposition"]

BUCKETS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0)
_LIVE_SERIES_MAX = 100
_MOMENTS = ("mono_s", "wall_s", "last_order_accepted_s")
"""Readings of this machine's clocks; they mean nothing to Prometheus."""


class Calls:
    """Counts the calls of the API by method, route and status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, method: str, route: str, status: int) -> None:
        """Count one call; `route` is the route's template, never a path that somebody made up."""
        with self._lock:
            self._counts[method, route, str(status)] += 1

    def counts(self) -> dict[tuple[str, str, str], int]:
        """The counts so far."""
        with self._lock:
            return dict(self._counts)


def exposition(past: Past, runs: Runs, calls: Calls, clock: Clock) -> bytes:
    """The metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Once([*_metrics(past.rows(), runs.live(), clock), _calls(calls)]))
    return generate_latest(registry)


class _Once(Collector):
    """Hands over what has been collected already."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _metrics(rows: Sequence[PastRow], live: Sequence[LiveRun], clock: Clock) -> Iterator[Metric]:
    build = GaugeMetricFamily(
        "chaostrading_build_info", "Version of the service", labels=["version"]
    )
    build.add_metric([__version__], 1)
    yield build
    engaged = float(lever.read().engaged)
    yield GaugeMetricFamily(
        "chaostrading_safety_lever_engaged", "1 while the kill switch is engaged", engaged
    )
    yield _active(live)
    yield _live_values(live)
    yield _totals(rows)
    yield _recovery(rows)
    yield _detection(rows)
    yield from _newest(rows)
    yield from _scores(rows, clock.wall())


def _active(live: Sequence[LiveRun]) -> Metric:
    family = GaugeMetricFamily(
        "chaostrading_experiment_active",
        "1 while a test runs, for shading",
        labels=["experiment", "category", "impact"],
    )
    for one in live:
        family.add_metric([one.test.name, one.test.category, one.test.impact], 1)
    return family


def _live_values(live: Sequence[LiveRun]) -> Metric:
    family = GaugeMetricFamily(
        "chaostrading_live",
        "Newest sample of the running test: counters of the proxy, and numbers of the target",
        labels=["experiment", "name"],
    )
    for one in live:
        values = one.feed.sample.get("values", {}) if one.feed else {}
        for name, value in list(_flat(values))[:_LIVE_SERIES_MAX]:
            family.add_metric([one.test.name, name], value)
    return family


def _flat(values: dict[str, Any], before: str = "") -> Iterator[tuple[str, float]]:
    for name, value in sorted(values.items()):
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, int | float) and name not in _MOMENTS:
            yield f"{before}{name}", float(value)


def _totals(rows: Sequence[PastRow]) -> Metric:
    family = CounterMetricFamily(
        "chaostrading_runs", "Kept runs by verdict", labels=["experiment", "verdict"]
    )
    counts = Counter((row.test, _verdict(row)) for row in rows)
    for labels, count in sorted(counts.items()):
        family.add_metric(list(labels), count)
    return family


def _recovery(rows: Sequence[PastRow]) -> Metric:
    return _histogram(
        "chaostrading_recovery_seconds",
        "Recovery times that were measured; a run that did not recover counts as +Inf",
        [
            (row.test, math.inf if row.recovery_s is None else row.recovery_s)
            for row in rows
            # A run that was cut short has not failed to recover.
            if row.conclusive and (row.censored or row.recovery_s is not None)
        ],
    )


def _detection(rows: Sequence[PastRow]) -> Metric:
    return _histogram(
        "chaostrading_detection_seconds",
        "From the first touch of a fault to the first alert",
        [(row.test, row.detection_s) for row in rows if row.detection_s is not None],
    )


def _histogram(name: str, text: str, values: Sequence[tuple[str, float]]) -> Metric:
    family = HistogramMetricFamily(name, text, labels=["experiment"])
    measured: dict[str, list[float]] = defaultdict(list)
    for test, value in values:
        measured[test].append(value)
    for test, seen in sorted(measured.items()):
        slots = Counter(bisect_left(BUCKETS_S, value) for value in seen)
        below, buckets = 0, []
        for slot, bound in enumerate(BUCKETS_S):
            below += slots[slot]
            buckets.append((str(bound), float(below)))
        finite = sum(value for value in seen if value < math.inf)
        family.add_metric([test], [*buckets, ("+Inf", float(len(seen)))], finite)
    return family


def _newest(rows: Sequence[PastRow]) -> Iterator[Metric]:
    info = GaugeMetricFamily(
        "chaostrading_run_info",
        "1 for the newest run of each test",
        labels=["experiment", "category", "impact", "variant", "verdict"],
    )
    when = GaugeMetricFamily(
        "chaostrading_last_run_timestamp_seconds", "End of the newest run", labels=["experiment"]
    )
    asked = GaugeMetricFamily(
        "chaostrading_fault_target_ratio",
        "Share of frames that the fault of the newest run was to touch",
        labels=["experiment"],
    )
    seen = GaugeMetricFamily(
        "chaostrading_fault_observed_ratio",
        "Share of frames in scope that the fault of the newest run touched",
        labels=["experiment"],
    )
    newest: dict[str, PastRow] = {}
    for row in rows:
        newest.setdefault(row.test, row)
    for test, row in sorted(newest.items()):
        info.add_metric([test, row.category, row.impact, row.variant, _verdict(row)], 1)
        when.add_metric([test], row.ended_wall_s)
        if row.fault_share_asked is not None:
            asked.add_metric([test], row.fault_share_asked)
        if row.fault_share_seen is not None:
            seen.add_metric([test], row.fault_share_seen)
    yield from (info, when, asked, seen)


def _scores(rows: Sequence[PastRow], now_s: float) -> Iterator[Metric]:
    """The score of each category, and the coverage without which it says little."""
    tests = [
        Listed(name=test.name, category=test.category, impact=test.impact)
        for test in catalogue()[0]
    ]
    runs = [
        Scored(
            test=row.test,
            variant=row.variant,
            conclusive=row.conclusive,
            score=row.score,
            wall_s=row.ended_wall_s,
        )
        for row in rows
    ]
    family = GaugeMetricFamily(
        "chaostrading_score",
        "Resilience score (0..100) of the newest conclusive runs",
        labels=["category"],
    )
    for category in sorted({test.category for test in tests}):
        part = triple(runs, [test for test in tests if test.category == category], now_s)
        if part.score is not None:
            family.add_metric([category], part.score)
    yield family
    yield GaugeMetricFamily(
        "chaostrading_coverage_ratio",
        "Share of the twelve tests with a conclusive run that still counts",
        triple(runs, tests, now_s).covered / len(NAMES),
    )


def _calls(calls: Calls) -> Metric:
    family = CounterMetricFamily(
        "chaostrading_api_requests", "Calls of the API", labels=["method", "route", "status"]
    )
    for labels, count in sorted(calls.counts().items()):
        family.add_metric(list(labels), count)
    return family


def _verdict(row: PastRow) -> str:
    return "inconclusive" if row.outcome == "passed" and not row.conclusive else row.outcome
