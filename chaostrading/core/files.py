"""Files that are whole or not there."""

import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["to_json", "write_atomically"]


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Write `text` so that a reader, and a power cut, see the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def to_json(value: Any, indent: int | None = None) -> str:
    """Write strict JSON: NaN and infinity become null, unknown objects their text."""
    if indent is None:
        try:
            return _ENCODER.encode(value)
        except (ValueError, TypeError):  # a number that is none, or a key that is no text
            pass
    return json.dumps(_finite(value), indent=indent, ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, set | frozenset) else str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_finite(item) for item in value]
    return value
