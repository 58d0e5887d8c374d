"""The block that a journal carries under `chaostrading`: the verdict and all that it rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import chaostrading.checkers  # noqa: F401 - registers every checker
from chaostrading.checkers.base import Evidence, Finding, run_checker
from chaostrading.checkers.recovery import Recovery, recovery
from chaostrading.checkers.tolerance import Tolerance
from chaostrading.core.clock import iso
from chaostrading.core.errors import InvalidInput
from chaostrading.records.types import LeaseEvent, Sample
from chaostrading.reports.alerting import alert_rows, alerting
from chaostrading.reports.impact import impact
from chaostrading.reports.verdict import RunFacts, judge

__all__ = ["JudgedTest", "RunEnd", "build_block"]

HOLD_S = 3.0
SERIES_MAX = 400


class JudgedTest(Protocol):
    """What must be known of a test to judge it. `suites.catalogue.ChaosTest` is one."""

    @property
    def name(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def impact(self) -> str: ...
    @property
    def recovery_s(self) -> float: ...
    @property
    def purpose(self) -> str: ...
    @property
    def expected(self) -> tuple[str, ...]: ...

    def judge_of(self, variant: str) -> dict[str, Any]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class RunEnd:
    """A run at its end, as the recorder hands it over. Times are monotonic seconds."""

    run_id: str
    test: JudgedTest
    versions: dict[str, str]
    variant: str = ""
    seed: int | None = None
    evidence: Evidence | None = None
    cleared_s: float | None = None
    decisions_min: int = 6
    injections: Sequence[Mapping[str, Any]] = ()
    refused: str = ""
    interrupted: str = ""
    baseline: str = ""
    error: str = ""
    lost: int = 0
    gaps: int = 0
    attestation: dict[str, str] = field(default_factory=dict)
    approval: dict[str, str] = field(default_factory=dict)
    evidence_folder: str = ""


def build_block(end: RunEnd) -> dict[str, Any]:
    """Judge a run and write its block. Raises InvalidInput for a checker that nobody knows."""
    rules = end.test.judge_of(end.variant)
    findings, back = _findings(end, rules), _recovery(end)
    hits = sum(int(one.get("hits", 0)) for one in end.injections)
    error = end.error or ("" if end.injections or _stopped(end) else "no fault was put in force")
    facts = RunFacts(
        test=end.test.name,
        refused=end.refused,
        interrupted=end.interrupted,
        error=error,
        baseline=end.baseline,
        hits=hits,
        hits_min=int(rules["hits_min"]),
        unmatched=_unmatched(end.injections),
        touched=_touched(end),
        not_reached=_not_reached(end.injections),
    )
    verdict = judge(facts, findings, back)
    return {
        "run_id": end.run_id,
        "test": {
            "name": end.test.name,
            "category": end.test.category,
            "impact": end.test.impact,
            "purpose": end.test.purpose,
            "expected": list(end.test.expected),
        },
        "verdict": verdict.to_json(),
        "recovery": asdict(back) if back else None,
        "findings": [asdict(finding) for finding in findings],
        "zero_at": _zero_at(end),
        "fault": [_fault_row(one, end) for one in end.injections],
        "timeline": _timeline(end, back),
        "series": _series(end),
        "impact": impact(end.evidence) if end.evidence else {},
        "alerts": alert_rows(end.evidence) if end.evidence else [],
        "alerting": alerting(end.evidence, _first_hit_s(end)) if end.evidence else None,
        "attestation": end.attestation or None,
        "approval": end.approval or None,
        "evidence_folder": end.evidence_folder,
        "evidence_lost": end.lost + end.gaps,
        "left_out": _left_out(end),
        "versions": end.versions,
        "seed": end.seed,
        "variant": end.variant or None,
    }


def _left_out(end: RunEnd) -> list[str]:
    """The defences that the target says it trades without."""
    status = end.evidence.target.get("status") if end.evidence else None
    told = status.get("without") if isinstance(status, Mapping) else None
    return [str(name) for name in told] if isinstance(told, list) else []


def _stopped(end: RunEnd) -> bool:
    return bool(end.refused or end.interrupted or end.baseline)


def _findings(end: RunEnd, rules: Mapping[str, Any]) -> list[Finding]:
    if end.evidence is None or not end.injections:
        return []
    found = []
    for one in rules["checkers"]:
        try:
            found.append(run_checker(one["name"], end.evidence, dict(one.get("limits", {}))))
        except InvalidInput as error:
            found.append(
                Finding(
                    checker=str(one["name"]),
                    answer="unknown",
                    expected="the experiment names checkers and limits that exist",
                    observed=str(error),
                )
            )
    return found


def _recovery(end: RunEnd) -> Recovery | None:
    if end.evidence is None or end.cleared_s is None:
        return None
    tolerance = Tolerance.from_baseline(end.evidence, decisions_min=end.decisions_min)
    if tolerance.why_not:
        return None
    samples = tolerance.samples(end.cleared_s - 1.0, end.evidence.end_s)
    return recovery(samples, end.cleared_s, end.test.recovery_s, HOLD_S)


def _unmatched(injections: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    seen: Counter[str] = Counter()
    for one in injections:
        seen.update(one.get("unmatched") or {})
    return dict(seen.most_common(20))


def _not_reached(injections: Sequence[Mapping[str, Any]]) -> str:
    """Why a pressure was not at its level: `never reached: the highest level was 30 %`."""
    reasons = (str(one.get("level", {}).get("why_not", "")) for one in injections)
    return next((reason for reason in reasons if reason), "")


def _touched(end: RunEnd) -> str:
    """What was hit, in words: `14 requests and 3 messages`, `34 samples at 80 % or more`.

    The hits of a pressure are its readings at or above the level that was wanted.
    """
    if end.evidence is None:
        return "nothing"
    pressed = [
        f"{one.get('hits', 0)} samples at {one['level']['least_percent']:g} % or more"
        for one in end.injections
        if "level" in one
    ]
    if pressed:
        return " and ".join(pressed)
    words: Counter[str] = Counter()
    for record in end.evidence.records:
        if getattr(record, "touched", ()):
            words[record.kind] += 1
    total = sum(int(one.get("hits", 0)) for one in end.injections)
    if not words:
        return f"{total} frames"
    return " and ".join(
        f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in words.items()
    )


def _fault_row(one: Mapping[str, Any], end: RunEnd) -> dict[str, Any]:
    zero = _zero(end)
    row = {
        "fault": one.get("fault"),
        "lease": one.get("id"),
        "parameters": one.get("parameters", {}),
        "scope": one.get("scope", {}),
        "hits": int(one.get("hits", 0)),
        "misses": int(one.get("misses", 0)),
        "began": round(float(one["began_s"]) - zero, 3),
        "ended": _since(one.get("ended_s"), zero),
        "first_hit": _since(one.get("first_hit_s"), zero),
        "last_hit": _since(one.get("last_hit_s"), zero),
        "unmatched": one.get("unmatched") or {},
        "reason": one.get("reason", ""),
    }
    return row | {name: value for name, value in one.items() if name == "level"}


def _first_hit_s(end: RunEnd) -> float | None:
    """When the fault first changed anything; None when it never did."""
    moments = [one.get("first_hit_s") or one.get("began_s") for one in end.injections]
    return min((float(moment) for moment in moments if moment is not None), default=None)


def _zero(end: RunEnd) -> float:
    """Times of a block are seconds since the fault began."""
    return end.evidence.fault_s[0] if end.evidence else 0.0


def _zero_at(end: RunEnd) -> str | None:
    """The wall time at which the times of the block are zero; None when nothing was recorded."""
    if end.evidence is None or not end.evidence.records:
        return None
    last = end.evidence.records[-1]
    return iso(last.wall_s - last.mono_s + _zero(end))


def _since(moment: Any, zero: float) -> float | None:
    return round(float(moment) - zero, 3) if moment is not None else None


def _timeline(end: RunEnd, back: Recovery | None) -> list[dict[str, Any]]:
    if end.evidence is None:
        return []
    zero = _zero(end)
    rows = [_event(end.evidence.baseline_s[0] - zero, "baseline began", "")]
    for record in end.evidence.records:
        if isinstance(record, LeaseEvent):
            detail = record.reason or f"lease {record.lease}"
            rows.append(_event(record.mono_s - zero, f"{record.fault} {record.event}", detail))
    for one in end.injections:
        level = one.get("level")
        if level is not None:
            rows.append(_event(float(one["began_s"]) - zero, f"{one['fault']} began", ""))
            if level["reached_mono_s"] is not None:
                detail = f"{level['wanted_percent']:g} % by {level['limit_source']}"
                rows.append(_event(level["reached_mono_s"] - zero, "level reached", detail))
    if end.cleared_s is not None:
        rows.append(_event(end.cleared_s - zero, "fault confirmed gone", ""))
        if back is not None and back.seconds is not None:
            at = end.cleared_s + back.seconds - zero
            rows.append(_event(at, "recovered", f"after {back.text()}"))
    return sorted(rows, key=lambda row: row["t_s"])


def _event(t_s: float, event: str, detail: str) -> dict[str, Any]:
    return {"t_s": round(t_s, 3), "event": event, "detail": detail}


def _series(end: RunEnd) -> dict[str, list[list[float]]]:
    """Every number that was sampled, thinned to at most 400 points a series: `[t_s, value]`."""
    if end.evidence is None:
        return {}
    samples = [record for record in end.evidence.records if isinstance(record, Sample)]
    step = max(1, len(samples) // SERIES_MAX)
    zero = _zero(end)
    series: dict[str, list[list[float]]] = {}
    for sample in samples[::step]:
        told = sample.values.get("target", {})
        named = {**sample.values, **{f"target.{name}": told[name] for name in told}}
        for name, value in named.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                series.setdefault(name, []).append([round(sample.mono_s - zero, 2), float(value)])
    return {name: points for name, points in series.items() if not _constant(points)}


def _constant(points: Sequence[Sequence[float]]) -> bool:
    return len(points) < 2 or all(value == points[0][1] for _, value in points)
