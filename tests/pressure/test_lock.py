import json
import os
from pathlib import Path

import psutil
import pytest

from chaostrading.core.errors import Refused
from chaostrading.pressure.lock import HostLock, is_running, lock_file


def test_the_second_taker_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """It names the process that holds the lock and where it is written."""
    path = tmp_path / "lock"
    HostLock(path).take()

    with pytest.raises(Refused) as error:
        HostLock(path).take()

    assert str(error.value) == (
        f"pressure: another run presses on this host already, process {os.getpid()} ({path}); "
        f"one at a time"
    )


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"pid": 2**22 + 1, "started": 1.0}),
        json.dumps({"pid": os.getpid(), "started": 1.0}),
        "",
        "{half a js",
        "[]",
        '{"pid": "x", "started": null}',
    ],
    ids=["dead holder", "pid in other hands", "empty", "half", "no object", "no numbers"],
)
def test_a_stale_lock_is_broken(tmp_path: Path, text: str) -> None:
    """A dead holder, a pid in other hands and garbage hold nothing."""
    path = tmp_path / "lock"
    path.write_text(text)

    HostLock(path).take()

    assert json.loads(path.read_text())["pid"] == os.getpid()


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    """Releasing twice, or without holding, changes nothing for others."""
    path = tmp_path / "lock"
    first, second = HostLock(path), HostLock(path)
    first.take()
    first.release()

    second.take()
    first.release()

    with pytest.raises(Refused):
        HostLock(path).take()


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    """The folder is shared: somebody else's link must not make us write elsewhere."""
    victim = tmp_path / "victim"
    victim.write_text("keep")
    (tmp_path / "lock").symlink_to(victim)

    with pytest.raises(Refused, match="cannot be opened"):
        HostLock(tmp_path / "lock").take()

    assert victim.read_text() == "keep"


def test_a_process_is_told_by_pid_and_start_time() -> None:
    """The pid alone may belong to somebody else by now."""
    started = psutil.Process().create_time()

    assert is_running(os.getpid(), started)
    assert not is_running(os.getpid(), started - 10)
    assert not is_running(0, started)


def test_the_lock_is_one_for_the_host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Runs in different folders meet at the same lock."""
    before = lock_file()

    monkeypatch.setenv("CHAOS_HOME", str(tmp_path / "elsewhere"))

    assert lock_file() == before
