"""Runs that ended without a journal: killed, or the machine went down. Their evidence remains.

The recorder writes line by line, so the evidence of such a run tells what was in force until when.
A journal is put together from it that says so and proves nothing.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from chaostrading.core import home
from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.errors import ChaosTradingError
from chaostrading.records.journal import read_records
from chaostrading.records.types import LeaseEvent, Record, Sample
from chaostrading.reports.metrics import named_values
from chaostrading.reports.run import Run, run_from

__all__ = ["cut_off_run", "cut_off_runs"]

SILENT_S = 60.0
"""The recorder writes four times a second: a file that is silent for so long has no writer."""
POINTS_MAX = 400
RECORDS_MAX = 200_000
_RUN_ID = re.compile(r"^\d{8}T\d{6}-(\w+)-[0-9a-f]+$")


def cut_off_runs(*, clock: Clock | None = None) -> list[Run]:
    """Every run of the chaos home that left evidence but no journal, oldest first."""
    now_s = (clock or SystemClock()).wall()
    return [run for name in sorted(_names(now_s)) if (run := cut_off_run(name)) is not None]


def cut_off_run(run_id: str) -> Run | None:
    """The run of that id from its evidence alone; None when there is none that can be read."""
    path = home.evidence() / run_id / "witness.jsonl"
    records: list[Record] = []
    try:
        for record in read_records(path):
            records.append(record)
            if len(records) >= RECORDS_MAX:
                break
    except (OSError, ValueError, TypeError, AttributeError, ChaosTradingError):
        if not records:
            return None
    if not records:
        return None
    journal = _journal(run_id, sorted(records, key=lambda record: record.mono_s))
    return run_from(journal, home.journals() / f"{run_id}.json", b"")


def _names(now_s: float) -> Iterator[str]:
    try:
        entries = list(os.scandir(home.evidence()))
    except OSError:
        return
    for entry in entries:
        if (home.journals() / f"{entry.name}.json").exists():
            continue
        try:
            written = Path(entry.path, "witness.jsonl").stat().st_mtime
        except OSError:
            continue
        if now_s - written >= SILENT_S:
            yield entry.name


def _journal(run_id: str, records: Sequence[Record]) -> dict[str, Any]:
    leases = [record for record in records if isinstance(record, LeaseEvent)]
    samples = [record for record in records if isinstance(record, Sample)]
    first, last = records[0], records[-1]
    armed = [one for one in leases if one.event == "armed"]
    zero = armed[0].mono_s if armed else first.mono_s
    match = _RUN_ID.match(run_id)
    test = match.group(1) if match else run_id
    left = _left(leases)
    what = f"while {', '.join(one.fault for one in left)} was in force" if left else "with no fault"
    return {
        "start": iso(first.wall_s),
        "duration": round(last.mono_s - first.mono_s, 3),
        "experiment": {},
        "chaostrading": {
            "run_id": run_id,
            "test": {"name": test},
            "verdict": {
                "outcome": "interrupted",
                "conclusive": False,
                "refused": False,
                "sentence": f"{test} was cut off {what}: its process ended without a verdict"
                + ("; a fault may have been left behind" if left else ""),
            },
            "zero_at": iso(last.wall_s - last.mono_s + zero),
            "recovery": None,
            "findings": [],
            "fault": [_fault(one, leases, zero) for one in armed],
            "timeline": [
                *(_event(one.mono_s - zero, f"{one.fault} {one.event}", one.reason)
                  for one in leases),
                _event(last.mono_s - zero, "the evidence ends", ""),
            ],
            "series": _series(samples, zero),
            "alerts": [
                {**row, "t_s": round(one.mono_s - zero, 3)}
                for one in samples
                for row in one.values.get("alerts") or ()
            ],
            "attestation": None,
            "versions": {},
            "evidence_folder": str(home.evidence() / run_id),
        },
    }  # fmt: skip


def _left(leases: Sequence[LeaseEvent]) -> list[LeaseEvent]:
    ended = {one.lease for one in leases if one.event == "ended"}
    return [one for one in leases if one.event == "armed" and one.lease not in ended]


def _fault(armed: LeaseEvent, leases: Sequence[LeaseEvent], zero: float) -> dict[str, Any]:
    ends = [one for one in leases if one.lease == armed.lease and one.event == "ended"]
    return {
        "fault": armed.fault,
        "lease": armed.lease,
        "hits": ends[0].hits if ends else None,
        "began": round(armed.mono_s - zero, 3),
        "ended": round(ends[0].mono_s - zero, 3) if ends else None,
        "reason": ends[0].reason if ends else "not seen to end",
    }


def _event(t_s: float, event: str, detail: str) -> dict[str, Any]:
    return {"t_s": round(t_s, 3), "event": event, "detail": detail}


def _series(samples: Sequence[Sample], zero: float) -> dict[str, list[list[float]]]:
    series: dict[str, list[list[float]]] = {}
    for sample in samples[:: max(1, len(samples) // POINTS_MAX)]:
        for name, value in named_values(sample.values).items():
            series.setdefault(name, []).append([round(sample.mono_s - zero, 2), value])
    return series
