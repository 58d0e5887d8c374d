"""What a run report says, as data: everything in it is taken or computed from the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chaostrading import __version__
from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.errors import InvalidInput
from chaostrading.reports.checks import check
from chaostrading.reports.clean import clean, items, mapping, number, text
from chaostrading.reports.metrics import key_metrics, windows
from chaostrading.reports.notes import Note, read_notes
from chaostrading.reports.regulation import read_regulations
from chaostrading.reports.run import Run, series_of
from chaostrading.reports.score import RunScore, run_score

__all__ = ["fault_window", "recovered_at", "run_report", "score_of", "to_do"]

FOREVER = 1e12
TROUBLE_MAX = 300


def run_report(run: Run, *, clock: Clock | None = None) -> dict[str, Any]:
    """The report of one run. Times `t_s` are seconds since the fault began."""
    block = run.block
    score = score_of(run)
    return {
        "report": "run",
        "made_at": iso((clock or SystemClock()).wall()),
        "made_by": f"chaostrading {__version__}",
        "run_id": run.run_id,
        "test": run.test,
        "title": run.title,
        "category": run.category,
        "impact_level": run.impact_level,
        "variant": run.variant or None,
        "seed": run.seed,
        "sentence": run.sentence,
        "outcome": run.outcome,
        "conclusive": run.conclusive,
        "refused": run.refused,
        "judged": run.judged,
        "began": iso(run.began_s) if run.began_s is not None else None,
        "seconds": run.seconds,
        "target": run.target,
        "purpose": text(mapping(block.get("test")).get("purpose")),
        "expected": [text(one) for one in items(mapping(block.get("test")).get("expected"), 50)],
        "hypothesis": _hypothesis(run.journal),
        "attestation": clean(block.get("attestation")) or None,
        "approval": clean(block.get("approval")) or None,
        "fault": [_fault(mapping(one)) for one in items(block.get("fault"), 50)],
        "fault_window": fault_window(run),
        "timeline": _timeline(run),
        "findings": [_finding(run, place) for place in range(len(run.findings))],
        "recovery": _recovery(run),
        "score": score.to_json() if score else None,
        "impact": clean(run.impact),
        "key_metrics": _metrics(run),
        "alerts": clean(run.alerts),
        "alerting": clean(run.alerting) or None,
        "to_do": to_do(run),
        "activities": _activities(run.journal),
        "notes": [asdict(note) for note in _notes(run)],
        "regulation": _regulation(run),
        "versions": dict(run.versions),
        "platform": text(run.journal.get("platform"), 200),
        "evidence_folder": text(block.get("evidence_folder"), 500),
        "journal": str(run.path),
        "sha256": run.sha256,
        "size": run.size,
        "problems": list(run.problems),
    }


def score_of(run: Run) -> RunScore | None:
    """The score of the run, None when it proves nothing."""
    return run_score(
        conclusive=run.conclusive,
        answers=[(one.checker, one.answer) for one in run.findings],
        recovered=run.recovery is not None and run.recovery.seconds is not None,
        impact=run.impact,
    )


def fault_window(run: Run) -> tuple[float, float] | None:
    """Begin and confirmed end of all faults, seconds since the first began; None without one."""
    rows = [mapping(one) for one in items(run.block.get("fault"), 50)]
    begins = [found for row in rows if (found := number(row.get("began"))) is not None]
    ends = [found for row in rows if (found := number(row.get("ended"))) is not None]
    gone = _moment(run, "fault confirmed gone")
    if gone is not None:
        ends.append(gone)
    return (min(begins), max(ends)) if begins and ends else None


def recovered_at(run: Run) -> float | None:
    """When trading was back, seconds since the fault began; None when that was not seen."""
    return _moment(run, "recovered")


def to_do(run: Run) -> list[dict[str, str]]:
    """What to do about each check that broke, critical ones first, then what was left unknown."""
    rows = []
    for found in run.findings:
        if found.answer == "held":
            continue
        known = check(found.checker)
        rows.append(
            {
                "checker": found.checker,
                "answer": found.answer,
                "severity": known.severity,
                "observed": found.observed,
                "cause": known.cause,
                "advice": known.advice,
            }
        )
    if run.recovery is not None and run.recovery.censored:
        rows.append(
            {
                "checker": "recovery",
                "answer": "broken",
                "severity": "critical",
                "observed": f"trading was not back: {run.recovery.text()}",
                "cause": "Something that the fault stopped was not started again.",
                "advice": "See which of orders, answers and data stayed away in the timeline after "
                "the fault, and find what restarts it.",
            }
        )
    order = {"critical": 0, "warning": 1, "evidence": 2}
    return sorted(rows, key=lambda row: (row["answer"] != "broken", order[row["severity"]]))


def _moment(run: Run, event: str) -> float | None:
    for row in items(run.block.get("timeline")):
        if mapping(row).get("event") == event:
            return number(mapping(row).get("t_s"))
    return None


def _notes(run: Run) -> list[Note]:
    return read_notes(run.path)


def _hypothesis(journal: Mapping[str, Any]) -> dict[str, Any]:
    hypothesis = mapping(mapping(journal.get("experiment")).get("steady-state-hypothesis"))
    states = mapping(journal.get("steady_states"))
    met = {
        when: mapping(states.get(when)).get("steady_state_met")
        if isinstance(states.get(when), Mapping)
        else None
        for when in ("before", "after")
    }
    return {
        "title": text(hypothesis.get("title"), 500),
        "met_before": met["before"] if isinstance(met["before"], bool) else None,
        "met_after": met["after"] if isinstance(met["after"], bool) else None,
        "probes": [
            _activity(mapping(probe), when)
            for when in ("before", "after")
            for probe in items(mapping(states.get(when)).get("probes"), 100)
        ],
    }


def _activities(journal: Mapping[str, Any]) -> list[dict[str, Any]]:
    method = [_activity(mapping(one), "method") for one in items(journal.get("run"), 300)]
    back = [_activity(mapping(one), "rollback") for one in items(journal.get("rollbacks"), 100)]
    return method + back


def _activity(row: Mapping[str, Any], part: str) -> dict[str, Any]:
    trouble = [text(line, TROUBLE_MAX) for line in items(row.get("exception"), 100)]
    return {
        "part": part,
        "name": text(mapping(row.get("activity")).get("name"), 300),
        "status": text(row.get("status"), 50) or "interrupted",
        "tolerance_met": row.get("tolerance_met")
        if isinstance(row.get("tolerance_met"), bool)
        else None,
        "seconds": number(row.get("duration")),
        "trouble": trouble[-1].strip() if trouble else "",
    }


def _fault(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "fault": text(row.get("fault"), 200),
        "parameters": clean(row.get("parameters")),
        "hits": number(row.get("hits")),
        "misses": number(row.get("misses")),
        "began": number(row.get("began")),
        "ended": number(row.get("ended")),
        "first_hit": number(row.get("first_hit")),
        "last_hit": number(row.get("last_hit")),
        "reason": text(row.get("reason"), 200),
        "level": clean(row.get("level")),
        "unmatched": clean(row.get("unmatched")),
    }


def _timeline(run: Run) -> list[dict[str, Any]]:
    rows = [
        {
            "t_s": number(mapping(row).get("t_s")),
            "what": "run",
            "event": text(mapping(row).get("event"), 200),
            "detail": text(mapping(row).get("detail"), 500),
        }
        for row in items(run.block.get("timeline"))
    ]
    rows += [
        {
            "t_s": number(alert.get("t_s")),
            "what": f"{text(alert.get('severity'), 20)} alert",
            "event": f"{text(alert.get('rule'), 100)} {text(alert.get('event'), 20)}",
            "detail": text(alert.get("summary"), 500),
        }
        for alert in run.alerts
    ]
    return sorted(rows, key=lambda row: -FOREVER if row["t_s"] is None else row["t_s"])


def _finding(run: Run, place: int) -> dict[str, Any]:
    found = run.findings[place]
    return {
        "checker": found.checker,
        "answer": found.answer,
        "severity": check(found.checker).severity,
        "expected": found.expected,
        "observed": found.observed,
        "evidence": [clean(row) for row in found.evidence],
    }


def _recovery(run: Run) -> dict[str, Any] | None:
    return {**asdict(run.recovery), "text": run.recovery.text()} if run.recovery else None


def _metrics(run: Run) -> list[dict[str, Any]]:
    series = series_of(run)
    window = fault_window(run)
    if not series or window is None:
        return []
    bounds = [(-FOREVER, window[0]), window, (window[1], FOREVER)]
    rows = []
    for metric in key_metrics():
        if metric.of:
            parts = [windows(series, name, bounds, counter=True) for name in metric.of]
            rows.append(_metric(metric.group, metric.key, metric.unit, "", _ratios(*parts)))
            continue
        for name in metric.series:
            values = windows(series, name, bounds, counter=metric.counter)
            if any(value is not None for value in values):
                rows.append(_metric(metric.group, metric.key, metric.unit, name, values))
    return rows


def _metric(
    group: str, key: str, unit: str, series: str, values: Sequence[float | None]
) -> dict[str, Any]:
    before, during, after = values
    return {
        "group": group,
        "metric": key,
        "series": series,
        "unit": unit,
        "before": before,
        "during": during,
        "after": after,
    }


def _ratios(above: Sequence[float | None], below: Sequence[float | None]) -> list[float | None]:
    pairs = zip(above, below, strict=True)
    return [round(a / b, 4) if a is not None and b else None for a, b in pairs]


def _regulation(run: Run) -> dict[str, Any] | None:
    try:
        regulations = read_regulations()
    except InvalidInput as error:
        return {"checked_on": "", "rules": [], "trouble": str(error)}
    if not run.conclusive:
        return None
    rules = [
        {"source": rule.source, "article": rule.article, "summary": rule.summary}
        for rule in regulations.rules
        if rule.covers(run.test)
    ]
    return {"checked_on": regulations.checked_on, "rules": rules, "trouble": ""}
