"""The key metrics of the procedures, and which sampled numbers they are read from.

The mapping is `metrics.json`: people read and change it without code.
"""

import fnmatch
import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

__all__ = ["KeyMetric", "key_metrics", "known_names", "named_values", "windows"]

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyMetric:
    """One line of the procedures' list and the series that show it."""

    group: str
    key: str
    unit: str
    series: tuple[str, ...]
    counter: bool = False
    """It only grows: read as growth within a window."""
    of: tuple[str, ...] = ()
    """A ratio of the growth of two counters."""
    impact: str = ""
    """The field of the block's `impact` that says it, where no series can."""


@functools.cache
def key_metrics() -> tuple[KeyMetric, ...]:
    """The key metrics in the order of the procedures: system health, trading, exchange."""
    return tuple(
        KeyMetric(
            group=group["group"],
            key=row["key"],
            unit=row["unit"],
            series=tuple(row["series"]),
            counter=bool(row.get("counter")),
            of=tuple(row.get("of", ())),
            impact=row.get("impact", ""),
        )
        for group in _load()["groups"]
        for row in group["metrics"]
    )


@functools.cache
def known_names() -> tuple[str, ...]:
    """Every name that a sample may carry; a trailing `*` stands for any ending."""
    names = {name for metric in key_metrics() for name in metric.series}
    return tuple(sorted(names | set(_load()["sampled"])))


def named_values(values: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a sample by the names used in series: the target's own begin `target.`."""
    told = values.get("target")
    named = {**values}
    if isinstance(told, Mapping):
        named |= {f"target.{name}": value for name, value in told.items()}
    return {
        name: float(value)
        for name, value in named.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def windows(
    series: Mapping[str, Points], name: str, bounds: Sequence[tuple[float, float]], *, counter: bool
) -> list[float | None]:
    """One number a window of seconds: the growth of a counter, else the median of a gauge.

    None where nothing was read in the window. A name with a `*` is the sum of all that match."""
    found = [points for key, points in series.items() if fnmatch.fnmatchcase(key, name)]
    return [_window(found, since, until, counter=counter) for since, until in bounds]


def _window(found: Sequence[Points], since: float, until: float, *, counter: bool) -> float | None:
    readings = []
    for points in found:
        values = [value for at, value in points if since <= at <= until]
        if not values:
            continue
        if counter:
            before = [value for at, value in points if at < since]
            readings.append(values[-1] - (before[-1] if before else values[0]))
        else:
            readings.append(sorted(values)[len(values) // 2])
    return round(sum(readings), 4) if readings else None


@functools.cache
def _load() -> dict[str, Any]:
    text = files("chaostrading.reports").joinpath("metrics.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
