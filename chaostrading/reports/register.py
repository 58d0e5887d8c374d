"""The findings register: each check that broke, who sees to it by when, and its retest.

Findings come from the journals by themselves; people add owner, due date and action, which are
appended to `findings.jsonl` in the chaos home.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from chaostrading.core import home
from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.core.files import to_json
from chaostrading.reports.checks import check
from chaostrading.reports.clean import mapping, text
from chaostrading.reports.history import PastRun

__all__ = ["Entry", "assign", "finding_id", "register"]

RECOVERY = "recovery"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One finding: a check that broke in a test. `state` is open or retested."""

    id: str
    test: str
    variant: str
    checker: str
    severity: str
    state: str
    first_run: str
    last_run: str
    last_s: float
    times: int
    observed: str
    advice: str
    retest_run: str = ""
    """The newest run in which the check held after it had broken."""
    owner: str = ""
    due: str = ""
    action: str = ""
    overdue: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def finding_id(test: str, variant: str, checker: str) -> str:
    """The short name of a finding, the same in every report: `F-3fa09c`."""
    return f"F-{hashlib.sha256(f'{test}|{variant}|{checker}'.encode()).hexdigest()[:6]}"


def register(runs: Iterable[PastRun], *, clock: Clock | None = None) -> list[Entry]:
    """Every finding of these runs (oldest first), open and critical ones first.

    A finding is retested when its check held in a later conclusive run of the same test and
    variant; when it breaks again, it is open again."""
    entries: dict[str, Entry] = {}
    for run in runs:
        if run.conclusive:
            _look(run, entries)
    people = _people()
    today = datetime.fromtimestamp((clock or SystemClock()).wall(), tz=UTC).date().isoformat()
    found = [_with_people(entry, people.get(entry.id, {}), today) for entry in entries.values()]
    order = {"critical": 0, "warning": 1, "evidence": 2}
    return sorted(found, key=lambda one: (one.state != "open", order[one.severity], -one.last_s))


def assign(
    finding: str,
    *,
    known: Iterable[str],
    owner: str,
    due: str,
    action: str,
    by: str,
    clock: Clock | None = None,
) -> dict[str, Any]:
    """Write down who sees to a finding, by when (YYYY-MM-DD) and how. Empty ones stay as they are.

    Raises InvalidInput for an unknown finding or a date that is none."""
    if finding not in (names := list(known)):
        raise unknown_name("finding", finding, names)
    if due:
        try:
            date.fromisoformat(due)
        except ValueError as error:
            raise InvalidInput(f"finding: due must be a date YYYY-MM-DD, was {due!r}") from error
    row = {
        "id": finding,
        "at": iso((clock or SystemClock()).wall()),
        "by": by,
        **{
            name: text(value.strip(), 500)
            for name, value in (("owner", owner), ("due", due), ("action", action))
            if value.strip()
        },
    }
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, (to_json(row) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    return row


def _look(run: PastRun, entries: dict[str, Entry]) -> None:
    answers = dict(run.answers)
    observed = dict(run.observed)
    if run.bound_s is not None:
        answers[RECOVERY] = "broken" if run.censored else "held"
        observed[RECOVERY] = f"trading was not back within {run.bound_s:g} s"
    for checker, answer in answers.items():
        name = finding_id(run.test, run.variant, checker)
        entry = entries.get(name)
        if answer == "held" and entry is not None:
            entries[name] = replace(entry, state="retested", retest_run=run.run_id)
        elif answer == "broken":
            known = check(checker)
            entries[name] = Entry(
                id=name,
                test=run.test,
                variant=run.variant,
                checker=checker,
                severity="critical" if checker == RECOVERY else known.severity,
                state="open",
                first_run=entry.first_run if entry else run.run_id,
                last_run=run.run_id,
                last_s=run.wall_s,
                times=entry.times + 1 if entry else 1,
                observed=observed.get(checker, ""),
                advice="Find what restarts late or not at all."
                if checker == RECOVERY
                else known.advice,
            )


def _with_people(entry: Entry, told: Mapping[str, str], today: str) -> Entry:
    due = told.get("due", "")
    return replace(
        entry,
        owner=told.get("owner", ""),
        due=due,
        action=told.get("action", ""),
        overdue=bool(due) and due < today and entry.state == "open",
    )


def _people() -> dict[str, dict[str, str]]:
    people: dict[str, dict[str, str]] = {}
    try:
        lines = _path().read_bytes().splitlines()
    except OSError:
        return {}
    for line in lines:
        try:
            row = mapping(json.loads(line))
        except (ValueError, RecursionError):
            continue
        told = {name: text(row[name], 500) for name in ("owner", "due", "action") if row.get(name)}
        people.setdefault(text(row.get("id"), 20), {}).update(told)
    return people


def _path() -> Path:
    return home.home() / "findings.jsonl"
