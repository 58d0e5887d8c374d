"""Burner and ballast as real processes: what they do, and that they end."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

import chaostrading.pressure
from chaostrading.pressure.gauge import cpu_time_s

FOLDER = Path(chaostrading.pressure.__file__).parent
MIB = 1024 * 1024
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def start(script: str, deadline_s: int, argument: int, owner: int = 0) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-I", "-S", str(FOLDER / script)),
            *(str(owner or os.getpid()), str(deadline_s), str(argument)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )


def close(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def tell(process: subprocess.Popen[bytes], line: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(line)


def hear(process: subprocess.Popen[bytes], last: bytes) -> None:
    assert process.stdout is not None
    while process.stdout.readline() != last:
        pass


@pytest.mark.parametrize(
    ("script", "argument", "order"),
    [("_burner.py", -1, b"1.0\n"), ("_ballast.py", MIB, b"4\n")],
)
def test_the_end_of_the_lifeline_ends_it(script: str, argument: int, order: bytes) -> None:
    """The kernel closes the pipe however the owner ends; busy or not, the process follows."""
    process = start(script, 10, argument)
    assert process.stdin is not None
    tell(process, order)

    process.stdin.close()

    assert process.wait(2) == 0
    close(process)


@pytest.mark.parametrize(("script", "argument"), [("_burner.py", -1), ("_ballast.py", MIB)])
def test_another_parent_than_the_owner_ends_it(script: str, argument: int) -> None:
    """Should the pipe be held open by a stranger, the owner's pid still tells."""
    process = start(script, 10, argument, owner=1)

    assert process.wait(2) == 0
    close(process)


@pytest.mark.slow
@pytest.mark.parametrize(("script", "argument"), [("_burner.py", -1), ("_ballast.py", MIB)])
def test_the_kernel_ends_it_at_its_deadline(script: str, argument: int) -> None:
    """The alarm fires although the owner lives and says nothing."""
    process = start(script, 1, argument)

    assert process.wait(4) == -14
    close(process)


@pytest.mark.slow
@linux_only
def test_a_burner_burns_its_duty_and_no_more() -> None:
    """At duty 0 almost nothing, at duty 0.2 about a fifth of one core."""
    process = start("_burner.py", 10, -1)
    tell(process, b"0.2\n")
    begun = cpu_time_s(process.pid)

    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2.0)

    burned = cpu_time_s(process.pid) - begun
    close(process)
    # A busy machine gives less than asked; more than asked would be a fault of ours.
    assert 0.05 < burned < 0.6


@linux_only
def test_ballast_is_private_resident_memory_that_dies_first() -> None:
    """Shared memory would count as cache, untouched memory not at all."""
    process = start("_ballast.py", 10, MIB)
    before = psutil.Process(process.pid).memory_info()

    tell(process, b"32\n")
    hear(process, b"32\n")

    status = Path(f"/proc/{process.pid}/status").read_text()
    anonymous = int(status.split("RssAnon:")[1].split()[0]) * 1024
    shared = int(status.split("RssShmem:")[1].split()[0]) * 1024
    score = Path(f"/proc/{process.pid}/oom_score_adj").read_text().strip()
    close(process)
    assert anonymous >= 32 * MIB
    assert shared <= before.shared
    assert score == "1000"


@linux_only
def test_ballast_gives_back_what_is_not_wanted_any_more() -> None:
    """It shrinks as well as it grows."""
    process = start("_ballast.py", 10, MIB)
    tell(process, b"32\n")
    hear(process, b"32\n")
    full = psutil.Process(process.pid).memory_info().rss

    tell(process, b"2\n")
    hear(process, b"2\n")

    left = psutil.Process(process.pid).memory_info().rss
    close(process)
    assert full - left >= 29 * MIB


def test_ballast_pages_cannot_be_compressed_or_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random bytes, and no two pages alike, across chunks too."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import zlib

    import _ballast  # a script beside the package, not a module of it

    size = 16 * 4096
    block = bytearray(os.urandom(size))
    chunks = [bytes(_ballast.chunk(block, number)) for number in range(4)]

    data = b"".join(chunks)
    pages = {data[at : at + 4096] for at in range(0, len(data), 4096)}
    assert len(zlib.compress(chunks[0])) >= size
    assert len(pages) == 64
