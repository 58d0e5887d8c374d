"""What a load presses on: the tightest limit that binds a process, found without touching it.

Everything here is text in, facts out; files are read through a function that is handed in, so
that cgroup v1, v2 and the hybrid of both are tested on any machine. "The file exists, so it is
version 2" is wrong on hybrid machines: only `/proc/self/mountinfo` and `/proc/<pid>/cgroup`
together say which hierarchy holds a controller.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import psutil

from chaostrading.core.errors import InvalidInput, Refused, unknown_name

__all__ = [
    "CONTROLLERS",
    "KINDS",
    "Group",
    "Kind",
    "Mount",
    "Scope",
    "find_scope",
    "group_of",
    "parse_membership",
    "parse_mounts",
    "read_text",
    "scope_from_texts",
    "scope_of_groups",
]

Kind = Literal["host", "cgroup", "process"]
KINDS: tuple[Kind, ...] = ("host", "cgroup", "process")
CONTROLLERS = ("memory", "cpu", "cpuacct")
Read = Callable[[str], str]
"""Gives the text of a file, "" when it cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What is pressed on, and the limit that percent is of.

    `host` is the whole machine; `cgroup` the group this process is in (a container, when run
    inside it); `process` the group and the cores of another process. A limit of a parent group
    counts when it is the tightest.
    """

    kind: Kind
    pid: int = 0
    """Process whose group this is, 0 for our own."""
    memory_limit_bytes: int
    """The effective limit: the tightest up the tree, at most the memory of the machine."""
    memory_limit_source: str
    """Where the limit was read: `host memory` or a file."""
    memory_group: str = ""
    """Folder of the group that holds the limit, "" for the host. Its usage is the level."""
    memory_version: int = 0
    """Version of the cgroup hierarchy of `memory_group`: 1, 2, or 0 for the host."""
    memory_place: str = ""
    """Folder of the group that ballast joins, "" when it needs to join none."""
    cpu_limit_cores: float
    """The effective limit in cores: quota or cores allowed, whichever is less."""
    cpu_limit_source: str
    cpu_group: str = ""
    """Folder of the group that holds the quota, "" when the cores themselves are the limit."""
    cpu_usage_file: str = ""
    """File that counts the CPU time of `cpu_group`."""
    cpu_place: tuple[str, ...] = ()
    """Folders of the groups that burners join."""
    cpus: tuple[int, ...] = ()
    """Cores that may be used; () where the system cannot say."""

    @property
    def name(self) -> str:
        """One line for people: `cgroup (536870912 bytes by /sys/fs/cgroup/memory.max, ...)`."""
        return (
            f"{self.kind} ({self.memory_limit_bytes} bytes by {self.memory_limit_source}, "
            f"{self.cpu_limit_cores:g} cores by {self.cpu_limit_source})"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Mount:
    """One mounted cgroup hierarchy."""

    version: int
    controllers: frozenset[str]
    """Controllers of a version 1 hierarchy; empty for version 2."""
    root: str
    """Path inside the hierarchy that is seen at `point`."""
    point: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The group of a process for one controller."""

    version: int
    folders: tuple[str, ...]
    """From the group itself up to the top that can be seen."""


def parse_mounts(mountinfo: str) -> list[Mount]:
    """List the cgroup hierarchies in the text of `/proc/<pid>/mountinfo`."""
    mounts = []
    for line in mountinfo.splitlines():
        left, separator, right = line.partition(" - ")
        fields, tail = left.split(), right.split()
        if not separator or len(fields) < 5 or len(tail) < 3:
            continue
        if tail[0] == "cgroup2":
            version, controllers = 2, frozenset[str]()
        elif tail[0] == "cgroup":
            version, controllers = 1, frozenset(tail[2].split(","))
        else:
            continue
        mounts.append(
            Mount(
                version=version,
                controllers=controllers,
                root=_unescape(fields[3]),
                point=_unescape(fields[4]),
            )
        )
    return mounts


def _unescape(path: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        path = path.replace(code, character)
    return path


def parse_membership(cgroup: str) -> dict[str, str]:
    """Map controller to path from the text of `/proc/<pid>/cgroup`; "" is version 2."""
    paths = {}
    for line in cgroup.splitlines():
        number, _, rest = line.partition(":")
        controllers, separator, path = rest.partition(":")
        if not separator:
            continue
        if number == "0" and not controllers:
            paths[""] = path
        else:
            paths.update(dict.fromkeys(controllers.split(","), path))
    return paths


def group_of(controller: str, mounts: list[Mount], membership: dict[str, str]) -> Group | None:
    """Find the group that governs `controller`: version 1 where it is mounted, else version 2."""
    if controller in membership:
        for mount in mounts:
            if mount.version == 1 and controller in mount.controllers:
                return Group(version=1, folders=_up(mount, membership[controller]))
    if "" in membership:
        for mount in mounts:
            if mount.version == 2:
                return Group(version=2, folders=_up(mount, membership[""]))
    return None


def _up(mount: Mount, path: str) -> tuple[str, ...]:
    # In a container the path may be told from the view of the host ("/docker/1a2b") or lie
    # outside of what is mounted ("/../x"): then the mount point itself is the group.
    root = mount.root.rstrip("/")
    inside = path == root or path.startswith(f"{root}/")
    parts = [part for part in path[len(root) :].split("/") if part] if inside else []
    if ".." in parts:
        parts = []
    point = mount.point.rstrip("/") or "/"
    return tuple("/".join([point, *parts[:depth]]) for depth in range(len(parts), -1, -1))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Limit:
    value: float
    source: str
    folder: str = ""


def _memory_limits(group: Group, read: Read) -> Iterator[_Limit]:
    names = ("memory.limit_in_bytes",) if group.version == 1 else ("memory.max", "memory.high")
    for folder in group.folders:
        for name in names:
            text = read(f"{folder}/{name}").strip()
            if text.isdigit():
                yield _Limit(value=int(text), source=f"{folder}/{name}", folder=folder)


def _cpu_limits(group: Group, read: Read) -> Iterator[_Limit]:
    for folder in group.folders:
        if group.version == 1:
            name = "cpu.cfs_quota_us"
            words = [read(f"{folder}/{name}"), read(f"{folder}/cpu.cfs_period_us")]
        else:
            name = "cpu.max"
            words = read(f"{folder}/{name}").split()
        numbers = [word.strip() for word in words]
        if len(numbers) == 2 and all(number.isdigit() for number in numbers):
            quota, period = int(numbers[0]), int(numbers[1])
            if quota > 0 and period > 0:
                yield _Limit(value=quota / period, source=f"{folder}/{name}", folder=folder)


def _tightest(host: _Limit, limits: Iterator[_Limit]) -> _Limit:
    best = host
    for limit in limits:
        if limit.value < best.value:
            best = limit
    return best


def scope_from_texts(
    *,
    kind: Kind,
    pid: int,
    mountinfo: str,
    cgroup: str,
    read: Read,
    memory_bytes: int,
    cpus: tuple[int, ...],
) -> Scope:
    """Work out the scope of a process from the texts the kernel gives about it.

    `memory_bytes` is the memory of the machine, `cpus` are the cores the process may use.
    """
    mounts, membership = parse_mounts(mountinfo), parse_membership(cgroup)
    found = {name: group_of(name, mounts, membership) for name in CONTROLLERS}
    groups = {name: group for name, group in found.items() if group is not None}
    return scope_of_groups(
        kind=kind, pid=pid, groups=groups, read=read, memory_bytes=memory_bytes, cpus=cpus
    )


def scope_of_groups(
    *,
    kind: Kind,
    pid: int,
    groups: Mapping[str, Group],
    read: Read,
    memory_bytes: int,
    cpus: tuple[int, ...],
) -> Scope:
    """Work out the scope that the groups of `memory`, `cpu` and `cpuacct` make."""
    memory_group, cpu_group = groups.get("memory"), groups.get("cpu")
    memory = _Limit(value=memory_bytes, source="host memory")
    cpu = _Limit(value=float(len(cpus)), source="cores allowed")
    if memory_group:
        memory = _tightest(memory, _memory_limits(memory_group, read))
    if cpu_group:
        cpu = _tightest(cpu, _cpu_limits(cpu_group, read))
    counter, places = _cpu_counter(cpu, cpu_group, groups.get("cpuacct"))
    return Scope(
        kind=kind,
        pid=pid,
        memory_limit_bytes=int(memory.value),
        memory_limit_source=memory.source,
        memory_group=memory.folder,
        memory_version=memory_group.version if memory_group and memory.folder else 0,
        # Without a limit of its own the target's group gives nothing that outsiders lack.
        memory_place=(
            memory_group.folders[0] if memory_group and memory.folder and kind == "process" else ""
        ),
        cpu_limit_cores=cpu.value,
        cpu_limit_source=cpu.source,
        cpu_group=cpu.folder,
        cpu_usage_file=counter,
        cpu_place=places if cpu.folder and kind == "process" else (),
        cpus=cpus,
    )


def _cpu_counter(
    limit: _Limit, group: Group | None, accounting: Group | None
) -> tuple[str, tuple[str, ...]]:
    """The file that counts CPU time of the limiting group, and the groups burners join."""
    if group is None:
        return "", ()
    if group.version == 2:
        return (f"{limit.folder}/cpu.stat" if limit.folder else ""), (group.folders[0],)
    if accounting is None or accounting.version != 1:
        return "", (group.folders[0],)
    # `cpu` and `cpuacct` may be mounted apart. Their trees match only if the process is at the
    # same place of both, otherwise nothing counts exactly the processes that share the quota.
    same = _inside(group) == _inside(accounting)
    counter = ""
    if limit.folder and same:
        level = group.folders.index(limit.folder)
        counter = f"{accounting.folders[level]}/cpuacct.usage"
    places = dict.fromkeys((group.folders[0], accounting.folders[0]))
    return counter, tuple(places)


def _inside(group: Group) -> str:
    return group.folders[0].removeprefix(group.folders[-1])


def find_scope(kind: str = "host", pid: int = 0) -> Scope:
    """Find what `kind` means on this machine now.

    `process` needs the `pid` of the target. Raises InvalidInput for an unknown kind or a missing
    process, Refused where the system has no cgroups or the host is not ours to fill.
    """
    known = {name: name for name in KINDS}
    if kind not in known:
        raise unknown_name("scope", kind, KINDS)
    if kind == "process" and not (pid > 0 and psutil.pid_exists(pid)):
        raise InvalidInput(f"scope: process needs the pid of a running process, was {pid}")
    memory = psutil.virtual_memory().total
    if not sys.platform.startswith("linux"):
        if kind != "host":
            raise Refused(f"scope: {kind} needs cgroups, which {sys.platform} has not; use host")
        cores = psutil.cpu_count() or 1
        return Scope(
            kind="host",
            memory_limit_bytes=memory,
            memory_limit_source="host memory",
            cpu_limit_cores=float(cores),
            cpu_limit_source="cores allowed",
        )
    membership = read_text(f"/proc/{pid or 'self'}/cgroup")
    own = scope_from_texts(
        kind=known[kind],
        pid=pid,
        mountinfo=read_text("/proc/self/mountinfo"),
        cgroup=membership,
        read=read_text,
        memory_bytes=memory,
        cpus=tuple(sorted(os.sched_getaffinity(pid))),
    )
    if membership == read_text("/proc/self/cgroup"):
        # The load is born in the target's group and needs no right to move there.
        own = replace(own, memory_place="", cpu_place=())
    if kind == "host" and (own.memory_group or own.cpu_group):
        limits = [
            f"{what} by {source}"
            for what, source, group in (
                ("memory", own.memory_limit_source, own.memory_group),
                ("CPU", own.cpu_limit_source, own.cpu_group),
            )
            if group
        ]
        raise Refused(
            f"scope: host cannot be filled from here, this process is limited in "
            f"{' and '.join(limits)}; use scope cgroup"
        )
    return own


def read_text(path: str) -> str:
    """The text of a file, "" when it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
