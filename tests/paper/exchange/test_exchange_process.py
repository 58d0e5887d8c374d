"""The exchange as a process: ready line, end with the parent, clear refusals."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

COMMAND = [sys.executable, "-m", "chaostrading.paper.exchange", "--seed", "1", "--token", "T"]


def start(*more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_it_says_that_it_is_ready_serves_and_ends_well_on_sigterm():
    """One JSON line with the URL; exit code 0."""
    process = start("--listen", "127.0.0.1:0")
    try:
        ready = json.loads(process.stdout.readline())
        with urllib.request.urlopen(ready["url"] + "/api/v3/ping", timeout=5) as answer:
            body = answer.read()
        process.send_signal(signal.SIGTERM)
        code = process.wait(5)
    finally:
        process.kill()
        process.communicate()

    assert ready["ready"] is True
    assert (body, code) == (b"{}", 0)


@pytest.mark.slow
def test_it_ends_when_its_parent_closes_the_pipe():
    """With --die-with-stdin."""
    process = start("--listen", "127.0.0.1:0", "--die-with-stdin")
    try:
        process.stdout.readline()
        process.stdin.close()
        code = process.wait(5)
    finally:
        process.kill()
        process.stdout.close()
        process.stderr.close()
        process.wait()

    assert code == 0


@pytest.mark.slow
def test_a_port_in_use_is_one_clear_line():
    """Exit code 1, and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        process = start("--listen", address)
        _, errors = process.communicate(timeout=10)

    assert process.returncode == 1
    assert errors.startswith(f"exchange: cannot listen on {address}")
    assert errors.count("\n") == 1
