"""Write-ahead undo: how to take an injection back is on disk before the injection happens.

    id = write(run_id, {"kind": "remove_lease", "admin_url": url, "owner": owner, "token": token})
    ...inject, heal...
    done(id)

After a crash the record is still there, and `recover` executes it. What kind needs what:

| kind | fields |
|---|---|
| `remove_lease` | `admin_url` of the proxy, `owner` of the leases, `token` (a file of 0600) |
| `kill_process` | `pid`, and `started_s` unless the process runs now |
| `restore_target` | `url` of a paper target, how it stood `before`, `token` (a file of 0600) |
| `kill_scope` | `scope`, the name of the control group or unit that holds the load |

How a kind is executed is handed in from above; `kill_process` is known here.
"""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaostrading.core.clock import Clock, SystemClock
from chaostrading.core.errors import ChaosTradingError, InvalidInput, unknown_name
from chaostrading.core.files import to_json, write_atomically
from chaostrading.core.home import undo as undo_folder
from chaostrading.safety.audit import append_audit
from chaostrading.safety.processes import ProcessName, end_process, is_alive, name_process

__all__ = [
    "KINDS",
    "AlreadyGone",
    "Executor",
    "Recovery",
    "UndoRecord",
    "done",
    "pending",
    "recover",
    "residue",
    "write",
]

KINDS: dict[str, tuple[str, ...]] = {
    "remove_lease": ("admin_url", "owner"),
    "kill_process": ("pid",),
    "kill_scope": ("scope",),
    "restore_target": ("url", "before"),
}


class AlreadyGone(ChaosTradingError):
    """What was to be undone no longer exists: the proxy ended, and its leases with it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UndoRecord:
    """One injection that has not been taken back yet."""

    id: str
    run_id: str
    kind: str
    """One of `KINDS`, or `unreadable`."""
    wall_s: float
    action: Mapping[str, Any] = field(default_factory=dict)
    token: str = field(default="", repr=False)
    owner: ProcessName | None = None
    """The process that injected. While it lives it undoes this by itself."""

    def sentence(self) -> str:
        """Say in a few words what is left over. Holds no secret."""
        details = ", ".join(f"{name}={value}" for name, value in sorted(self.action.items()))
        return f"{self.kind} of run {self.run_id or 'unknown'} ({details})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recovery:
    """What became of one record."""

    record: UndoRecord
    undone: bool
    sentence: str


Executor = Callable[[UndoRecord], str]
"""Undo it and say what was done. Raises AlreadyGone when there is nothing left to undo, and any
other exception when it failed: the record then stays."""


def write(run_id: str, action: Mapping[str, Any], *, clock: Clock | None = None) -> str:
    """Write a record and force it to disk; call it BEFORE injecting. Returns its id.

    Raises InvalidInput when the action misses a field, OSError when the disk refuses: then nothing
    may be injected.
    """
    action = dict(action)
    kind = action.pop("kind", None)
    token = str(action.pop("token", ""))
    if kind not in KINDS:
        raise unknown_name("undo kind", kind, KINDS)
    if kind == "kill_process" and "started_s" not in action and "pid" in action:
        action["started_s"] = name_process(int(action["pid"])).started_s
    for name in KINDS[kind]:
        if not action.get(name):
            raise InvalidInput(f"undo: {kind} needs {name}, was {action.get(name)!r}")
    owner = name_process(os.getpid())
    record_id = f"{(clock or SystemClock()).wall():.3f}-{secrets.token_hex(4)}"
    row = {
        "id": record_id,
        "run_id": run_id,
        "kind": kind,
        "wall_s": (clock or SystemClock()).wall(),
        "action": action,
        "owner_pid": owner.pid,
        "owner_started_s": owner.started_s,
    }
    folder = undo_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if token:
        write_atomically(folder / f"{record_id}.token", token, mode=0o600)
    write_atomically(folder / f"{record_id}.json", to_json(row, indent=1), mode=0o600)
    return record_id


def done(record_id: str) -> None:
    """Forget a record: its injection has been taken back. Twice is as good as once."""
    folder = undo_folder()
    for name in (f"{record_id}.json", f"{record_id}.token"):
        (folder / name).unlink(missing_ok=True)


def pending() -> list[UndoRecord]:
    """Every record that is not done, oldest first. One that cannot be read is listed, too."""
    folder = undo_folder()
    if not folder.is_dir():
        return []
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def residue() -> list[UndoRecord]:
    """What an earlier run left behind: the pending records whose owner has ended."""
    return [record for record in pending() if record.owner is None or not is_alive(record.owner)]


def recover(
    executors: Mapping[str, Executor], *, everything: bool = False, clock: Clock | None = None
) -> list[Recovery]:
    """Take back what earlier runs left behind, newest first. One failure does not stop the rest.

    With `everything`, also what running processes have in force: that is for the kill switch.
    Records that could not be undone stay. Each result is written to the audit.
    """
    known: dict[str, Executor] = {"kill_process": _kill_process, **executors}
    records = pending() if everything else residue()
    results = [_recover(record, known) for record in reversed(records)]
    for result in results:
        if result.undone:
            done(result.record.id)
        event = "undo_executed" if result.undone else "undo_failed"
        append_audit(event, "recover", result.sentence, clock=clock)
    return results


def _recover(record: UndoRecord, executors: Mapping[str, Executor]) -> Recovery:
    what = record.sentence()
    executor = executors.get(record.kind)
    if executor is None:
        why = f"not undone: {what}: nothing here knows how to undo a record of this kind"
        return Recovery(record=record, undone=False, sentence=why)
    try:
        return Recovery(record=record, undone=True, sentence=f"{what}: {executor(record)}")
    except AlreadyGone as gone:
        return Recovery(record=record, undone=True, sentence=f"{what}: {gone}")
    except Exception as error:  # the records after this one must be undone all the same
        file = undo_folder() / f"{record.id}.json"
        why = (
            f"not undone: {what}: {type(error).__name__}: {error}; recover again when it answers,"
            f" or delete {file} when you have undone it yourself"
        )
        return Recovery(record=record, undone=False, sentence=why)


def _kill_process(record: UndoRecord) -> str:
    action = record.action
    return end_process(ProcessName(pid=int(action["pid"]), started_s=float(action["started_s"])))


def _read(path: Path) -> UndoRecord:
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        token_file = path.with_suffix(".token")
        return UndoRecord(
            id=path.stem,
            run_id=str(row["run_id"]),
            kind=str(row["kind"]),
            wall_s=float(row["wall_s"]),
            action=dict(row["action"]),
            token=token_file.read_text(encoding="utf-8") if token_file.exists() else "",
            owner=ProcessName(pid=int(row["owner_pid"]), started_s=float(row["owner_started_s"])),
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        detail = {"file": str(path), "why": f"{type(error).__name__}: {error}"}
        return UndoRecord(id=path.stem, run_id="", kind="unreadable", wall_s=0.0, action=detail)
