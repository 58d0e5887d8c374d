from collections.abc import Mapping

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.pressure.scope import (
    Scope,
    find_scope,
    parse_membership,
    parse_mounts,
    scope_from_texts,
)

MIB = 1024 * 1024
GIB = 1024 * MIB
NO_LIMIT_V1 = "9223372036854771712\n"

V2_MOUNTS = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
V2_MEMBER = "0::/user.slice/bot.scope\n"
V1_MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw shared:11 - cgroup cgroup rw,memory
"""
V1_MEMBER = "5:memory:/bots/one\n4:cpu,cpuacct:/bots/one\n1:name=systemd:/bots/one\n"
HYBRID_MOUNTS = """\
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
"""
HYBRID_MEMBER = "4:memory:/api/bot\n2:cpuacct:/bot\n1:cpu:/bot\n0::/\n"


def work_out(
    mounts: str, member: str, files: Mapping[str, str], cpus: tuple[int, ...] = (0, 1, 2, 3)
) -> Scope:
    return scope_from_texts(
        kind="process",
        pid=4711,
        mountinfo=mounts,
        cgroup=member,
        read=lambda path: files.get(path, ""),
        memory_bytes=16 * GIB,
        cpus=cpus,
    )


def test_v2_takes_the_tightest_limit_up_the_tree() -> None:
    """A parent's 1 GiB binds a child that has 4 GiB of its own."""
    files = {
        "/sys/fs/cgroup/user.slice/bot.scope/memory.max": "4294967296\n",
        "/sys/fs/cgroup/user.slice/memory.max": "1073741824\n",
        "/sys/fs/cgroup/user.slice/bot.scope/cpu.max": "max 100000\n",
        "/sys/fs/cgroup/user.slice/cpu.max": "150000 100000\n",
    }

    scope = work_out(V2_MOUNTS, V2_MEMBER, files)

    assert scope.memory_limit_bytes == GIB
    assert scope.memory_limit_source == "/sys/fs/cgroup/user.slice/memory.max"
    assert (scope.memory_group, scope.memory_version) == ("/sys/fs/cgroup/user.slice", 2)
    assert scope.memory_place == "/sys/fs/cgroup/user.slice/bot.scope"
    assert scope.cpu_limit_cores == 1.5
    assert scope.cpu_usage_file == "/sys/fs/cgroup/user.slice/cpu.stat"
    assert scope.cpu_place == ("/sys/fs/cgroup/user.slice/bot.scope",)


def test_v2_counts_the_throttling_limit_too() -> None:
    """`memory.high` slows a process down long before `memory.max` ends it."""
    files = {
        "/sys/fs/cgroup/user.slice/bot.scope/memory.max": "1073741824\n",
        "/sys/fs/cgroup/user.slice/bot.scope/memory.high": "536870912\n",
    }

    scope = work_out(V2_MOUNTS, V2_MEMBER, files)

    assert scope.memory_limit_bytes == 512 * MIB
    assert scope.memory_limit_source.endswith("bot.scope/memory.high")


def test_v1_reads_limit_and_quota() -> None:
    """Version 1 says no limit with a number larger than any machine, and -1 for no quota."""
    files = {
        "/sys/fs/cgroup/memory/bots/one/memory.limit_in_bytes": NO_LIMIT_V1,
        "/sys/fs/cgroup/memory/bots/memory.limit_in_bytes": "536870912\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": NO_LIMIT_V1,
        "/sys/fs/cgroup/cpu,cpuacct/bots/one/cpu.cfs_quota_us": "50000\n",
        "/sys/fs/cgroup/cpu,cpuacct/bots/one/cpu.cfs_period_us": "100000\n",
        "/sys/fs/cgroup/cpu,cpuacct/bots/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu,cpuacct/bots/cpu.cfs_period_us": "100000\n",
    }

    scope = work_out(V1_MOUNTS, V1_MEMBER, files)

    assert scope.memory_limit_bytes == 512 * MIB
    assert (scope.memory_group, scope.memory_version) == ("/sys/fs/cgroup/memory/bots", 1)
    assert scope.memory_place == "/sys/fs/cgroup/memory/bots/one"
    assert scope.cpu_limit_cores == 0.5
    assert scope.cpu_usage_file == "/sys/fs/cgroup/cpu,cpuacct/bots/one/cpuacct.usage"
    assert scope.cpu_place == ("/sys/fs/cgroup/cpu,cpuacct/bots/one",)


def test_hybrid_uses_v1_where_the_controllers_are() -> None:
    """An empty version 2 tree beside version 1 controllers says nothing about limits."""
    files = {
        "/sys/fs/cgroup/unified/memory.max": "1\n",
        "/sys/fs/cgroup/memory/api/bot/memory.limit_in_bytes": "268435456\n",
        "/sys/fs/cgroup/cpu/bot/cpu.cfs_quota_us": "200000\n",
        "/sys/fs/cgroup/cpu/bot/cpu.cfs_period_us": "100000\n",
    }

    scope = work_out(HYBRID_MOUNTS, HYBRID_MEMBER, files)

    assert scope.memory_limit_bytes == 256 * MIB
    assert scope.memory_version == 1
    assert scope.cpu_limit_cores == 2.0
    assert scope.cpu_usage_file == "/sys/fs/cgroup/cpuacct/bot/cpuacct.usage"
    assert scope.cpu_place == ("/sys/fs/cgroup/cpu/bot", "/sys/fs/cgroup/cpuacct/bot")


def test_accounting_elsewhere_is_not_taken_for_the_groups_own() -> None:
    """A quota whose processes are counted in another group has no usage file."""
    files = {
        "/sys/fs/cgroup/cpu/bot/cpu.cfs_quota_us": "50000\n",
        "/sys/fs/cgroup/cpu/bot/cpu.cfs_period_us": "100000\n",
    }

    scope = work_out(HYBRID_MOUNTS, HYBRID_MEMBER.replace("cpuacct:/bot", "cpuacct:/"), files)

    assert scope.cpu_group == "/sys/fs/cgroup/cpu/bot"
    assert scope.cpu_usage_file == ""


@pytest.mark.parametrize(
    ("root", "path", "folder"),
    [
        ("/docker/1a", "/docker/1a", "/sys/fs/cgroup"),
        ("/docker/1a", "/docker/1a/sub", "/sys/fs/cgroup/sub"),
        ("/docker/1a", "/docker/1abc", "/sys/fs/cgroup"),
        ("/", "/../other", "/sys/fs/cgroup"),
        ("/", "/", "/sys/fs/cgroup"),
    ],
)
def test_a_container_finds_its_group_under_the_mount(root: str, path: str, folder: str) -> None:
    """The path in `/proc/self/cgroup` may be told from the view of the host."""
    mounts = f"30 23 0:26 {root} /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n"

    scope = work_out(mounts, f"0::{path}\n", {f"{folder}/memory.max": "536870912"})

    assert scope.memory_group == folder


def test_without_any_limit_the_host_and_the_cores_are_the_limit() -> None:
    """Then the load needs to join no group either."""
    scope = work_out(V2_MOUNTS, V2_MEMBER, {}, cpus=(1, 3))

    assert (scope.memory_limit_bytes, scope.memory_limit_source) == (16 * GIB, "host memory")
    assert (scope.cpu_limit_cores, scope.cpu_limit_source) == (2.0, "cores allowed")
    assert (scope.memory_group, scope.memory_version, scope.memory_place) == ("", 0, "")
    assert scope.cpu_place == ()
    assert scope.cpus == (1, 3)


def test_cores_allowed_bind_below_a_wider_quota() -> None:
    """A quota of three cores gives a process that may use one core only one."""
    files = {"/sys/fs/cgroup/cpu.max": "300000 100000\n"}

    scope = work_out(V2_MOUNTS, "0::/\n", files, cpus=(2,))

    assert (scope.cpu_limit_cores, scope.cpu_group) == (1.0, "")


def test_a_mount_point_with_a_space_is_read() -> None:
    """The kernel writes a space in a path as \\040."""
    mounts = parse_mounts("30 23 0:26 / /my\\040groups rw opt:1 - cgroup2 none rw\n")

    assert [(mount.version, mount.point) for mount in mounts] == [(2, "/my groups")]


def test_membership_keeps_colons_of_a_path() -> None:
    """Container engines put colons into group names."""
    assert parse_membership("0::/pod:a/b\n3:memory:/x:y\n") == {"": "/pod:a/b", "memory": "/x:y"}


def test_an_unknown_scope_lists_the_known_ones() -> None:
    """A mistyped scope is not taken for the host."""
    with pytest.raises(InvalidInput, match=r"unknown scope 'hots', did you mean host\?"):
        find_scope("hots")


def test_a_process_scope_needs_a_living_process() -> None:
    """Pressing on nothing would be evidence of nothing."""
    with pytest.raises(InvalidInput, match="needs the pid of a running process, was 0"):
        find_scope("process")
