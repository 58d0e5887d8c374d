"""Holds private anonymous memory until its standard input is closed. Standard library only.

    python -I -S _ballast.py OWNER_PID DEADLINE_S CHUNK_BYTES

Lines on standard input are the number of chunks wanted; it moves there one chunk at a time and
prints the number it holds after each step. It ends when the owner is gone in any way, and at its
own deadline. The memory is touched and cannot be compressed or merged: random bytes, and every
page carries a stamp of its own. When memory runs out the kernel ends this process first.
"""

import contextlib
import mmap
import os
import resource
import select
import signal
import sys


def stamped(block: bytearray, number: int) -> bytearray:
    """The block with a number in each page that occurs nowhere else."""
    first = number * (len(block) // mmap.PAGESIZE)
    for page, offset in enumerate(range(0, len(block), mmap.PAGESIZE)):
        block[offset : offset + 8] = (first + page).to_bytes(8, "little")
    return block


def chunk(block: bytearray, number: int) -> mmap.mmap:
    """Touched private memory; mmap's own default would be shared memory, which counts as cache."""
    memory = mmap.mmap(-1, len(block), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with contextlib.suppress(OSError):
            memory.madvise(mmap.MADV_HUGEPAGE)
    memory[:] = stamped(block, number)
    return memory


def main(owner: int, deadline_s: int, chunk_bytes: int) -> None:
    signal.alarm(deadline_s)
    resource.setrlimit(resource.RLIMIT_CPU, (deadline_s, deadline_s))
    with contextlib.suppress(OSError):
        os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"1000")
    block = None
    held: list[mmap.mmap] = []
    wanted = made = 0
    pending = b""
    while os.getppid() == owner:
        if select.select([0], [], [], 0 if len(held) != wanted else 0.5)[0]:
            data = os.read(0, 65536)
            if not data:
                break
            *lines, pending = (pending + data).split(b"\n")
            if lines:
                wanted = max(0, int(lines[-1]))
        if len(held) == wanted:
            continue
        if len(held) < wanted:
            # The block itself is made late, so that it is charged to the group we were put in.
            block = block or bytearray(os.urandom(chunk_bytes))
            held.append(chunk(block, made))
            made += 1
        else:
            held.pop().close()
        try:
            os.write(1, b"%d\n" % len(held))
        except OSError:
            break
    os._exit(0)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
