"""What the journals tell: one short row for each run that was ever kept.

The journals are the truth. A journal is read once, and again only when its file has changed.
"""

import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chaostrading.core import home
from chaostrading.core.clock import iso
from chaostrading.reports.score import run_score

__all__ = ["Past", "PastRow"]

RUNS_KEPT = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class PastRow:
    """One kept run in short."""

    run_id: str
    test: str
    category: str
    impact: str
    outcome: str
    conclusive: bool
    sentence: str
    ended_wall_s: float
    recovery_s: float | None = None
    bound_s: float | None = None
    censored: bool = False
    seed: int | None = None
    variant: str = ""
    alerts: int = 0
    detection_s: float | None = None
    """From the fault's first hit to the first alert; None when none fired."""
    score: float | None = None
    """0..100, None for a run that proves nothing."""
    fault_share_asked: float | None = None
    """The share of frames that the fault was to touch (0..1), where it was armed with one."""
    fault_share_seen: float | None = None

    def row(self) -> dict[str, Any]:
        """The run for people and programs, as `runs.LiveRun.row` says it."""
        return {
            "run_id": self.run_id,
            "test": self.test,
            "category": self.category,
            "impact": self.impact,
            "state": "finished",
            "variant": self.variant or None,
            "outcome": self.outcome,
            "conclusive": self.conclusive,
            "sentence": self.sentence,
            "recovery_s": self.recovery_s,
            "bound_s": self.bound_s,
            "censored": self.censored,
            "seed": self.seed,
            "alerts": self.alerts,
            "detection_s": self.detection_s,
            "score": self.score,
            "ended_at": iso(self.ended_wall_s),
        }


class Past:
    """The rows of all journals, kept up to date by looking at the folder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, tuple[tuple[int, int], PastRow | None]] = {}

    def rows(self) -> list[PastRow]:
        """Every kept run, newest first, at most 10000."""
        with self._lock:
            seen = _files()
            for name in self._rows.keys() - seen.keys():
                del self._rows[name]
            for name, (stamp, path) in seen.items():
                if name not in self._rows or self._rows[name][0] != stamp:
                    self._rows[name] = (stamp, _read(path))
            rows = [row for _, row in self._rows.values() if row is not None]
        return sorted(rows, key=lambda row: row.ended_wall_s, reverse=True)

    def journal(self, run_id: str) -> dict[str, Any] | None:
        """The `chaostrading` block of a run, None when there is none."""
        row = _load(home.journals() / f"{run_id}.json")
        block = row.get("chaostrading") if row else None
        return block if isinstance(block, dict) else None


def _files() -> dict[str, tuple[tuple[int, int], Path]]:
    try:
        with os.scandir(home.journals()) as entries:
            found = [
                (entry.stat(), entry)
                for entry in entries
                if entry.name.endswith(".json") and not entry.name.startswith(".")
            ]
    except OSError:
        return {}
    newest = sorted(found, key=lambda one: one[0].st_mtime_ns, reverse=True)[:RUNS_KEPT]
    return {
        entry.name: ((facts.st_mtime_ns, facts.st_size), Path(entry.path))
        for facts, entry in newest
    }


def _load(path: Path) -> dict[str, Any] | None:
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return row if isinstance(row, dict) else None


def _read(path: Path) -> PastRow | None:
    journal = _load(path)
    block = journal.get("chaostrading") if journal else None
    if journal is None or not isinstance(block, dict):
        return None
    try:
        return _row(path, journal, block)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None  # Not a journal of ours, whatever it is called.


def _row(path: Path, journal: dict[str, Any], block: dict[str, Any]) -> PastRow:
    verdict, test = block["verdict"], block["test"]
    test = test if isinstance(test, dict) else {"name": test}
    recovery = block.get("recovery") or {}
    faults = block.get("fault") or []
    asked, seen = _shares(faults if isinstance(faults, list) else [faults])
    return PastRow(
        run_id=path.stem,
        test=str(test["name"]),
        category=str(test.get("category", "")),
        impact=str(test.get("impact", "")),
        outcome="refused" if verdict.get("refused") is True else str(verdict["outcome"]),
        conclusive=verdict.get("conclusive") is True,
        sentence=str(verdict.get("sentence", "")),
        ended_wall_s=_moment(journal.get("end")) or path.stat().st_mtime,
        recovery_s=_number(recovery.get("seconds")),
        bound_s=_number(recovery.get("bound_s")),
        censored=recovery.get("censored") is True,
        seed=block.get("seed") if isinstance(block.get("seed"), int) else None,
        variant=str(block.get("variant") or ""),
        alerts=len(block.get("alerts") or ()),
        detection_s=_number((block.get("alerting") or {}).get("fault_to_alert_s")),
        score=_score(block),
        fault_share_asked=asked,
        fault_share_seen=seen,
    )


def _score(block: dict[str, Any]) -> float | None:
    recovery = block.get("recovery") or {}
    seconds, bound = _number(recovery.get("seconds")), _number(recovery.get("bound_s"))
    scored = run_score(
        conclusive=block["verdict"].get("conclusive") is True,
        answers=[(str(one["checker"]), str(one["answer"])) for one in block.get("findings") or ()],
        recovered=seconds is not None and bound is not None and seconds <= bound,
        impact=block.get("impact") or {},
    )
    return scored.total if scored else None


def _shares(faults: list[dict[str, Any]]) -> tuple[float | None, float | None]:
    hits = sum(int(one.get("hits", 0)) for one in faults)
    misses = sum(int(one.get("misses", 0)) for one in faults)
    asked = [share for one in faults if (share := _number(one.get("share"))) is not None]
    return (max(asked) if asked else None), (hits / (hits + misses) if hits + misses else None)


def _moment(text: object) -> float:
    if not isinstance(text, str):
        return 0.0
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
