"""One pressure run at a time on one host, and no lock that outlives its holder."""

import contextlib
import fcntl
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from chaostrading.core.errors import Refused
from chaostrading.pressure.children import started_at

__all__ = ["HostLock", "lock_file"]

SAME_START_S = 1.0
"""Two readings of one start time may differ by a little when the wall clock is corrected."""


def lock_file() -> Path:
    """The lock of this host: shared by all runs, whatever their working directory."""
    return Path(tempfile.gettempdir()) / "chaostrading-pressure.lock"


def is_running(pid: object, started: object) -> bool:
    """Whether the process that had this pid and start time still lives."""
    if not isinstance(pid, int) or not isinstance(started, int | float) or pid <= 0:
        return False
    now = started_at(pid)
    return bool(now) and abs(now - started) <= SAME_START_S


class HostLock:
    """The right to press on this host. It names its holder; a dead holder holds nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held = False

    def take(self) -> None:
        """Take the lock. Raises Refused, in one sentence, when a living run holds it."""
        with self._opened() as file:
            holder = _parse(_read(file))
            if is_running(holder.get("pid"), holder.get("started")):
                raise Refused(
                    f"pressure: another run presses on this host already, process "
                    f"{holder['pid']} ({self._path}); one at a time"
                )
            pid = os.getpid()
            _write(file, json.dumps({"pid": pid, "started": started_at(pid)}))
        self._held = True

    def release(self) -> None:
        """Give the lock back. Safe to call twice."""
        if self._held:
            self._held = False
            with contextlib.suppress(OSError, Refused), self._opened() as file:
                _write(file, "")

    @contextlib.contextmanager
    def _opened(self) -> Any:
        # flock only guards reading and writing; who holds is told by the text, so that a run
        # started by another account, or a lock left by a killed one, is understood as well.
        try:
            file = os.open(self._path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            file = os.open(self._path, flags, 0o666)
            with contextlib.suppress(OSError):
                os.fchmod(file, 0o666)
        except OSError as error:
            raise Refused(
                f"pressure: the lock of this host cannot be opened: {self._path} ({error.strerror})"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


def _parse(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _read(file: int) -> str:
    os.lseek(file, 0, os.SEEK_SET)
    return os.read(file, 4096).decode("utf-8", "replace")


def _write(file: int, text: str) -> None:
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, text.encode())
