import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from chaostrading.pressure import end_leftovers, leftovers
from chaostrading.pressure.residue import records_folder


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.wait()
    assert process.stdin is not None
    process.stdin.close()


def record(owner: dict[str, Any], **what: Any) -> Path:
    path = records_folder() / "1.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"owner": owner, **what}))
    return path


DEAD = {"pid": 2**22 + 1, "started": 1.0}


def named(process: subprocess.Popen[bytes], shift_s: float = 0.0) -> dict[str, Any]:
    started = psutil.Process(process.pid).create_time() + shift_s
    return {"pid": process.pid, "started": started, "kind": "burner"}


def test_a_burner_of_a_dead_owner_is_found_and_ended(sleeper: subprocess.Popen[bytes]) -> None:
    """The second line: the record names it, pid and start time match."""
    path = record(DEAD, processes=[named(sleeper)])
    assert [p["pid"] for p in leftovers()] == [sleeper.pid]

    ended = end_leftovers()

    assert [p["kind"] for p in ended] == ["burner"]
    assert not psutil.pid_exists(sleeper.pid)
    assert leftovers() == []
    assert not path.exists()


def test_a_pid_in_other_hands_is_never_touched(sleeper: subprocess.Popen[bytes]) -> None:
    """The start time tells that the pid was given to somebody else."""
    record(DEAD, processes=[named(sleeper, shift_s=-60)])

    assert leftovers() == []
    assert end_leftovers() == []
    assert sleeper.poll() is None


def test_a_run_whose_owner_lives_is_not_a_leftover(sleeper: subprocess.Popen[bytes]) -> None:
    """Recovering in one terminal does not end a run in another."""
    owner = {"pid": os.getpid(), "started": psutil.Process().create_time()}
    path = record(owner, processes=[named(sleeper)])

    assert end_leftovers() == []
    assert sleeper.poll() is None
    assert path.exists()


def test_a_group_of_a_dead_owner_is_removed(tmp_path: Path) -> None:
    """An empty group stays on the machine until somebody removes it."""
    (tmp_path / "group").mkdir()
    path = record(DEAD, groups=[str(tmp_path / "group")])

    end_leftovers()

    assert not (tmp_path / "group").exists()
    assert not path.exists()


def test_a_broken_record_hides_nothing_else(sleeper: subprocess.Popen[bytes]) -> None:
    """One unreadable file does not stop the search."""
    record(DEAD, processes=[named(sleeper)])
    (records_folder() / "0.json").write_text("{half")

    assert [p["pid"] for p in leftovers()] == [sleeper.pid]
