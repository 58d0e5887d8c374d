"""What happened around the runs: acts of people and safety, and what the schedule left out."""

import json
from typing import Any

from chaostrading.core import home
from chaostrading.reports.clean import items, mapping, moment_s, number, text

__all__ = ["audit_between", "schedule_between"]

LINES_MAX = 20_000


def audit_between(since_s: float, until_s: float) -> list[dict[str, Any]]:
    """The audit's lines of that time (wall), oldest first: lever, undo, pauses, API calls."""
    rows = []
    for row in _lines("audit.jsonl"):
        at = number(row.get("wall_s"))
        if at is not None and since_s <= at < until_s:
            rows.append(
                {
                    "wall_s": at,
                    "at": text(row.get("at"), 40),
                    "event": text(row.get("event"), 100),
                    "by": text(row.get("by"), 200),
                    "detail": text(row.get("detail"), 500),
                }
            )
    return rows


def schedule_between(since_s: float, until_s: float) -> list[dict[str, Any]]:
    """Firings of the schedule that ran no or not every test, oldest first, with the reason."""
    rows = []
    for row in _lines("schedule.jsonl"):
        at = moment_s(row.get("at"))
        if at is None or not since_s <= at < until_s:
            continue
        reason = text(row.get("reason"), 500)
        left_out = [
            f"{text(mapping(one).get('test'), 100)}: {text(mapping(one).get('reason'), 300)}"
            for one in items(row.get("skipped"), 50)
        ]
        if row.get("event") == "skipped" or left_out:
            rows.append(
                {
                    "at": text(row.get("at"), 40),
                    "suite": text(row.get("suite"), 100),
                    "due": text(row.get("due"), 40),
                    "reason": reason or "; ".join(left_out),
                }
            )
    return rows


def _lines(name: str) -> list[dict[str, Any]]:
    try:
        lines = (home.home() / name).read_bytes().splitlines()[-LINES_MAX:]
    except OSError:
        return []
    rows = []
    for line in lines:
        try:
            rows.append(dict(mapping(json.loads(line))))
        except (ValueError, RecursionError):
            continue
    return rows
