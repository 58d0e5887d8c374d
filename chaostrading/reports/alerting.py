"""The alerts of a run as its block tells them, and how soon the first one came after the fault."""

from collections.abc import Sequence
from typing import Any

from chaostrading.checkers.base import Evidence
from chaostrading.records.types import Sample
from chaostrading.reports.alerts import AlertState, Rule, evaluate, load_rules

__all__ = ["LINE_S", "alert_rows", "alerting"]

MACHINE = "system."
LINE_S = 5.0
"""An alert should come within five seconds of the event (RTS 6, Article 16(5))."""


def alert_rows(evidence: Evidence) -> list[dict[str, Any]]:
    """Every alert in order of time; `t_s` is seconds since the fault began."""
    zero = evidence.fault_s[0]
    return [
        {
            "t_s": round(sample.mono_s - zero, 3),
            **{name: value for name, value in row.items() if name != "at_s"},
        }
        for sample in _samples(evidence)
        for row in _told(sample)
    ]


def alerting(evidence: Evidence, hit_s: float | None) -> dict[str, Any]:
    """How well the run was watched.

    An alert on the machine itself is not the doing of a fault on the wire, so it does not count as
    the answer to one. `fault_to_alert_s` is from the first moment the fault touched anything to the
    first alert that fired after it, None when none did; `blind` names the rules that never saw
    their number.
    """
    rules = load_rules()
    first = None
    if hit_s is not None:
        fired = [
            sample.mono_s - hit_s
            for sample in _samples(evidence)
            for row in _told(sample)
            if row.get("event") == "fired" and sample.mono_s >= hit_s
            if not (evidence.leases and str(row.get("metric")).startswith(MACHINE))
        ]
        first = round(min(fired), 3) if fired else None
    return {
        "rules": len(rules),
        "blind": _blind(evidence, rules),
        "fault_to_alert_s": first,
        "line_s": LINE_S,
        "in_time": None if first is None else first <= LINE_S,
    }


def _blind(evidence: Evidence, rules: Sequence[Rule]) -> list[str]:
    state = AlertState()
    for sample in _samples(evidence):
        evaluate(rules, sample.values, state, sample.mono_s)
    return state.blind(rules)


def _samples(evidence: Evidence) -> list[Sample]:
    return [record for record in evidence.records if isinstance(record, Sample)]


def _told(sample: Sample) -> list[dict[str, Any]]:
    rows = sample.values.get("alerts")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
