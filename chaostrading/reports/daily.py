"""The daily report: tests run, results in short, issues, and what to do about them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from chaostrading import __version__
from chaostrading.core import home
from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.errors import InvalidInput
from chaostrading.reports.cut_off import cut_off_runs
from chaostrading.reports.document import Document, Facts, Items, Section, Text, table, tone_of
from chaostrading.reports.happenings import audit_between, schedule_between
from chaostrading.reports.history import History, PastRun
from chaostrading.reports.notes import read_notes
from chaostrading.reports.register import finding_id, register
from chaostrading.reports.run_layout import made
from chaostrading.reports.score import DAY_S, Listed
from chaostrading.reports.trends import triple_of

__all__ = ["daily_document", "daily_report", "day_of"]

LOOK_BACK_DAYS = 90


def day_of(day: str, clock: Clock | None = None) -> date:
    """The day as `YYYY-MM-DD` in UTC; empty is today. Raises InvalidInput for anything else."""
    if not day:
        return datetime.fromtimestamp((clock or SystemClock()).wall(), tz=UTC).date()
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise InvalidInput(f"report: day must be a date YYYY-MM-DD, was {day!r}") from error


def daily_report(
    history: History, tests: Sequence[Listed], day: date, *, clock: Clock | None = None
) -> dict[str, Any]:
    """The runs of one day (UTC) and what they call for."""
    since = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    until = since + DAY_S
    past = history.runs(since - LOOK_BACK_DAYS * DAY_S, until)
    runs = [run for run in past if run.wall_s >= since]
    new = _new_failures(past, since)
    entries = register(past, clock=clock)
    today = {run.run_id for run in runs}
    return {
        "report": "daily",
        "made_at": iso((clock or SystemClock()).wall()),
        "made_by": f"chaostrading {__version__}",
        "day": day.isoformat(),
        "sentence": _sentence(day, runs, new),
        "triple": triple_of(past, tests, until).to_json(),
        "outcomes": dict(Counter(_word(run) for run in runs)),
        "strip": [
            {"test": test.name, "today": [_word(run) for run in runs if run.test == test.name]}
            for test in tests
        ],
        "runs": [_run(run) for run in runs],
        "new_failures": new,
        "issues": _issues(runs),
        "incidents": [
            {"run": run.run_id, "test": run.test, "reason": run.incident}
            for run in runs
            if run.incident
        ],
        "cut_off": _cut_off(history, since, until, clock),
        "alerts": _alerts(runs),
        "safety": audit_between(since, until),
        "skipped": schedule_between(since, until),
        "unreadable": [asdict(one) for one in history.unreadable()],
        "recommendations": [
            {"finding": one.id, "check": one.checker, "test": one.test, "severity": one.severity,
             "owner": one.owner, "due": one.due, "advice": one.action or one.advice}
            for one in entries
            if one.state == "open" and one.last_run in today
        ],
        "notes": [
            {"run": run.run_id, **asdict(note)}
            for run in runs
            for note in read_notes(history.journals / run.file)
        ],
    }  # fmt: skip


def daily_document(data: dict[str, Any]) -> Document:
    """The daily report, ready to be rendered."""
    worst = "deviated" if data["outcomes"].get("deviated") else ""
    unsure = set(data["outcomes"]) - {"passed", "deviated"}
    tone = tone_of(worst or ("inconclusive" if unsure or not data["runs"] else "passed"))
    return Document(
        title=f"Chaos tests of {data['day']}",
        sentence=data["sentence"],
        tone=tone,
        facts=Facts(
            pairs=(
                ("day", f"{data['day']} (UTC)"),
                ("runs", str(len(data["runs"]))),
                ("resilience", data["triple"]["text"]),
            )
        ),
        sections=(
            Section(title="Incidents", blocks=_incident_blocks(data)),
            Section(title="Issues", blocks=_issue_blocks(data)),
            Section(title="Recommendations", blocks=_advice_blocks(data)),
            Section(title="Tests run", blocks=_run_blocks(data)),
            Section(title="All tests today", blocks=_strip_blocks(data)),
            Section(title="Alerts", blocks=_alert_blocks(data)),
            Section(title="Safety", blocks=_safety_blocks(data)),
            Section(title="Notes of operators", blocks=_note_blocks(data)),
        ),
        made=made(data),
        data=data,
    )


def _word(run: PastRun) -> str:
    if run.refused:
        return "refused"
    return "inconclusive" if run.outcome == "passed" and not run.conclusive else run.outcome


def _sentence(day: date, runs: Sequence[PastRun], new: Sequence[dict[str, Any]]) -> str:
    if not runs:
        return f"No test ran on {day.isoformat()}: nothing is known about that day"
    counts = Counter(_word(run) for run in runs)
    parts = [f"{counts.pop('passed', 0)} of {len(runs)} runs passed"]
    parts += [f"{count} {word}" for word, count in sorted(counts.items())]
    fresh = f"; new today: {', '.join(one['test'] for one in new)}" if new else ""
    return f"{', '.join(parts)}{fresh}"


def _new_failures(past: Sequence[PastRun], since: float) -> list[dict[str, Any]]:
    """Tests that deviated today and had not when they last proved something before."""
    before: dict[tuple[str, str], str] = {}
    new: dict[tuple[str, str], dict[str, Any]] = {}
    for run in past:
        key = (run.test, run.variant)
        if not run.conclusive:
            continue
        if run.wall_s < since:
            before[key] = run.outcome
        elif run.outcome == "deviated" and before.get(key) != "deviated":
            new.setdefault(
                key,
                {"test": run.test, "variant": run.variant, "run": run.run_id,
                 "before": before.get(key, "never proven")},
            )  # fmt: skip
    return list(new.values())


def _run(run: PastRun) -> dict[str, Any]:
    return {
        "run": run.run_id,
        "began": iso(run.wall_s),
        "test": run.test,
        "variant": run.variant,
        "outcome": _word(run),
        "sentence": run.sentence,
        "recovery_s": run.recovery_s,
        "bound_s": run.bound_s,
        "censored": run.censored,
        "score": run.score,
    }


def _issues(runs: Sequence[PastRun]) -> list[dict[str, Any]]:
    issues = []
    for run in runs:
        for checker, answer in run.answers.items():
            if answer == "broken":
                issues.append(
                    {
                        "finding": finding_id(run.test, run.variant, checker),
                        "test": run.test,
                        "check": checker,
                        "observed": run.observed.get(checker, ""),
                        "run": run.run_id,
                    }
                )
        if run.censored or _word(run) not in ("passed", "deviated"):
            what = "recovery" if run.censored else _word(run)
            issues.append(
                {"finding": "", "test": run.test, "check": what, "observed": run.sentence,
                 "run": run.run_id}
            )  # fmt: skip
    return issues


def _cut_off(
    history: History, since: float, until: float, clock: Clock | None
) -> list[dict[str, Any]]:
    """Runs of that day that ended without a journal; only of the chaos home's own."""
    if history.journals != home.journals():
        return []
    return [
        {"run": run.run_id, "test": run.test, "sentence": run.sentence}
        for run in cut_off_runs(clock=clock)
        if run.began_s is not None and since <= run.began_s < until
    ]


def _alerts(runs: Sequence[PastRun]) -> list[dict[str, Any]]:
    counts = Counter((severity, rule) for run in runs for severity, rule in run.alerts)
    return [
        {"severity": severity, "rule": rule, "times": times}
        for (severity, rule), times in sorted(counts.items())
    ]


def _incident_blocks(data: dict[str, Any]) -> tuple[Any, ...]:
    rows = [(one["test"], one["reason"], one["run"]) for one in data["incidents"]]
    if not rows:
        return ()
    return (
        table("Each has a report under incidents/ in the chaos home", ("test", "why", "run"), rows),
    )


def _issue_blocks(data: dict[str, Any]) -> tuple[Any, ...]:
    blocks: list[Any] = []
    if data["cut_off"]:
        rows2 = [(one["test"], one["sentence"], one["run"]) for one in data["cut_off"]]
        blocks.append(table("Ended without a journal", ("test", "what happened", "run"), rows2))
    if data["new_failures"]:
        rows = [(one["test"], one["variant"], one["before"], one["run"])
                for one in data["new_failures"]]  # fmt: skip
        blocks.append(table("New today", ("test", "variant", "before", "run"), rows))
    if data["issues"]:
        rows4 = [
            (one["test"], one["check"], one["observed"], one["finding"], one["run"])
            for one in data["issues"]
        ]
        blocks.append(table("All of today", ("test", "check", "observed", "finding", "run"), rows4))
    if data["unreadable"]:
        blocks.append(Text(words="Files among the journals that cannot be read:", warning=True))
        blocks.append(
            Items(items=tuple(f"{one['file']}: {one['why']}" for one in data["unreadable"][:50]))
        )
    return tuple(blocks) or (Text(words="None."),)


def _advice_blocks(data: dict[str, Any]) -> tuple[Any, ...]:
    rows = [
        (one["severity"], one["check"], one["test"], one["advice"], one["owner"] or "nobody yet",
         one["due"] or "-", one["finding"])
        for one in data["recommendations"]
    ]  # fmt: skip
    columns = ("severity", "check", "test", "what to do", "owner", "due", "finding")
    return (table("For what broke today", columns, rows),) if rows else (Text(words="None."),)


def _run_blocks(data: dict[str, Any]) -> tuple[Any, ...]:
    rows = [
        (one["outcome"], one["test"], one["variant"], _recovery_words(one),
         "-" if one["score"] is None else f"{one['score']:g}", one["sentence"], one["run"])
        for one in data["runs"]
    ]  # fmt: skip
    columns = ("outcome", "test", "variant", "recovery", "score", "what happened", "run")
    return (table("In the order they began", columns, rows),) if rows else ()


def _recovery_words(one: dict[str, Any]) -> str:
    if one["censored"]:
        return f"> {one['bound_s']:g} s" if one["bound_s"] is not None else "not within its bound"
    if one["recovery_s"] is None:
        return "-"
    bound = f" of {one['bound_s']:g} s" if one["bound_s"] is not None else ""
    return f"{one['recovery_s']:.1f} s{bound}"


def _strip_blocks(data: dict[str, Any]) -> tuple[Any, ...]:
    rows = [(one["test"], ", ".join(one["today"]) or "not run") for one in data["strip"]]
    return (table("Each test of the catalogue", ("test", "today"), rows),) if rows else ()


def _alert_blocks(data: dict[str, Any]) -> tuple[Any, ...]:
    rows = [(one["severity"], one["rule"], one["times"]) for one in data["alerts"]]
    return (table("Alerts that fired", ("severity", "rule", "times"), rows),) if rows else ()


def _safety_blocks(data: dict[str, Any]) -> tuple[Any, ...]:
    blocks: list[Any] = []
    if data["safety"]:
        rows = [(one["at"], one["event"], one["by"], one["detail"]) for one in data["safety"]]
        blocks.append(table("Lever, undo and other acts", ("at", "event", "by", "detail"), rows))
    if data["skipped"]:
        rows = [(one["at"], one["suite"], one["due"], one["reason"]) for one in data["skipped"]]
        blocks.append(table("Left out by the schedule", ("at", "suite", "due", "reason"), rows))
    return tuple(blocks)


def _note_blocks(data: dict[str, Any]) -> tuple[Any, ...]:
    rows = [(one["at"], one["by"], one["text"], one["run"]) for one in data["notes"]]
    return (table("What operators saw", ("at", "by", "note", "run"), rows),) if rows else ()
