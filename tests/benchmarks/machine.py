"""What the benchmarks run on, and how much CPU and memory a process has used."""

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

__all__ = ["LOAD_CPU", "PROXY_CPU", "cpu_s", "pin", "pinned", "rss_mb", "statement", "waited_s"]

_CPUS = sorted(os.sched_getaffinity(0))
PROXY_CPU = _CPUS[-1]
LOAD_CPU = _CPUS[0]
_PACKAGES = ("chaostoolkit-trading", "httptools", "uvloop", "aiohttp", "chaostoolkit-lib")


def pinned(cpu: int, command: Iterable[str]) -> list[str]:
    """The command on one CPU: the candidate alone on one, load and backend on another."""
    return ["taskset", "-c", str(cpu), *command]


def pin(cpu: int) -> None:
    """Put this process on one CPU."""
    os.sched_setaffinity(0, {cpu})


def _tree(pid: int) -> list[int]:
    process = psutil.Process(pid)
    return [pid, *(child.pid for child in process.children(recursive=True))]


def _scheduled_s(pid: int, column: int) -> float:
    total_ns = 0
    for one in _tree(pid):
        for task in Path(f"/proc/{one}/task").glob("*/schedstat"):
            total_ns += int(task.read_text().split()[column])
    return total_ns / 1e9


def cpu_s(pid: int) -> float:
    """Seconds that all threads of a process and of its children have run on a CPU."""
    return _scheduled_s(pid, 0)


def waited_s(pid: int) -> float:
    """Seconds that they were ready to run and waited for a CPU, because others had it."""
    return _scheduled_s(pid, 1)


def rss_mb(pid: int) -> float:
    """Resident memory of a process and its children."""
    return sum(psutil.Process(one).memory_info().rss for one in _tree(pid)) / 1e6


def statement() -> list[str]:
    """Date, machine, versions and how busy the machine is: what every table has to say."""
    model = ""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory_gib = psutil.virtual_memory().total / 2**30
    versions = [f"Python {platform.python_version()}"]
    for name in _PACKAGES:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {len(_CPUS)} CPUs {model}, "
        f"{memory_gib:.0f} GiB, Linux {platform.release()}",
        ", ".join(versions),
        f"load average at the end: {load}",
    ]
