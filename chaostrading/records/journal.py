"""Records on disk: JSON lines, one file, appended and flushed line by line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from chaostrading.core.files import to_json as dump
from chaostrading.records.types import Record, from_json, to_json

__all__ = ["RecordWriter", "read_records"]


class RecordWriter:
    """Append records to a file. Each line is flushed, so a killed process loses none."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file: IO[str] = path.open("a", encoding="utf-8")

    def write(self, record: Record) -> None:
        self.write_row(to_json(record))

    def write_row(self, row: dict[str, Any]) -> None:
        """Append a row that is JSON already, as the proxy's admin API hands them out."""
        self._file.write(dump(row) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def read_records(path: Path) -> Iterator[Record]:
    """Read the records of a file. A half-written last line is skipped: its writer was killed."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if not line.endswith("\n"):
                return
            yield from_json(json.loads(line))
