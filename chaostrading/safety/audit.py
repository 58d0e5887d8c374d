"""Who did what: one JSON line per act of a person or of the schedule, appended, never rewritten."""

import json
import os
from typing import Any

from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.files import to_json
from chaostrading.core.home import home

__all__ = ["append_audit", "read_audit"]


def append_audit(event: str, by: str, detail: str = "", *, clock: Clock | None = None) -> None:
    """Append one line to `audit.jsonl` in the chaos home and force it to disk.

    `event` is past tense, e.g. `lever_engaged`. Raises OSError when the line cannot be written.
    """
    moment = (clock or SystemClock()).wall()
    row = {"wall_s": moment, "at": iso(moment), "event": event, "by": by, "detail": detail}
    path = home() / "audit.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write of a whole line in append mode: lines of two processes never mix.
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (to_json(row) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read_audit(limit: int = 100) -> list[dict[str, Any]]:
    """The newest lines, oldest first. A line cut off by a crash is left out."""
    try:
        text = (home() / "audit.jsonl").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    rows = []
    for line in text.splitlines()[-limit:]:
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows
