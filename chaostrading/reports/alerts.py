"""Alerts: rules over the numbers of a sample, evaluated while the run goes on.

The rules are `alerts.json`, or the file that `CHAOS_ALERTS` names. They are one readable list in
the two groups of the procedures, critical and warning. A rule over a metric that no sample carries
would never fire, so an unknown name is an error.
"""

import fnmatch
import json
import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.reports.metrics import known_names, named_values

__all__ = ["BORN_AT_ZERO", "Alert", "AlertState", "Rule", "evaluate", "load_rules", "read_rules"]

CONDITIONS = ("above", "below", "falls_below", "increases", "stalls_s")
SEVERITIES = ("critical", "warning")
FIELDS = {
    "name", "group", "severity", "metric", "for_s", "within_s", "summary", "action", "optional",
}  # fmt: skip
BORN_AT_ZERO = "answers_total."
"""The proxy shows a status only once it was answered: until then its count is zero."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """When to call somebody. `limit` is read as the condition says."""

    name: str
    severity: str
    metric: str
    condition: str
    limit: float
    group: str = ""
    for_s: float = 0.0
    """The condition must hold that long first."""
    within_s: float = 5.0
    """The window in which `increases` looks for growth."""
    summary: str = ""
    action: str = ""
    optional: bool = False
    """Its number exists in some runs only: not to see it is no blindness."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A rule that began (`fired`) or ceased (`resolved`) to hold."""

    rule: str
    group: str
    severity: str
    event: str
    at_s: float
    """Monotonic time of the sample."""
    metric: str
    value: float
    condition: str
    """In words: `above 5`."""
    summary: str
    action: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class _Watched:
    readings: deque[tuple[float, float]] = field(default_factory=deque)
    changed_s: float | None = None
    was_above: bool = False
    since_s: float | None = None
    firing: bool = False


@dataclass(slots=True)
class AlertState:
    """What the rules remember between samples of one run."""

    watched: dict[str, _Watched] = field(default_factory=dict)
    samples: int = 0

    def blind(self, rules: Sequence[Rule]) -> list[str]:
        """The rules that never saw a number, but for those whose number is optional."""
        return [rule.name for rule in rules if rule.name not in self.watched and not rule.optional]


def load_rules(environ: Mapping[str, str] | None = None) -> tuple[Rule, ...]:
    """The rules in use: the file that `CHAOS_ALERTS` names, else the ones of this package.

    Raises InvalidInput naming the file, the rule and the value."""
    path = (os.environ if environ is None else environ).get("CHAOS_ALERTS", "")
    if not path:
        return read_rules(
            json.loads(files("chaostrading.reports").joinpath("alerts.json").read_text("utf-8"))
        )
    try:
        return read_rules(json.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"alerts: {path}: {error}") from error


def read_rules(document: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Read rules from their JSON. Raises InvalidInput for what cannot be right."""
    if not isinstance(document, Mapping) or not isinstance(document.get("rules"), list):
        raise InvalidInput("alerts: must be an object with a list of rules")
    known = [*known_names(), *document.get("metrics", {})]
    rules = tuple(_rule(row, known) for row in document["rules"])
    names = [rule.name for rule in rules]
    if twice := {name for name in names if names.count(name) > 1}:
        raise InvalidInput(f"alerts: names must be unique, were twice: {', '.join(sorted(twice))}")
    return rules


def _rule(row: Any, known: Sequence[str]) -> Rule:
    if not isinstance(row, Mapping) or not isinstance(row.get("name"), str):
        raise InvalidInput(f"alerts: a rule must be an object with a name, was {row!r}")
    name = row["name"]
    if strange := set(row) - FIELDS - set(CONDITIONS):
        raise unknown_name(f"field of alert {name}", sorted(strange)[0], {*FIELDS, *CONDITIONS})
    conditions = [word for word in CONDITIONS if word in row]
    if len(conditions) != 1:
        raise InvalidInput(f"alert {name}: must have one of {', '.join(CONDITIONS)}")
    if row.get("severity") not in SEVERITIES:
        raise unknown_name(f"severity of alert {name}", row.get("severity"), SEVERITIES)
    metric = str(row.get("metric", ""))
    if not any(metric == one or fnmatch.fnmatchcase(metric, one) for one in known):
        raise unknown_name(f"metric of alert {name}", metric, known)
    numbers = {word: row[word] for word in (conditions[0], "for_s", "within_s") if word in row}
    for word, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise InvalidInput(f"alert {name}: {word} must be a number from 0 up, was {value!r}")
    return Rule(
        name=name,
        severity=row["severity"],
        metric=metric,
        condition=conditions[0],
        limit=float(row[conditions[0]]),
        group=str(row.get("group", "")),
        for_s=float(row.get("for_s", 0.0)),
        within_s=float(row.get("within_s", 5.0)),
        summary=str(row.get("summary", name)),
        action=str(row.get("action", "")),
        optional=row.get("optional") is True,
    )


def evaluate(
    rules: Sequence[Rule], values: Mapping[str, Any], state: AlertState, at_s: float
) -> list[Alert]:
    """Which rules fired or were resolved with this sample. `values` are a sample's, `at_s` its
    monotonic time; what must be remembered is kept in `state`. A rule whose metric is absent stays
    as it was."""
    numbers = named_values(values)
    state.samples += 1
    found = []
    for rule in rules:
        value = _value(rule, numbers)
        if value is None:
            continue
        watched = state.watched.setdefault(rule.name, _Watched())
        if not _holds(rule, watched, value, at_s):
            watched.since_s = None
        elif watched.since_s is None:
            watched.since_s = at_s
        firing = watched.since_s is not None and at_s - watched.since_s >= rule.for_s
        if firing != watched.firing:
            watched.firing = firing
            found.append(_alert(rule, value, at_s, firing=firing))
    return found


def _value(rule: Rule, numbers: Mapping[str, float]) -> float | None:
    found = [numbers[name] for name in numbers if fnmatch.fnmatchcase(name, rule.metric)]
    if found:
        return sum(found)
    return 0.0 if rule.metric.startswith(BORN_AT_ZERO) else None


def _holds(rule: Rule, watched: _Watched, value: float, at_s: float) -> bool:
    last = watched.readings[-1][1] if watched.readings else None
    if last is not None and last != value:
        watched.changed_s = at_s
    watched.readings.append((at_s, value))
    while len(watched.readings) > 2 and watched.readings[1][0] <= at_s - rule.within_s:
        watched.readings.popleft()
    match rule.condition:
        case "above":
            return value > rule.limit
        case "below":
            return value < rule.limit
        case "falls_below":
            watched.was_above = watched.was_above or value >= rule.limit
            return watched.was_above and value < rule.limit
        case "increases":
            lowest = min(reading for _, reading in watched.readings)
            return value - lowest >= rule.limit
    return watched.changed_s is not None and at_s - watched.changed_s >= rule.limit


def _alert(rule: Rule, value: float, at_s: float, *, firing: bool) -> Alert:
    window = f" within {rule.within_s:g} s" if rule.condition == "increases" else ""
    lasting = f" for {rule.for_s:g} s" if rule.for_s else ""
    word = rule.condition.removesuffix("_s").replace("_", " ")
    by = " by" if rule.condition == "increases" else ""
    return Alert(
        rule=rule.name,
        group=rule.group,
        severity=rule.severity,
        event="fired" if firing else "resolved",
        at_s=at_s,
        metric=rule.metric,
        value=value,
        condition=f"{word}{by} {rule.limit:g}{window}{lasting}",
        summary=rule.summary,
        action=rule.action,
    )
