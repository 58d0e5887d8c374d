"""What a load may never do, whatever it was asked: the floor that is left, and the caps."""

from typing import TYPE_CHECKING

import psutil

from chaostrading.core.errors import InvalidInput, Refused, unknown_name
from chaostrading.pressure.scope import Scope

if TYPE_CHECKING:
    from chaostrading.pressure.gauge import MemoryReading

__all__ = [
    "MAX_BYTES",
    "MODES",
    "check_input",
    "check_memory",
    "headroom",
    "scope_floor",
]

MIB = 1024 * 1024
MAX_BYTES = 32 * 1024 * MIB
"""Most ballast of one run unless the caller names another cap."""
FLOOR_BYTES = 512 * MIB
FLOOR_SHARE = 0.10
PERCENT_MIN, PERCENT_MAX = 1.0, 95.0
DURATION_MAX_S = 3600.0
SWAP_USED_SHARE_MAX = 0.10
"""Swap in use, as a share of the machine's memory, above which ballast would only be swapped."""
MODES = ("hold", "add")


def check_input(kind: str, mode: str, percent: float, duration_s: float, ttl_s: float) -> None:
    """Raise InvalidInput, in one sentence, for what can be right on no machine."""
    if kind not in ("memory", "cpu"):
        raise unknown_name("pressure", kind, ("memory", "cpu"))
    if mode not in MODES:
        raise unknown_name("mode", mode, MODES)
    if not PERCENT_MIN <= percent <= PERCENT_MAX:
        raise InvalidInput(
            f"{kind}: percent must be within {PERCENT_MIN:g}..{PERCENT_MAX:g}, was {percent:g}"
        )
    if not 0 < duration_s <= DURATION_MAX_S:
        raise InvalidInput(
            f"{kind}: duration_s must be more than 0 and at most {DURATION_MAX_S:g}, "
            f"was {duration_s:g}"
        )
    if not 1.0 <= ttl_s <= 60.0:
        raise InvalidInput(f"{kind}: ttl_s must be within 1..60, was {ttl_s:g}")


def host_floor(total: int) -> int:
    """Bytes of the machine that stay available: 512 MiB or 10 %, whichever is more."""
    return max(FLOOR_BYTES, int(total * FLOOR_SHARE))


def scope_floor(scope: Scope) -> int:
    """Bytes of the scope's limit that stay free. A group smaller than the machine keeps 10 % of
    its own limit, since 512 MiB may be all it has; the floor of the host holds besides."""
    if scope.memory_version:
        return int(scope.memory_limit_bytes * FLOOR_SHARE)
    return host_floor(scope.memory_limit_bytes)


def headroom(scope: Scope, reading: "MemoryReading") -> int:
    """Bytes that may still be added without touching a floor; negative when one is touched."""
    return min(
        reading.limit - reading.used - scope_floor(scope),
        reading.host_available - host_floor(reading.host_total),
    )


def check_memory(
    scope: Scope, mode: str, percent: float, reading: "MemoryReading", max_bytes: int
) -> None:
    """Raise Refused, in one sentence, where this machine has no room for the load asked for."""
    limit = scope.memory_limit_bytes
    asked = int(limit * percent / 100)
    need = asked - reading.used if mode == "hold" else asked
    floor = scope_floor(scope)
    if mode == "hold" and asked > limit - floor:
        most = int(100 * (limit - floor) / limit)
        raise Refused(
            f"memory: {percent:g} % of {limit} bytes leaves less than the floor of "
            f"{floor} bytes; at most {most} % is possible"
        )
    if need > headroom(scope, reading):
        raise Refused(
            f"memory: {need} bytes of ballast are needed, {max(0, headroom(scope, reading))} are "
            f"left above the floor"
        )
    if need > max_bytes:
        raise Refused(f"memory: {need} bytes of ballast are needed, max_bytes is {max_bytes}")
    swap = psutil.swap_memory().used
    if swap > reading.host_total * SWAP_USED_SHARE_MAX:
        raise Refused(
            f"memory: swap in use must be at most {SWAP_USED_SHARE_MAX:.0%} of memory, was "
            f"{swap} bytes: ballast would be swapped out instead of pressing"
        )
