"""The history as CSV or Parquet, one row a run, for spreadsheets and notebooks."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chaostrading.core.clock import iso
from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.core.files import to_json, write_atomically
from chaostrading.reports.history import COLUMNS, PastRun

__all__ = ["FORMATS", "export", "to_csv"]

FORMATS = ("csv", "parquet")
NEEDS_PARQUET = "Parquet needs an extra: pip install 'chaostoolkit-trading[parquet]'"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula."""
_FLOATS = (
    "wall_s", "seconds", "recovery_s", "bound_s", "error_bar_s", "score", "hits",
    "fault_to_alert_s",
)  # fmt: skip
_FLAGS = ("conclusive", "refused", "judged", "censored")


def export(runs: Iterable[PastRun], form: str, path: Path | None) -> str:
    """Write the runs to `path`; CSV without a path is returned as text.

    Raises InvalidInput, in one line, for an unknown format or a missing extra."""
    if form not in FORMATS:
        raise unknown_name("format", form, FORMATS)
    if form == "csv":
        text = to_csv(runs)
        if path is None:
            return text
        write_atomically(path, text)
        return ""
    if path is None:
        raise InvalidInput("export: parquet is no text, name a file with -o")
    _write_parquet([_row(run) for run in runs], path)
    return ""


def to_csv(runs: Iterable[PastRun]) -> str:
    """The runs as CSV with a header. JSON columns are JSON; no cell starts a formula."""
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=["began", *COLUMNS], lineterminator="\n")
    writer.writeheader()
    for run in runs:
        writer.writerow({name: _cell(value) for name, value in _row(run).items()})
    return file.getvalue()


def _row(run: PastRun) -> dict[str, Any]:
    row = {"began": iso(run.wall_s), **asdict(run)}
    return {
        name: to_json(value) if isinstance(value, dict | list) else value
        for name, value in row.items()
    }


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def _write_parquet(rows: list[dict[str, Any]], path: Path) -> None:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise InvalidInput(NEEDS_PARQUET) from error
    kinds = {name: arrow.float64() for name in _FLOATS} | {name: arrow.bool_() for name in _FLAGS}
    kinds["seed"] = arrow.int64()
    names = ["began", *COLUMNS]
    schema = arrow.schema([(name, kinds.get(name, arrow.string())) for name in names])
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        parquet.write_table(arrow.Table.from_pylist(rows, schema=schema), temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
