"""Processes are known by number and start time."""

import os
import subprocess
import sys

import pytest

from chaostrading.safety.processes import ProcessName, end_process, is_alive, name_process


def test_a_running_process_is_alive_under_its_name():
    """This very process is."""
    name = name_process(os.getpid())

    assert name.pid == os.getpid()
    assert is_alive(name) is True


def test_the_same_number_with_another_start_is_another_process():
    """Numbers are used again, moments are not."""
    assert is_alive(ProcessName(pid=os.getpid(), started_s=1.0)) is False


def test_a_number_that_nobody_has_cannot_be_named():
    """The largest number that Linux can hand out is 2**22."""
    with pytest.raises(ProcessLookupError, match="does not run"):
        name_process(2**22 + 1)


@pytest.mark.slow
def test_a_process_that_ignores_sigterm_is_killed():
    """Patience ends."""
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(); signal.pause()"
    stubborn = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert stubborn.stdout is not None
    stubborn.stdout.readline()

    said = end_process(name_process(stubborn.pid), patience_s=0.2)

    assert said == f"process {stubborn.pid} was killed"
    stubborn.stdout.close()
    stubborn.wait(timeout=5)
