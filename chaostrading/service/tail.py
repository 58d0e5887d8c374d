"""Reads files of JSON lines while others append to them, and tells what a run's evidence says."""

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chaostrading.core.clock import Clock

__all__ = ["EvidenceFeed", "LineTail"]

_READ_AT_ONCE = 4 * 1024 * 1024
_KIND = re.compile(rb'^\{"kind": ?"(\w+)"')
_TOLD = frozenset({"sample", "lease", "alert"})
SAMPLE_EVERY_S = 1.0


class LineTail:
    """Hands out the lines that were appended since the last time.

    With `kinds`, lines of other kinds are left out without being parsed: the witness of a busy
    market is mostly those.
    """

    def __init__(
        self, path: Path, *, kinds: frozenset[str] | None = None, from_end: bool = False
    ) -> None:
        self.path = path
        self._kinds = kinds
        self._at = self._size() if from_end else 0

    def rows(self) -> list[dict[str, Any]]:
        """The new lines; a line that is half written waits for the next time."""
        if self._size() < self._at:
            self._at = 0  # The file was replaced.
        try:
            with self.path.open("rb") as file:
                file.seek(self._at)
                chunk = file.read(_READ_AT_ONCE)
        except OSError:
            return []
        whole, _, _ = chunk.rpartition(b"\n")
        # A line that is longer than everything that is read at once is nothing of ours.
        self._at += len(whole) + 1 if whole else len(chunk) if len(chunk) == _READ_AT_ONCE else 0
        return [row for line in whole.split(b"\n") if (row := self._parse(line)) is not None]

    def _parse(self, line: bytes) -> dict[str, Any] | None:
        kinds = self._kinds
        if kinds and (found := _KIND.match(line)) and found[1].decode() not in kinds:
            return None
        try:
            row = json.loads(line)
        except ValueError:
            return None
        if not isinstance(row, dict) or (kinds and row.get("kind") not in kinds):
            return None
        return row

    def _size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


class EvidenceFeed:
    """Publishes what the evidence of one run says: samples, faults, alerts."""

    def __init__(
        self,
        path: Path,
        *,
        run_id: str,
        test: str,
        publish: Callable[..., None],
        clock: Clock,
    ) -> None:
        self._tail = LineTail(path, kinds=_TOLD)
        self._who = {"run_id": run_id, "test": test}
        self._publish = publish
        self._clock = clock
        self._lock = threading.Lock()
        self._told_s: float | None = None
        self._fresh = False
        self.sample: dict[str, Any] = {}
        """The newest sample."""

    def look(self) -> None:
        """Publish what is new. Faults and alerts at once, samples at most once a second."""
        with self._lock:
            for row in self._tail.rows():
                self._tell(row)
            now = self._clock.monotonic()
            if self._fresh and (self._told_s is None or now - self._told_s >= SAMPLE_EVERY_S):
                self._fresh, self._told_s = False, now
                self._publish("run_sample", **self._who, **self.sample)

    def _tell(self, row: dict[str, Any]) -> None:
        kind = row["kind"]
        moment = {name: row.get(name) for name in ("mono_s", "wall_s")}
        if kind == "sample":
            values = dict(row.get("values") or {})
            for alert in values.pop("alerts", None) or ():
                self._alert(alert)
            self.sample, self._fresh = {**moment, "values": values}, True
        elif kind == "lease" and row.get("event") in ("armed", "ended"):
            told = {name: row.get(name) for name in ("fault", "lease", "reason", "hits")}
            self._publish(f"fault_{row['event']}", **self._who, **moment, **told)
        elif kind == "alert":
            self._alert(row)

    def _alert(self, row: dict[str, Any]) -> None:
        told = {name: value for name, value in row.items() if name not in ("kind", "at")}
        self._publish("alert", **{**told, **self._who})
