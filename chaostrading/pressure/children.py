"""The processes that make the load. Each ends with its owner, whatever happens to the owner."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from chaostrading.core.errors import Refused

__all__ = ["Child", "LoadLost", "join_groups", "started_at"]


class LoadLost(Exception):
    """A process of the load ended that nobody asked to end."""


def started_at(pid: int) -> float:
    """Start time of a process, seconds since 1970, 0 if it is gone. With the pid it names one
    process for ever, since pids are used again."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def join_groups(pid: int, folders: Sequence[str]) -> None:
    """Move a process into cgroups. Raises Refused when one does not take it."""
    for folder in folders:
        try:
            Path(folder, "cgroup.procs").write_text(str(pid), encoding="ascii")
        except OSError as error:
            raise Refused(
                f"pressure: the load cannot join the group {folder} "
                f"({error.strerror}); run as root or inside that group"
            ) from error


class Child:
    """One script of this folder, run with a pipe on its standard input that only we hold."""

    def __init__(self, kind: str, script: str, deadline_s: int, argument: int) -> None:
        self.kind = kind
        path = Path(__file__).with_name(script)
        # -I -S: neither the user's environment nor site-packages can slow or change the start.
        command = [sys.executable, "-I", "-S", str(path), str(os.getpid())]
        self._process = subprocess.Popen(
            [*command, str(deadline_s), str(argument)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.pid = self._process.pid
        self.started = started_at(self.pid)
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        self._text = b""

    def tell(self, line: str) -> None:
        """Send one line. Raises LoadLost when the child has ended."""
        assert self._process.stdin is not None
        try:
            os.write(self._process.stdin.fileno(), f"{line}\n".encode())
        except BrokenPipeError:
            self.check()
            raise LoadLost(f"pressure lost: the {self.kind} {self.pid} closed its input") from None

    def lines(self) -> list[str]:
        """Lines printed since the last call, without waiting."""
        assert self._process.stdout is not None
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._process.stdout.fileno(), 65536):
                self._text += data
        *lines, self._text = self._text.split(b"\n")
        return [line.decode("ascii", "replace") for line in lines]

    def check(self) -> None:
        """Raise LoadLost when the child has ended."""
        code = self._process.poll()
        if code is None:
            return
        how = f"ended with code {code}"
        if code < 0:
            how = f"was ended by {signal.Signals(-code).name}"
            if code == -signal.SIGKILL and self.kind == "ballast":
                how += " (most likely the kernel, out of memory)"
        raise LoadLost(f"pressure lost: the {self.kind} {self.pid} {how}")

    def end(self) -> None:
        """End the child and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
