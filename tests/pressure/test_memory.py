import pytest

from chaostrading.pressure.memory import chunk_bytes, next_chunks

MIB = 1024 * 1024
LIMIT = 1000 * MIB


def decide(held: int, error: int, room: int = LIMIT, cap: int = LIMIT, elapsed: float = 0.1) -> int:
    return next_chunks(
        held=held,
        chunk=2 * MIB,
        error_bytes=error * MIB,
        room_bytes=room * MIB if room != LIMIT else room,
        elapsed_s=elapsed,
        limit=LIMIT,
        cap_bytes=cap * MIB if cap != LIMIT else cap,
    )


@pytest.mark.parametrize(
    ("held", "error", "wanted"),
    [
        (0, 400, 5),  # 10 % of the limit in a second: 10 MiB in a tick
        (10, 6, 13),
        (10, 0, 10),
        (10, -6, 7),
        (100, -120, 40),  # shrinking is not ramped
        (3, -100, 0),
    ],
)
def test_ballast_follows_the_gap(held: int, error: int, wanted: int) -> None:
    """It grows no faster than the ramp and gives back at once."""
    assert decide(held, error) == wanted


def test_no_growth_without_room_above_the_floor() -> None:
    """Room of one and a half chunks allows one."""
    assert decide(10, 100, room=3) == 11
    assert decide(10, 100, room=0) == 10


def test_a_touched_floor_takes_ballast_back() -> None:
    """When a neighbour eats into the floor the ballast makes room, below its level or not."""
    assert decide(10, 100, room=-8) == 6


def test_the_cap_bounds_the_ballast() -> None:
    """Even a cap below what is held is obeyed at once."""
    assert decide(10, 100, cap=22) == 11
    assert decide(10, 0, cap=8) == 4


@pytest.mark.parametrize(
    ("limit", "mib"), [(128 * MIB, 1), (512 * MIB, 2), (2048 * MIB, 8), (65536 * MIB, 16)]
)
def test_a_chunk_is_less_than_a_point(limit: int, mib: int) -> None:
    """One point of 512 MiB is 5 MiB: chunks of 16 MiB could not hold it."""
    assert chunk_bytes(limit) == mib * MIB
