"""Whole loads over real processes. Targets are small: other people work on this machine."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from chaostrading.core.errors import InvalidInput, Refused
from chaostrading.core.home import lever_file
from chaostrading.pressure import OwnGroup, end_leftovers, find_scope, leftovers, start_pressure
from chaostrading.pressure.lock import lock_file

MIB = 1024 * 1024
pytestmark = pytest.mark.slow
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def until(true: Callable[[], Any], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return bool(true())


def ours(room: Path) -> list[psutil.Process]:
    """Every process of this test but the test: they carry its home in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            of_ours = process.environ().get("CHAOS_HOME") == str(room / "home")
            if of_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return [process for process in found if process.pid != os.getpid()]


def test_added_memory_is_there_and_gone_after_stop(room: Path) -> None:
    """One percent of the machine is reached, and stop waits until every process is gone."""
    seen: list[dict[str, Any]] = []
    before = psutil.virtual_memory().total
    pressure = start_pressure(
        "memory", find_scope(), mode="add", percent=1, duration_s=15, on_sample=seen.append
    )

    assert pressure.wait_until_reached(8)
    pressure.stop()
    pressure.stop()

    evidence = pressure.evidence()
    assert (evidence["reached"], evidence["why_not"]) == (True, "")
    assert evidence["limit_bytes"] == before
    assert evidence["ended"] == "stopped"
    assert seen == pressure.samples()
    assert set(seen[0]) == {
        *("mono_s", "level_percent", "wanted_percent", "scope_percent", "ballast_bytes")
    }
    assert not pressure.alive
    assert ours(room) == []


def test_memory_is_held_at_a_percent_of_the_groups_limit(group: OwnGroup) -> None:
    """Within one point of 40 % of 512 MiB, in at least 90 % of the window."""
    pressure = start_pressure("memory", group.scope, percent=40, duration_s=7)

    assert until(lambda: not pressure.alive, 12)

    evidence = pressure.evidence()
    pressure.stop()
    assert evidence["limit_bytes"] == 512 * MIB
    assert evidence["limit_source"].startswith(group.scope.memory_group)
    assert evidence["reached"] is True
    assert evidence["share_within"] >= 0.9
    assert max(sample["ballast_bytes"] for sample in pressure.samples()) < 256 * MIB


def test_a_neighbour_that_comes_and_goes_is_made_room_for(group: OwnGroup) -> None:
    """`hold` is the level of the scope: ballast shrinks when the target grows."""
    pressure = start_pressure("memory", group.scope, percent=30, duration_s=18)
    assert pressure.wait_until_reached(10)
    full = pressure.samples()[-1]["ballast_bytes"]

    code = "held = bytearray(64 << 20); print(flush=True); input()"
    neighbour = subprocess.Popen(
        group.inside([sys.executable, "-I", "-S", "-c", code]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    shrunk = until(lambda: pressure.samples()[-1]["ballast_bytes"] <= full - 56 * MIB, 5)
    neighbour.communicate(b"\n")
    grown = until(lambda: pressure.samples()[-1]["ballast_bytes"] >= full - 8 * MIB, 5)

    pressure.stop()
    assert (shrunk, grown) == (True, True)


def test_the_target_in_a_small_group_survives_high_memory(group: OwnGroup) -> None:
    """85 % of 512 MiB beside a target of 64 MiB: the target lives, the level is there."""
    code = "held = bytearray(64 << 20); print(flush=True); input()"
    target = subprocess.Popen(
        group.inside([sys.executable, "-I", "-S", "-c", code]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert target.stdout is not None
    target.stdout.readline()
    scope = find_scope("process", target.pid)

    pressure = start_pressure("memory", scope, percent=85, duration_s=15)
    reached = pressure.wait_until_reached(14)
    alive = target.poll() is None
    pressure.stop()

    target.communicate(b"\n")
    assert (reached, alive, target.returncode) == (True, True, 0)
    assert pressure.evidence()["limit_bytes"] == 512 * MIB
    assert pressure.evidence()["pid"] == target.pid


def test_out_of_memory_kills_the_ballast_and_is_no_success(room: Path, group: OwnGroup) -> None:
    """Ballast that cannot make room in time is what the kernel ends, not the target; and the run
    ends as well."""
    pressure = start_pressure("memory", group.scope, percent=70, duration_s=18)
    assert pressure.wait_until_reached(12)
    ballast = next(p for p in ours(room) if "_ballast.py" in " ".join(p.cmdline()))
    ballast.suspend()

    code = "held = bytearray(300 << 20); print(len(held), flush=True)"
    target = subprocess.run(
        group.inside([sys.executable, "-I", "-S", "-c", code]),
        check=False,
        timeout=10,
        stdout=subprocess.PIPE,
    )
    ended = until(lambda: not pressure.alive, 3)

    pressure.stop()
    assert (target.returncode, target.stdout) == (0, b"314572800\n")
    assert ended
    assert pressure.ended.startswith(("pressure lost: the ballast", "memory runs short"))
    assert not ballast.is_running()


def test_cpu_is_held_at_a_percent_of_the_quota(group: OwnGroup) -> None:
    """80 % of half a core, whatever the machine's own cores do."""
    pressure = start_pressure("cpu", group.scope, percent=80, duration_s=5)

    assert until(lambda: not pressure.alive, 10)

    evidence = pressure.evidence()
    pressure.stop()
    assert evidence["limit_cores"] == 0.5
    assert evidence["limit_source"] == group.scope.cpu_limit_source
    assert evidence["reached"] is True, evidence
    # No bound on exactness: a busy machine disturbs a quarter second of half a core.
    assert 70 < evidence["median"] < 90


@linux_only
def test_every_core_that_the_target_may_use_gets_its_burner(room: Path) -> None:
    """A burner on another core would leave the target's own core idle."""
    pressure = start_pressure("cpu", find_scope(), mode="add", percent=3, duration_s=4)

    burners = [p for p in ours(room) if "_burner.py" in " ".join(p.cmdline())]
    each = [[core] for core in sorted(os.sched_getaffinity(0))]
    pinned = until(lambda: sorted(burner.cpu_affinity() for burner in burners) == each, 2)
    niceness = {burner.nice() for burner in burners}

    pressure.stop()
    assert pinned
    assert niceness == {os.nice(0)}


def test_a_level_that_is_there_already_is_said(group: OwnGroup) -> None:
    """The load adds nothing, and the evidence says why it is worthless."""
    code = "held = bytearray(200 << 20); print(flush=True); input()"
    neighbour = subprocess.Popen(
        group.inside([sys.executable, "-I", "-S", "-c", code]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert neighbour.stdout is not None
    neighbour.stdout.readline()

    pressure = start_pressure("memory", group.scope, percent=20, duration_s=2)
    until(lambda: not pressure.alive, 5)
    evidence = pressure.evidence()

    pressure.stop()
    neighbour.communicate(b"\n")
    assert evidence["reached"] is False
    assert evidence["why_not"].startswith("already above: the level was 39")


def test_the_second_run_on_a_host_is_refused(room: Path) -> None:
    """One sentence, and the first run is not disturbed."""
    first = start_pressure("cpu", find_scope(), mode="add", percent=1, duration_s=10)

    with pytest.raises(Refused, match="another run presses on this host already, process"):
        start_pressure("memory", find_scope(), mode="add", percent=1, duration_s=5)

    assert first.alive
    first.stop()
    start_pressure("cpu", find_scope(), mode="add", percent=1, duration_s=5).stop()


def test_a_stale_lock_does_not_stop_a_run(room: Path) -> None:
    """The file of a killed run names a process that is gone."""
    lock_file().write_text(json.dumps({"pid": 2**22 + 1, "started": 1.0}))

    pressure = start_pressure("cpu", find_scope(), mode="add", percent=1, duration_s=5)

    assert pressure.alive
    pressure.stop()


def test_the_lever_ends_the_load(room: Path) -> None:
    """Within a second, and a new load is refused while it is engaged."""
    pressure = start_pressure("memory", find_scope(), mode="add", percent=1, duration_s=15)

    lever_file().write_text("{}")

    assert until(lambda: not pressure.alive, 1.5)
    assert pressure.ended == "the lever is engaged"
    assert ours(room) == []
    pressure.stop()
    with pytest.raises(Refused, match="the lever is engaged"):
        start_pressure("memory", find_scope(), mode="add", percent=1, duration_s=5)


def test_the_load_ends_at_its_own_deadline(room: Path) -> None:
    """Nobody needs to stop it."""
    pressure = start_pressure("cpu", find_scope(), mode="add", percent=1, duration_s=1)

    assert until(lambda: not pressure.alive, 4)
    assert pressure.ended == "its time was up"
    assert ours(room) == []
    pressure.stop()


def test_a_killed_driver_takes_the_load_along(room: Path) -> None:
    """And the evidence says that the pressure was lost."""
    pressure = start_pressure("memory", find_scope(), mode="add", percent=1, duration_s=15)
    assert pressure.wait_until_reached(8)
    driver = next(p for p in ours(room) if "chaostrading.pressure" in p.cmdline())

    driver.send_signal(signal.SIGKILL)

    assert until(lambda: ours(room) == [], 2)
    pressure.stop()
    assert pressure.evidence()["why_not"] == "pressure lost: the driver ended with code -9"


OWNER = """
import sys
from chaostrading.pressure import find_scope, start_pressure
pressure = start_pressure(sys.argv[1], find_scope(), mode="add", percent=1, duration_s=60, ttl_s=1)
print("on", flush=True)
input()
"""


def owner(kind: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def bury(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


@linux_only
@pytest.mark.parametrize("kind", ["memory", "cpu"])
def test_kill_9_of_the_owner_leaves_nothing_behind(room: Path, kind: str) -> None:
    """Ten rounds each, killed at a random moment from start-up on: nothing after two seconds."""
    dice = random.Random(kind)
    left: list[list[str]] = []

    for _ in range(10):
        process = owner(kind)
        time.sleep(dice.uniform(0.2, 1.2))
        bury(process)
        until(lambda: ours(room) == [], 2)
        left.append([" ".join(p.cmdline()) for p in ours(room)])

    assert left == [[]] * 10
    assert leftovers() == []
    assert end_leftovers() == []


@linux_only
def test_a_frozen_owner_loses_the_load(room: Path) -> None:
    """It holds the pipe open but renews nothing: after the time-to-live the load is gone."""
    process = owner("memory")
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(signal.SIGSTOP)
    gone = until(lambda: [p.pid for p in ours(room)] == [process.pid], 4)

    bury(process)
    assert gone


@linux_only
def test_a_load_started_from_a_short_thread_lives_on(room: Path) -> None:
    """Chaos Toolkit runs activities on threads of a pool; the end of one must not end the load."""
    made: list[Any] = []
    scope = find_scope()

    def act() -> None:
        made.append(start_pressure("cpu", scope, mode="add", percent=1, duration_s=10))

    thread = threading.Thread(target=act)
    thread.start()
    thread.join()
    time.sleep(0.5)

    alive = made[0].alive
    made[0].stop()
    assert alive


def test_impossible_input_starts_nothing(room: Path) -> None:
    """It is refused before any process is made."""
    with pytest.raises(InvalidInput, match="percent must be within"):
        start_pressure("cpu", find_scope(), percent=100)

    assert ours(room) == []


def test_no_room_is_a_refusal_of_the_driver(room: Path) -> None:
    """What only the driver can know comes back as the same error, and nothing is left."""
    with pytest.raises(Refused, match="max_bytes is 1048576"):
        start_pressure("memory", find_scope(), mode="add", percent=5, max_bytes=MIB)

    assert ours(room) == []
