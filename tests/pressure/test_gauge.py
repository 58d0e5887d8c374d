import dataclasses
import re
from pathlib import Path

import psutil
import pytest

from chaostrading.core.errors import Refused
from chaostrading.pressure import gauge
from chaostrading.pressure.gauge import CpuGauge, MemoryGauge, stall_percent
from chaostrading.pressure.scope import Scope

MIB = 1024 * 1024


def scope_at(folder: Path, version: int) -> Scope:
    return Scope(
        kind="cgroup",
        memory_limit_bytes=512 * MIB,
        memory_limit_source=f"{folder}/limit",
        memory_group=str(folder),
        memory_version=version,
        cpu_limit_cores=0.5,
        cpu_limit_source=f"{folder}/cpu.max",
        cpu_group=str(folder),
        cpu_usage_file=f"{folder}/cpu.stat",
    )


@pytest.fixture
def v2(tmp_path: Path) -> Path:
    (tmp_path / "memory.current").write_text(f"{300 * MIB}\n")
    (tmp_path / "memory.stat").write_text(f"anon 5\ninactive_file {100 * MIB}\n")
    (tmp_path / "memory.events").write_text("low 0\nhigh 2\nmax 0\noom 0\noom_kill 0\n")
    (tmp_path / "cpu.stat").write_text("usage_usec 1000000\n")
    return tmp_path


def test_page_cache_that_can_be_dropped_is_not_use(v2: Path) -> None:
    """200 of 300 MiB are really used when 100 are inactive file pages."""
    reading = MemoryGauge(scope_at(v2, 2)).read()

    assert (reading.used, reading.limit) == (200 * MIB, 512 * MIB)


@pytest.mark.parametrize("event", ["high", "max", "oom", "oom_kill"])
def test_a_new_memory_event_stops_the_run(v2: Path, event: str) -> None:
    """Events from before the run do not count, one more does."""
    meter = MemoryGauge(scope_at(v2, 2))
    assert meter.alarm() == ""
    text = (v2 / "memory.events").read_text()

    (v2 / "memory.events").write_text(re.sub(rf"^{event} .*$", f"{event} 9", text, flags=re.M))

    assert f"memory runs short: {event} grew from" in meter.alarm()


def test_a_failed_allocation_in_v1_stops_the_run(tmp_path: Path) -> None:
    """Version 1 counts hits of the limit in `memory.failcnt`."""
    (tmp_path / "memory.failcnt").write_text("3\n")
    meter = MemoryGauge(scope_at(tmp_path, 1))

    (tmp_path / "memory.failcnt").write_text("4\n")

    assert meter.alarm() == "memory runs short: memory.failcnt grew from 3 to 4"


def test_stalled_tasks_stop_the_run(v2: Path) -> None:
    """More than 5 % of ten seconds in which all tasks waited for memory is too much."""
    meter = MemoryGauge(scope_at(v2, 2))

    (v2 / "memory.pressure").write_text("some avg10=50.00\nfull avg10=6.50 avg60=0.00 total=1\n")

    assert "full avg10 must be at most 5 %, was 6.5 %" in meter.alarm()


def test_swapping_stops_the_run(v2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ballast that is swapped out has become disk load."""
    meter = MemoryGauge(scope_at(v2, 2))
    swap = psutil.swap_memory()
    monkeypatch.setattr(
        gauge.psutil, "swap_memory", lambda: swap._replace(sout=swap.sout + 64 * MIB)
    )

    assert "bytes were swapped out since the start" in meter.alarm()


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("", 0.0),
        ("some avg10=9.00 avg60=1.00\n", 0.0),
        ("some avg10=9.00\nfull avg10=1.25 avg60=0.1\n", 1.25),
    ],
)
def test_only_full_stalls_count(text: str, percent: float) -> None:
    """`some` is normal under load; a kernel without the file says nothing."""
    assert stall_percent(text) == percent


def test_a_vanished_group_is_no_zero(v2: Path) -> None:
    """Usage that cannot be read must not look like an empty group that wants filling."""
    meter = MemoryGauge(scope_at(v2, 2))

    (v2 / "memory.current").unlink()

    with pytest.raises(Refused, match="usage cannot be read any more"):
        meter.read()


def test_cpu_percent_is_of_the_quota(v2: Path) -> None:
    """A quarter second of CPU time in a second is half of a quota of half a core."""
    meter = CpuGauge(scope_at(v2, 2))
    meter.start(10.0)

    (v2 / "cpu.stat").write_text("usage_usec 1250000\n")

    assert meter.percent(11.0) == pytest.approx(50.0)


def test_cpu_percent_of_the_host_counts_only_the_cores_allowed(
    v2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy core that the target may not use is no load on it."""
    host = dataclasses.replace(scope_at(v2, 0), cpu_group="", cpu_usage_file="", cpus=(1,))
    idle = psutil.cpu_times(percpu=True)[0]._replace(**dict.fromkeys(("user", "idle"), 0.0))
    counters = [[idle, idle], [idle._replace(user=1.0), idle._replace(user=0.25, idle=0.75)]]
    monkeypatch.setattr(gauge.psutil, "cpu_times", lambda percpu: counters[0])
    meter = CpuGauge(host)
    meter.start(0.0)

    counters.pop(0)

    assert meter.percent(1.0) == pytest.approx(25.0)


def test_a_quota_without_a_counter_is_refused(v2: Path) -> None:
    """A level that cannot be measured cannot be evidence."""
    scope = dataclasses.replace(scope_at(v2, 2), cpu_usage_file="")

    with pytest.raises(Refused, match="no counter covers exactly the processes"):
        CpuGauge(scope)
