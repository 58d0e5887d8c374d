"""A child with a lifeline ends with its parent."""

import subprocess
import sys

import pytest

CHILD = (
    "from chaostrading.core.lifeline import end_with_parent; import time; "
    "end_with_parent(); print('up', flush=True); time.sleep(60)"
)


@pytest.mark.slow
def test_a_child_ends_when_its_standard_input_is_closed():
    """The kernel closes the pipe however the parent ended, so closing it stands for all ways."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout.readline() == b"up\n"

        child.stdin.close()

        assert child.wait(timeout=5) == 0
