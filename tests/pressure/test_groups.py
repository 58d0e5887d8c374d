import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from chaostrading.core.errors import HealNotConfirmed, InvalidInput
from chaostrading.pressure import OwnGroup, find_scope, own_scope
from chaostrading.pressure.residue import records_folder

MIB = 1024 * 1024


def test_a_group_of_our_own_is_a_scope_with_its_limits(group: OwnGroup) -> None:
    """Percent is of these limits, not of the machine."""
    assert group.scope.memory_limit_bytes == 512 * MIB
    assert group.scope.cpu_limit_cores == 0.5
    assert group.scope.memory_group in group.folders


@pytest.mark.slow
def test_a_process_in_the_group_finds_the_same_limits(group: OwnGroup) -> None:
    """From inside as scope `cgroup`, from outside as scope `process`; `host` is refused."""
    code = """
import json
from chaostrading.core.errors import Refused
from chaostrading.pressure import find_scope
inside = find_scope("cgroup")
try:
    host = find_scope("host").name
except Refused as error:
    host = str(error)
print(json.dumps([inside.memory_limit_bytes, inside.cpu_limit_cores, inside.memory_place, host]))
input()
"""
    process = subprocess.Popen(
        group.inside([sys.executable, "-c", code]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None

    told = json.loads(process.stdout.readline())
    outside = find_scope("process", process.pid)

    process.communicate(b"\n")
    assert told[:3] == [512 * MIB, 0.5, ""]
    assert "host cannot be filled from here" in told[3]
    assert outside.memory_limit_bytes == 512 * MIB
    assert outside.memory_place == group.scope.memory_group
    assert outside.cpu_usage_file == group.scope.cpu_usage_file


@pytest.mark.slow
def test_a_group_with_a_process_in_it_is_not_removed_silently(group: OwnGroup) -> None:
    """Heal is confirmed or it is said who is in the way."""
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE)
    group.place(process.pid)

    with pytest.raises(HealNotConfirmed, match=f"it holds processes {process.pid}"):
        group.remove()

    process.communicate(b"\n")
    group.remove()
    group.remove()
    assert not any(Path(folder).exists() for folder in group.folders)


def test_a_group_is_recorded_before_it_is_made(group: OwnGroup) -> None:
    """A killed owner leaves a record by which `end_leftovers` finds the group."""
    record = json.loads(next(records_folder().glob("group-*.json")).read_text())

    assert record["owner"]["pid"] == os.getpid()
    assert tuple(record["groups"]) == group.folders


@pytest.mark.parametrize(
    ("name", "memory", "cores"),
    [("a/b", 512 * MIB, 1.0), ("paper", MIB, 1.0), ("paper", 512 * MIB, 0.0)],
)
def test_a_group_that_cannot_be_right_is_refused(name: str, memory: int, cores: float) -> None:
    """A name with a slash would be another place in the tree."""
    with pytest.raises(InvalidInput, match="own_scope: name must be a word"):
        own_scope(name, memory, cores)


def test_no_cgroups_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere the caller goes on without a group of its own."""
    monkeypatch.setattr(sys, "platform", "darwin")

    assert own_scope() == "no group of our own: darwin has no cgroups"


def test_without_cgroups_the_host_works_on_psutil(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the other scopes are refused with what to use instead."""
    monkeypatch.setattr(sys, "platform", "darwin")

    scope = find_scope("host")

    assert scope.memory_limit_bytes == psutil.virtual_memory().total
    assert scope.cpu_limit_cores == psutil.cpu_count()
    with pytest.raises(Exception, match="cgroup needs cgroups, which darwin has not; use host"):
        find_scope("cgroup")
