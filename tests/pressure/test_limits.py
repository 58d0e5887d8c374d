import dataclasses

import psutil
import pytest

from chaostrading.core.errors import InvalidInput, Refused
from chaostrading.pressure.gauge import MemoryReading
from chaostrading.pressure.limits import check_input, check_memory, headroom
from chaostrading.pressure.scope import Scope

MIB = 1024 * 1024
GIB = 1024 * MIB
HOST = Scope(
    kind="host",
    memory_limit_bytes=16 * GIB,
    memory_limit_source="host memory",
    cpu_limit_cores=4.0,
    cpu_limit_source="cores allowed",
)
SMALL = dataclasses.replace(
    HOST,
    kind="cgroup",
    memory_limit_bytes=500 * MIB,
    memory_limit_source="/x/memory.max",
    memory_group="/x",
    memory_version=2,
)


def reading(scope: Scope, used: int, available: int = 12 * GIB) -> MemoryReading:
    return MemoryReading(
        used=used,
        limit=scope.memory_limit_bytes,
        host_available=available,
        host_total=16 * GIB,
    )


@pytest.mark.parametrize(
    ("kind", "mode", "percent", "duration_s", "ttl_s", "words"),
    [
        ("disk", "hold", 50.0, 10.0, 5.0, "unknown pressure 'disk'"),
        ("cpu", "keep", 50.0, 10.0, 5.0, "unknown mode 'keep'"),
        ("cpu", "hold", 96.0, 10.0, 5.0, "percent must be within 1..95, was 96"),
        ("cpu", "hold", float("nan"), 10.0, 5.0, "percent must be within 1..95, was nan"),
        ("cpu", "hold", 0.5, 10.0, 5.0, "percent must be within 1..95, was 0.5"),
        ("memory", "hold", 50.0, 0.0, 5.0, "duration_s must be more than 0"),
        ("memory", "hold", 50.0, 3601.0, 5.0, "at most 3600, was 3601"),
        ("memory", "hold", 50.0, 10.0, 0.5, "ttl_s must be within 1..60"),
    ],
)
def test_impossible_input_is_refused_in_one_sentence(
    kind: str, mode: str, percent: float, duration_s: float, ttl_s: float, words: str
) -> None:
    """The sentence names the thing, the rule and the value."""
    with pytest.raises(InvalidInput) as error:
        check_input(kind, mode, percent, duration_s, ttl_s)

    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_host_keeps_ten_percent() -> None:
    """Of 16 GiB, 1.6 GiB stay: 90 % is possible, 91 % is not."""
    check_memory(HOST, "hold", 89.9, reading(HOST, 4 * GIB), 32 * GIB)

    with pytest.raises(Refused, match=r"91 % .* floor of .* at most 90 % is possible"):
        check_memory(HOST, "hold", 91.0, reading(HOST, 4 * GIB), 32 * GIB)


def test_a_small_host_keeps_512_mib() -> None:
    """Of 2 GiB, 10 % would be too little."""
    host = dataclasses.replace(HOST, memory_limit_bytes=2 * GIB)

    with pytest.raises(Refused, match="at most 75 % is possible"):
        check_memory(host, "hold", 80.0, reading(host, GIB), 32 * GIB)


def test_a_small_group_can_be_pressed_although_it_has_less_than_512_mib() -> None:
    """Ten percent of its own limit stay free; the floor of the host holds besides."""
    now = reading(SMALL, 100 * MIB)

    check_memory(SMALL, "hold", 85.0, now, 32 * GIB)

    assert headroom(SMALL, now) == 350 * MIB


def test_the_floor_of_the_host_holds_for_a_group_too() -> None:
    """A group with room on a full machine gets nothing."""
    now = reading(SMALL, 100 * MIB, available=GIB)

    with pytest.raises(Refused, match="0 are left above the floor"):
        check_memory(SMALL, "hold", 85.0, now, 32 * GIB)


def test_what_is_added_must_fit_above_the_floor() -> None:
    """Mode `add` counts on top of what is used."""
    with pytest.raises(Refused, match="left above the floor"):
        check_memory(SMALL, "add", 50.0, reading(SMALL, 300 * MIB), 32 * GIB)


def test_more_than_the_cap_is_refused() -> None:
    """`max_bytes` bounds the ballast whatever the machine has."""
    with pytest.raises(Refused, match=f"max_bytes is {GIB}"):
        check_memory(HOST, "add", 10.0, reading(HOST, GIB), GIB)


def test_a_host_that_swaps_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ballast would go to the disk instead of pressing."""
    swap = psutil.swap_memory()._replace(used=4 * GIB)
    monkeypatch.setattr(psutil, "swap_memory", lambda: swap)

    with pytest.raises(Refused, match="swap in use must be at most 10% of memory"):
        check_memory(HOST, "add", 10.0, reading(HOST, GIB), 32 * GIB)
