"""Makes a cgroup of our own, so that a load squeezes one program and not the whole computer."""

import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from chaostrading.core.clock import Clock, SystemClock
from chaostrading.core.errors import HealNotConfirmed, InvalidInput
from chaostrading.core.files import to_json, write_atomically
from chaostrading.pressure.children import join_groups, started_at
from chaostrading.pressure.residue import records_folder
from chaostrading.pressure.scope import (
    CONTROLLERS,
    Group,
    Scope,
    group_of,
    parse_membership,
    parse_mounts,
    read_text,
    scope_of_groups,
)

__all__ = ["OwnGroup", "own_scope", "place"]

MIB = 1024 * 1024
PERIOD_US = 100_000
WEIGHT = 16
"""Processes that a group weighs as much as."""
GONE_WITHIN_S = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnGroup:
    """A cgroup with limits that `own_scope` made. Processes in it share the limits."""

    scope: Scope
    """What to press on: give it to `start_pressure`."""
    folders: tuple[str, ...]
    record: str

    def place(self, pid: int) -> None:
        """Move a running process in. Memory it has already stays charged where it was, so
        `inside` is better for a process that is yet to be started."""
        join_groups(pid, self.folders)

    def inside(self, command: Sequence[str]) -> list[str]:
        """The command that joins the group first and then becomes `command`, with the same pid."""
        join = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 97; shift; done'
        shell = ["/bin/sh", "-c", f'{join}; shift; exec "$@"', "sh"]
        return [*shell, *self.folders, "--", *command]

    def remove(self, clock: Clock | None = None) -> None:
        """Remove the group. Safe to call twice. Raises HealNotConfirmed while processes are in."""
        clock = clock or SystemClock()
        until = clock.monotonic() + GONE_WITHIN_S
        left = list(self.folders)
        while True:
            for folder in list(left):
                with contextlib.suppress(OSError):
                    os.rmdir(folder)
                if not Path(folder).exists():
                    left.remove(folder)
            if not left:
                Path(self.record).unlink(missing_ok=True)
                return
            if clock.monotonic() > until:
                pids = read_text(f"{left[0]}/cgroup.procs").split()
                raise HealNotConfirmed(
                    f"pressure: group {left[0]} cannot be removed, it holds processes "
                    f"{', '.join(pids) or 'unknown'}"
                )
            clock.sleep(0.05)


def place(scope: Scope, pid: int) -> None:
    """Move a running process into the groups of a scope that are limited. Raises Refused when
    that is not allowed."""
    memory = (scope.memory_place,) if scope.memory_place else ()
    join_groups(pid, tuple(dict.fromkeys((*memory, *scope.cpu_place))))


def own_scope(
    name: str = "paper", memory_bytes: int = 512 * MIB, cpu_cores: float = 1.0
) -> OwnGroup | str:
    """Make a cgroup with these limits below our own, or say in one sentence why it cannot be.

    A sentence is no error: the caller then presses on another scope, or not at all. The group is
    removed by `OwnGroup.remove`, or by `end_leftovers` when this process died before.
    """
    if not name.isidentifier() or memory_bytes < 32 * MIB or cpu_cores <= 0:
        raise InvalidInput(
            f"own_scope: name must be a word, memory_bytes at least {32 * MIB} and cpu_cores "
            f"more than 0, were {name!r}, {memory_bytes}, {cpu_cores:g}"
        )
    if not sys.platform.startswith("linux"):
        return f"no group of our own: {sys.platform} has no cgroups"
    mounts = parse_mounts(read_text("/proc/self/mountinfo"))
    membership = parse_membership(read_text("/proc/self/cgroup"))
    groups: dict[str, Group] = {}
    for controller in CONTROLLERS:
        group = group_of(controller, mounts, membership)
        base = _base(group) if group else None
        if base is None:
            return f"no group of our own: the {controller} controller is not handed down to us"
        child = f"{base.folders[0]}/chaostrading-{name}-{os.getpid()}"
        groups[controller] = Group(version=base.version, folders=(child, *base.folders))
    folders = tuple(dict.fromkeys(group.folders[0] for group in groups.values()))
    record = records_folder() / f"group-{os.getpid()}-{name}.json"
    owner = {"pid": os.getpid(), "started": started_at(os.getpid())}
    write_atomically(record, to_json({"owner": owner, "groups": folders}))
    try:
        for folder in folders:
            os.mkdir(folder)
        _limit_memory(groups["memory"], memory_bytes)
        _limit_cpu(groups["cpu"], cpu_cores)
    except OSError as error:
        for folder in folders:
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        record.unlink(missing_ok=True)
        return f"no group of our own: {error.filename or folders[0]}: {error.strerror}"
    scope = scope_of_groups(
        kind="process",
        pid=0,
        groups=groups,
        read=read_text,
        memory_bytes=psutil.virtual_memory().total,
        cpus=tuple(sorted(os.sched_getaffinity(0))),
    )
    return OwnGroup(scope=scope, folders=folders, record=str(record))


def _base(group: Group) -> Group | None:
    """The group below which ours is made: our own, or in version 2, where a group with processes
    has no children with controllers, its parent."""
    if group.version == 1:
        return group
    for depth, folder in enumerate(group.folders[:2]):
        if depth == 1 and _limited(group.folders[0]):
            # Beside our own group we would escape its limits.
            return None
        given = read_text(f"{folder}/cgroup.subtree_control").split()
        if {"memory", "cpu"} <= set(given) and os.access(f"{folder}/cgroup.procs", os.W_OK):
            return Group(version=2, folders=group.folders[depth:])
    return None


def _limited(folder: str) -> bool:
    texts = [read_text(f"{folder}/{name}") for name in ("memory.max", "memory.high", "cpu.max")]
    return any(text and not text.startswith("max") for text in texts)


def _limit_memory(group: Group, limit: int) -> None:
    folder = Path(group.folders[0])
    main = "memory.limit_in_bytes" if group.version == 1 else "memory.max"
    (folder / main).write_text(str(limit), encoding="ascii")
    # Without swap of its own the group feels its limit; not every kernel offers this.
    swap, value = (
        ("memory.memsw.limit_in_bytes", limit) if group.version == 1 else ("memory.swap.max", 0)
    )
    with contextlib.suppress(OSError):
        (folder / swap).write_text(str(value), encoding="ascii")


def _limit_cpu(group: Group, cores: float) -> None:
    folder = Path(group.folders[0])
    quota = max(1000, int(cores * PERIOD_US))
    if group.version == 1:
        (folder / "cpu.cfs_period_us").write_text(str(PERIOD_US), encoding="ascii")
        (folder / "cpu.cfs_quota_us").write_text(str(quota), encoding="ascii")
        weight, value = "cpu.shares", 1024 * WEIGHT
    else:
        (folder / "cpu.max").write_text(f"{quota} {PERIOD_US}", encoding="ascii")
        weight, value = "cpu.weight", 100 * WEIGHT
    # A group weighs as much as one process beside it, so that neighbours, not the quota, would be
    # what limits it on a busy machine.
    with contextlib.suppress(OSError):
        (folder / weight).write_text(str(value), encoding="ascii")
