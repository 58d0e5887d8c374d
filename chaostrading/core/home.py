"""Where things are kept: `.chaostrading/` in the working directory, unless `CHAOS_HOME` is set."""

import os
from pathlib import Path

__all__ = ["evidence", "history", "home", "journals", "lever_file", "undo"]


def home() -> Path:
    """The folder of this package's files. It is made by whoever writes into it."""
    return Path(os.environ.get("CHAOS_HOME") or ".chaostrading").absolute()


def journals() -> Path:
    """One file per run: the truth."""
    return home() / "journals"


def evidence() -> Path:
    """JSON lines of the witness and the samples, one folder per run."""
    return home() / "evidence"


def undo() -> Path:
    """Write-ahead undo records that have not been executed yet."""
    return home() / "undo"


def lever_file() -> Path:
    """The kill switch: the file exists while the lever is engaged."""
    return home() / "lever"


def history() -> Path:
    """The index over the journals; it can be rebuilt at any time."""
    return home() / "history.sqlite"
