"""Finds and ends what an earlier run left behind: processes by pid and start time, and groups."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import psutil

from chaostrading.core.home import home
from chaostrading.pressure.lock import is_running

__all__ = ["end_leftovers", "leftovers", "records_folder"]

END_WITHIN_S = 2.0


def records_folder() -> Path:
    """Where runs name their processes and groups while they have any."""
    return home() / "pressure"


def leftovers() -> list[dict[str, Any]]:
    """List processes of pressure runs whose owner is gone: `{"pid", "started", "kind"}` each.

    A process is only listed when both its pid and its start time match the record, so a pid that
    the system has given to somebody else is never meant.
    """
    found = []
    for record in _records().values():
        if not _is_running(record.get("owner")):
            found += [p for p in record.get("processes", []) if _is_running(p)]
    return found


def end_leftovers() -> list[dict[str, Any]]:
    """End what `leftovers` lists, remove empty groups and records of dead owners, and list what
    was ended. It never touches a run whose owner lives."""
    ended = leftovers()
    for process in ended:
        with contextlib.suppress(psutil.Error):
            handle = psutil.Process(process["pid"])
            handle.kill()
            handle.wait(timeout=END_WITHIN_S)
    for path, record in _records().items():
        if _is_running(record.get("owner")):
            continue
        for folder in record.get("groups", []):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        still = any(_is_running(p) for p in record.get("processes", []))
        if not still and not any(Path(folder).exists() for folder in record.get("groups", [])):
            path.unlink(missing_ok=True)
    return ended


def _is_running(process: Any) -> bool:
    return isinstance(process, dict) and is_running(process.get("pid"), process.get("started"))


def _records() -> dict[Path, dict[str, Any]]:
    records = {}
    for path in sorted(records_folder().glob("*.json")):
        with contextlib.suppress(OSError, ValueError):
            value = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(value, dict):
                records[path] = value
    return records
