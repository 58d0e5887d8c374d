"""The audit log: JSON lines on disk, each bound to the one before by its hash."""

import hashlib
import json
import os
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chaostrading.core.clock import Clock

__all__ = ["AuditLog", "read_chain"]

GENESIS = "0" * 64
KEPT = 2_000
"""Entries kept in memory for `/audit`."""


def _hash(entry: Mapping[str, Any]) -> str:
    bound = {name: entry[name] for name in ("seq", "wall_s", "event", "detail", "previous")}
    text = json.dumps(bound, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_chain(path: Path) -> tuple[list[dict[str, Any]], bool]:
    """Read the entries of a log, and whether its chain is whole.

    A last line that was cut off by a crash is left out; it breaks nothing.
    """
    if not path.exists():
        return [], True
    entries: list[dict[str, Any]] = []
    previous = GENESIS
    for line in path.read_bytes().split(b"\n")[:-1]:
        try:
            entry = json.loads(line)
            if entry["previous"] != previous or entry["hash"] != _hash(entry):
                return entries, False
        except (ValueError, KeyError, TypeError):
            return entries, False
        entries.append(entry)
        previous = entry["hash"]
    return entries, True


class AuditLog:
    """Appends entries. An entry is with the operating system when `write` returns.

    Opening an existing log checks its chain. A broken log is put aside, never continued: `broken`
    then names the file.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self.path = path
        self.broken = ""
        path.parent.mkdir(parents=True, exist_ok=True)
        entries, whole = read_chain(path)
        if not whole:
            aside = path.with_name(f"{path.name}.broken-{int(clock.wall() * 1000)}")
            os.replace(path, aside)
            self.broken = str(aside)
        elif path.exists():
            good = path.read_bytes()
            os.truncate(path, good.rfind(b"\n") + 1)
        self.history = entries
        """Entries from before this start, oldest first. Given up by `forget_history`."""
        last = entries[-1] if entries and whole else None
        self.head = str(last["hash"]) if last else GENESIS
        self._seq = int(last["seq"]) if last else 0
        self._kept: deque[dict[str, Any]] = deque(entries[-KEPT:] if whole else [], maxlen=KEPT)
        self._file = path.open("ab", buffering=0)

    def write(self, event: str, detail: Mapping[str, Any]) -> None:
        """Append one entry; `event` is past tense (`OrderDenied`), `detail` JSON-able."""
        self._seq += 1
        entry: dict[str, Any] = {
            "seq": self._seq,
            "wall_s": round(self._clock.wall(), 6),
            "event": event,
            "detail": dict(detail),
            "previous": self.head,
        }
        entry["hash"] = self.head = _hash(entry)
        self._kept.append(entry)
        self._file.write(
            json.dumps(entry, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        )

    def since(self, seq: int) -> list[dict[str, Any]]:
        """Entries after this sequence number, as far as they are kept in memory."""
        return [entry for entry in self._kept if entry["seq"] > seq]

    def forget_history(self) -> None:
        """Free the memory of the entries from before the start."""
        self.history = []

    def close(self) -> None:
        """Flush to the disk and close."""
        os.fsync(self._file.fileno())
        self._file.close()
