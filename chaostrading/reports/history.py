"""The history of all runs: an index in SQLite over the journals, which stay the truth.

It may be deleted at any time; the next look rebuilds it. A look reads only the journals that are
new or have changed. What cannot be read is kept too, with the reason, so that nothing is silently
missing from a report.
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from chaostrading.core import home
from chaostrading.core.errors import ChaosTradingError, InvalidInput
from chaostrading.core.files import to_json
from chaostrading.reports.clean import clean
from chaostrading.reports.incident_reason import incident_reason
from chaostrading.reports.run import Run, parse, run_from
from chaostrading.reports.run_report import score_of

__all__ = ["COLUMNS", "History", "PastRun", "Unreadable"]

SCHEMA = 3
WAIT_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PastRun:
    """One run in the index. `wall_s` is when it began; JSON columns are plain data."""

    file: str
    run_id: str
    test: str
    category: str
    impact_level: str
    variant: str
    outcome: str
    conclusive: bool
    refused: bool
    judged: bool
    sentence: str
    wall_s: float
    seconds: float | None
    target: str
    recovery_s: float | None
    bound_s: float | None
    censored: bool
    error_bar_s: float | None
    score: float | None
    hits: float | None
    fault_to_alert_s: float | None
    seed: int | None
    incident: str
    sha256: str
    answers: dict[str, str]
    """Checker to answer."""
    observed: dict[str, str]
    """What was observed, for checkers that did not hold."""
    impact: dict[str, Any]
    alerts: list[list[str]]
    """Severity and rule of each alert that fired."""
    blind: list[str]
    """Alert rules that saw no number."""
    versions: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """A file among the journals that is none, and why."""

    file: str
    why: str


COLUMNS = tuple(item.name for item in fields(PastRun))
_JSON = ("answers", "observed", "impact", "alerts", "blind", "versions")
_FLAGS = ("conclusive", "refused", "judged", "censored")
_INSERT = f"INSERT OR REPLACE INTO runs VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - only question marks


class History:
    """The index. Use it as a context; `sync` brings it up to date."""

    def __init__(self, journals: Path | None = None, index: Path | None = None) -> None:
        """`index` defaults to the chaos home's for its own journals, and to one in memory for a
        folder of others."""
        self.journals = journals or home.journals()
        own = self.journals.absolute() == home.journals()
        self._index = index or (home.history() if own else None)
        self._base = self._open()

    def __enter__(self) -> "History":
        self.sync()
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def rebuild(self) -> None:
        """Forget the index and read every journal again."""
        self._base.executescript("DELETE FROM runs; DELETE FROM files;")
        self.sync()

    def sync(self) -> tuple[int, int]:
        """Bring the index up to date. Returns how many files were read and how many forgotten.

        Where the index cannot be written (full disk, locked), one in memory takes its place."""
        try:
            return self._sync()
        except sqlite3.DatabaseError:
            self._base.close()
            self._base = self._connect(None)
            return self._sync()

    def _sync(self) -> tuple[int, int]:
        known = {
            name: (mtime, size)
            for name, mtime, size in self._base.execute("SELECT file, mtime_ns, size FROM files")
        }
        seen = dict(self._files())
        gone = known.keys() - seen.keys()
        changed = [name for name, stamp in seen.items() if known.get(name) != stamp]
        if not gone and not changed:
            return 0, 0
        with self._base:
            for name in (*gone, *changed):
                self._base.execute("DELETE FROM runs WHERE file = ?", (name,))
                self._base.execute("DELETE FROM files WHERE file = ?", (name,))
            for name in changed:
                why = self._read(name)
                self._base.execute(
                    "INSERT INTO files VALUES (?, ?, ?, ?)", (name, *seen[name], why)
                )
        return len(changed), len(gone)

    def runs(
        self, since_s: float | None = None, until_s: float | None = None, test: str = ""
    ) -> list[PastRun]:
        """Runs that began within `since_s <= t < until_s` (wall time), oldest first."""
        where, values = ["1"], []
        for clause, value in (("wall_s >= ?", since_s), ("wall_s < ?", until_s)):
            if value is not None:
                where.append(clause)
                values.append(value)
        if test:
            where.append("test = ?")
            values.append(test)  # type: ignore[arg-type]
        query = f"SELECT * FROM runs WHERE {' AND '.join(where)} ORDER BY wall_s, file"  # noqa: S608 - fixed clauses
        return [_row(values_) for values_ in self._base.execute(query, values)]

    def unreadable(self) -> list[Unreadable]:
        """The files that are no journals, and why."""
        rows = self._base.execute("SELECT file, why FROM files WHERE why != '' ORDER BY file")
        return [Unreadable(file=file, why=why) for file, why in rows]

    def _files(self) -> Iterator[tuple[str, tuple[int, int]]]:
        try:
            with os.scandir(self.journals) as entries:
                for entry in entries:
                    if entry.name.endswith(".json") and not entry.name.startswith("."):
                        with contextlib.suppress(OSError):
                            facts = entry.stat()
                            yield entry.name, (facts.st_mtime_ns, facts.st_size)
        except OSError:
            return

    def _read(self, name: str) -> str:
        """Index one journal. Returns why it cannot be read, `""` when it can."""
        path = self.journals / name
        try:
            data = path.read_bytes()
            run = run_from(parse(data, path), path, data)
            self._base.execute(_INSERT, _values(run, path))
        except (ChaosTradingError, OSError, sqlite3.Error, RecursionError) as error:
            return str(clean(str(error)))
        return ""

    def _open(self) -> sqlite3.Connection:
        if self._index is not None:
            for attempt in (1, 2):
                try:
                    return self._connect(self._index)
                except sqlite3.DatabaseError as error:
                    if isinstance(error, sqlite3.OperationalError):
                        break  # locked, or a folder that cannot be written: do without a file
                    if attempt == 1:
                        self._index.unlink(missing_ok=True)
                except OSError:
                    break
        return self._connect(None)

    def _connect(self, index: Path | None) -> sqlite3.Connection:
        if index is not None:
            index.parent.mkdir(parents=True, exist_ok=True)
        base = sqlite3.connect(index or ":memory:", timeout=WAIT_S)
        try:
            if index is not None:
                base.execute("PRAGMA journal_mode=WAL")
                base.execute("PRAGMA synchronous=NORMAL")
            if base.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
                base.executescript(
                    "DROP TABLE IF EXISTS runs; DROP TABLE IF EXISTS files;"
                    f"CREATE TABLE runs ({', '.join(COLUMNS)}, PRIMARY KEY (file));"
                    "CREATE INDEX runs_by_time ON runs (wall_s);"
                    "CREATE TABLE files (file TEXT PRIMARY KEY, mtime_ns, size, why);"
                    f"PRAGMA user_version={SCHEMA};"
                )
            base.execute("SELECT file, mtime_ns, size, why FROM files LIMIT 1").fetchall()
        except BaseException:
            base.close()
            raise
        return base


def _values(run: Run, path: Path) -> list[Any]:
    score, back = score_of(run), run.recovery
    fault = run.block.get("fault")
    rows = fault if isinstance(fault, list) else [fault]
    hits = [row.get("hits") for row in rows if isinstance(row, dict)]
    row: dict[str, Any] = {
        "file": path.name,
        "run_id": run.run_id,
        "test": run.test,
        "category": run.category,
        "impact_level": run.impact_level,
        "variant": run.variant,
        "outcome": run.outcome,
        "conclusive": run.conclusive,
        "refused": run.refused,
        "judged": run.judged,
        "sentence": run.sentence,
        "wall_s": run.began_s if run.began_s is not None else path.stat().st_mtime,
        "seconds": run.seconds,
        "target": run.target,
        "recovery_s": back.seconds if back else None,
        "bound_s": back.bound_s if back else None,
        "censored": back.censored if back else False,
        "error_bar_s": back.error_bar_s if back else None,
        "score": score.total if score else None,
        "hits": sum(float(one) for one in hits if isinstance(one, int | float)) if hits else None,
        "fault_to_alert_s": _number(run.alerting.get("fault_to_alert_s")),
        "seed": run.seed,
        "incident": incident_reason(run),
        "sha256": run.sha256,
        "answers": {one.checker: one.answer for one in run.findings},
        "observed": {one.checker: one.observed for one in run.findings if one.answer != "held"},
        "impact": clean(run.impact),
        "alerts": [
            [str(one.get("severity"))[:20], str(one.get("rule"))[:100]]
            for one in run.alerts
            if one.get("event") == "fired"
        ],
        "blind": clean(run.alerting.get("blind")) or [],
        "versions": dict(run.versions),
    }
    return [to_json(row[name]) if name in _JSON else row[name] for name in COLUMNS]


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _row(values: Sequence[Any]) -> PastRun:
    row = dict(zip(COLUMNS, values, strict=True))
    for name in _JSON:
        row[name] = json.loads(row[name])
    for name in _FLAGS:
        row[name] = bool(row[name])
    return PastRun(**row)


def require_folder(journals: Path) -> Path:
    """The folder of journals. Raises InvalidInput when it is none."""
    if not journals.is_dir():
        raise InvalidInput(f"journals: {journals} must be a folder of journals, was not found")
    return journals
