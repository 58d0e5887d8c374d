"""The incident report: one timeline, the worksheet of causes, what to correct and to prevent.

It is made by itself for a critical deviation, a stop by the lever and a leftover; see
`incident_reason`. It is kept under `incidents/` in the chaos home, beside nothing that it replaces:
the journals stay the truth.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chaostrading import __version__
from chaostrading.core import home
from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.errors import InvalidInput
from chaostrading.core.files import write_atomically
from chaostrading.reports.checks import check
from chaostrading.reports.clean import moment_s
from chaostrading.reports.contacts import contacts_warning, read_contacts
from chaostrading.reports.cut_off import cut_off_runs
from chaostrading.reports.happenings import audit_between
from chaostrading.reports.history import History, PastRun
from chaostrading.reports.incident_reason import incident_reason
from chaostrading.reports.notes import read_notes
from chaostrading.reports.register import register
from chaostrading.reports.run import Run, read_run
from chaostrading.reports.run_report import run_report

__all__ = ["incident_report", "incidents_folder", "write_incident", "write_missing"]

BEFORE_S, AFTER_S = 60.0, 900.0
logger = logging.getLogger("chaostoolkit")
PEOPLE = "(to be filled in by people)"


def incidents_folder() -> Path:
    """Where the reports of incidents are kept."""
    return home.home() / "incidents"


def incident_report(
    run: Run, history: History | None, *, clock: Clock | None = None
) -> dict[str, Any]:
    """The report of an incident; any run can be looked at this way."""
    clock = clock or SystemClock()
    told = run_report(run, clock=clock)
    past = history.runs(test=run.test) if history is not None else []
    ids = {(run.test, run.variant, one.checker) for one in run.broken}
    entries = [
        one.to_json()
        for one in register(past, clock=clock)
        if (one.test, one.variant, one.checker) in ids
        or (one.checker == "recovery" and one.variant == run.variant and told["recovery"]
            and told["recovery"]["censored"])
    ]  # fmt: skip
    return {
        "report": "incident",
        "made_at": iso(clock.wall()),
        "made_by": f"chaostrading {__version__}",
        "run_id": run.run_id,
        "test": run.test,
        "outcome": run.outcome,
        "reason": incident_reason(run) or "asked for by a person",
        "sentence": run.sentence,
        "began": told["began"],
        "timeline": _timeline(run, told),
        "detection": _detection(told),
        "worksheet": _worksheet(run, told, past),
        "impact": told["impact"],
        "recovery": told["recovery"],
        "register": entries,
        "prevention": _prevention(run, told),
        "contacts": _contacts(clock),
        "notes": told["notes"],
        "versions": told["versions"],
        "seed": run.seed,
        "journal": str(run.path),
        "sha256": run.sha256,
        "problems": list(run.problems),
    }


def write_incident(journal: Path, *, clock: Clock | None = None) -> Path | None:
    """Make the report of a run if it is an incident. Returns its Markdown file, else None.

    For whoever has just kept a journal. JSON and Markdown are always written, HTML where its extra
    is installed. Never raises: a run must not fail because its report does."""
    try:
        run = read_run(journal)
        if not incident_reason(run):
            return None
        with History(journal.parent) as history:
            return _write(incident_report(run, history, clock=clock))
    except Exception as error:
        logger.warning(f"No incident report of {journal.name}: {type(error).__name__}: {error}")
        return None


def write_missing(
    history: History,
    since_s: float | None = None,
    until_s: float | None = None,
    *,
    clock: Clock | None = None,
) -> list[Path]:
    """Make the reports that are missing, of all runs that began in that time (wall).

    Runs of the chaos home that were cut off without a journal count, too. Returns the new files."""
    runs = [
        read_run(history.journals / past.file)
        for past in history.runs(since_s, until_s)
        if past.incident and not _report_of(past.run_id).exists()
    ]
    if history.journals == home.journals():
        runs += [
            run
            for run in cut_off_runs(clock=clock)
            if incident_reason(run)
            and (since_s or 0.0) <= (run.began_s or 0.0) < (until_s or float("inf"))
            and not _report_of(run.run_id).exists()
        ]
    return [_write(incident_report(run, history, clock=clock)) for run in runs]


def _report_of(run_id: str) -> Path:
    return incidents_folder() / f"{_safe(run_id)}.md"


def _write(data: dict[str, Any]) -> Path:
    from chaostrading.reports.incident_layout import incident_document
    from chaostrading.reports.render import render

    document = incident_document(data)
    stem = incidents_folder() / _safe(data["run_id"])
    for form in ("json", "html", "md"):
        try:
            write_atomically(stem.with_name(f"{stem.name}.{form}"), render(document, form))
        except InvalidInput:
            continue  # HTML without its extra: the other two say the same
    return stem.with_name(f"{stem.name}.md")


def _safe(run_id: str) -> str:
    kept = "".join(one if one.isalnum() or one in "-_." else "_" for one in run_id)
    return kept.lstrip(".")[:150] or "run"


def _timeline(run: Run, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Journal, alerts, acts of people and notes in one order of wall time."""
    zero = moment_s(run.block.get("zero_at"))
    if zero is None:
        zero = run.began_s
    rows: list[dict[str, Any]] = []
    for one in told["timeline"]:
        at = None if zero is None or one["t_s"] is None else zero + one["t_s"]
        rows.append({"wall_s": at, "t_s": one["t_s"], "from": one["what"],
                     "event": one["event"], "detail": one["detail"]})  # fmt: skip
    if run.began_s is not None:
        until = run.began_s + (run.seconds or 0.0) + AFTER_S
        for act in audit_between(run.began_s - BEFORE_S, until):
            by = f" by {act['by']}" if act["by"] else ""
            rows.append({"wall_s": act["wall_s"], "t_s": None, "from": "audit",
                         "event": f"{act['event']}{by}", "detail": act["detail"]})  # fmt: skip
    for note in read_notes(run.path):
        rows.append({"wall_s": note.wall_s, "t_s": None, "from": "note",
                     "event": f"note by {note.by}", "detail": note.text})  # fmt: skip
    rows.sort(key=lambda row: row["wall_s"] if row["wall_s"] is not None else float("-inf"))
    for row in rows:
        row["at"] = iso(row.pop("wall_s")) if row["wall_s"] is not None else None
    return rows


def _detection(told: Mapping[str, Any]) -> dict[str, Any]:
    alerting = told["alerting"] if isinstance(told["alerting"], Mapping) else {}
    hits = [one["first_hit"] for one in told["fault"] if one["first_hit"] is not None]
    return {
        "first_hit_s": min(hits) if hits else None,
        "fault_to_alert_s": alerting.get("fault_to_alert_s"),
        "line_s": alerting.get("line_s"),
        "in_time": alerting.get("in_time"),
        "blind": alerting.get("blind"),
    }


def _worksheet(run: Run, told: Mapping[str, Any], past: Sequence[PastRun]) -> list[dict[str, Any]]:
    """Questions towards the root cause, each with what the evidence says to it."""
    held = [one["checker"] for one in told["findings"] if one["answer"] == "held"]
    unknown = [one for one in told["findings"] if one["answer"] == "unknown"]
    rows = [
        ("What happened?", [run.sentence]),
        ("What was done to the system?", _faults(told)),
        (
            "Which rule broke first?",
            [f"{one.checker}: {one.observed} (expected: {one.expected})" for one in run.broken],
        ),
        ("What does the evidence show?", _rows(told)),
        ("What is a likely cause?", [f"{one.checker}: {check(one.checker).cause}"
                                     for one in run.broken]),
        ("What is ruled out, because it held?", held),
        ("What is different from the last run that passed?", _differences(run, past)),
        ("What is not known?", [f"{one['checker']}: {one['observed']}" for one in unknown]
         + list(run.problems)),
        ("Why was it not prevented?", []),
        ("Root cause", []),
    ]  # fmt: skip
    return [{"question": question, "answers": answers or [PEOPLE]} for question, answers in rows]


def _faults(told: Mapping[str, Any]) -> list[str]:
    return [
        f"{one['fault']} with {one['parameters']}: {one['hits'] or 0:.0f} hits, ended because: "
        f"{one['reason'] or 'not known'}"
        for one in told["fault"]
    ]


def _rows(told: Mapping[str, Any]) -> list[str]:
    found = []
    for one in told["findings"]:
        if one["answer"] == "broken":
            for row in one["evidence"][:3]:
                shown = ", ".join(f"{name} {value}" for name, value in row.items() if value != "")
                found.append(f"{one['checker']}: {shown}")
    return found


def _differences(run: Run, past: Sequence[PastRun]) -> list[str]:
    good = [
        one for one in past
        if one.outcome == "passed" and one.conclusive and one.variant == run.variant
        and (run.began_s is None or one.wall_s < run.began_s)
    ]  # fmt: skip
    if not good:
        return ["no earlier run of this test and variant has passed"]
    last = good[-1]
    changed = [
        f"{name}: {last.versions.get(name, 'none')} then, {run.versions.get(name, 'none')} now"
        for name in sorted({*run.versions, *last.versions})
        if last.versions.get(name) != run.versions.get(name)
    ]
    if last.target != run.target:
        changed.append(f"target: {last.target} then, {run.target} now")
    if last.seed != run.seed:
        changed.append(f"seed: {last.seed} then, {run.seed} now")
    return [f"compared with {last.run_id}", *(changed or ["nothing that the journals record"])]


def _prevention(run: Run, told: Mapping[str, Any]) -> list[str]:
    found = [f"{one['checker']}: {one['advice']}" for one in told["to_do"]
             if one["answer"] == "broken"]  # fmt: skip
    detection = _detection(told)
    if run.outcome == "deviated" and detection["fault_to_alert_s"] is None:
        found.append("No alert told of it: add a rule to the alerts for what broke.")
    elif detection["in_time"] is False:
        found.append("The first alert came after the five-second line: watch a faster number.")
    if run.broken:
        found.append(
            f"Retest with the same seed: CHAOS_SEED={run.seed} chaos trading run {run.test}"
        )
    return found


def _contacts(clock: Clock) -> dict[str, Any]:
    try:
        contacts = read_contacts()
    except InvalidInput:
        contacts = None
    return {
        "warning": contacts_warning(clock=clock),
        "standby": [asdict(one) for one in contacts.standby] if contacts else [],
        "procedures": contacts.procedures if contacts else "",
    }
