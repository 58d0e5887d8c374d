import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaostrading.pressure import OwnGroup, own_scope
from chaostrading.pressure.scope import read_text

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Home and host lock of one test, so that tests and other runs do not meet."""
    monkeypatch.setenv("CHAOS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def group(room: Path) -> Iterator[OwnGroup]:
    """A cgroup with 512 MiB and half a core, removed at the end."""
    if not sys.platform.startswith("linux"):
        pytest.skip("needs cgroups")
    made = own_scope("test", 512 * MIB, 0.5)
    if isinstance(made, str):
        pytest.skip(made)
    yield made
    for pid in read_text(f"{made.folders[0]}/cgroup.procs").split():
        os.kill(int(pid), signal.SIGKILL)
    made.remove()
