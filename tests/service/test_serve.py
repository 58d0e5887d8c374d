"""The service as a process: its signals, its sockets, its many readers."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from chaostrading.core import home
from chaostrading.core.errors import InvalidInput, Refused
from chaostrading.safety import lever, undo
from chaostrading.service.serve import serve

TOKEN = "the-admin-token-of-the-tests"
FAKE_CHAOS = """
# Stands in for `python -m chaostoolkit`: waits until it is stopped, as an experiment would.
import signal, sys, threading
stopped = threading.Event()
signal.signal(signal.SIGINT, lambda *_: stopped.set())
stopped.wait(60)
"""


class Service:
    """A running service and how to call it."""

    def __init__(self, folder: Path, *arguments: str, fake: bool = True) -> None:
        if fake:
            (folder / "fake" / "chaostoolkit").mkdir(parents=True, exist_ok=True)
            (folder / "fake" / "chaostoolkit" / "__init__.py").write_text("")
            (folder / "fake" / "chaostoolkit" / "__main__.py").write_text(FAKE_CHAOS)
        run = "from chaostrading.cli import trading; trading()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", run, "serve", "--port", "0", *arguments],
            env={
                **os.environ,
                "ADMIN_TOKEN": TOKEN,
                # Only the runs' own `-m chaostoolkit` means the stand-in.
                **({"PYTHONPATH": str(folder / "fake")} if fake else {}),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        assert found, line + self.process.stdout.read()
        self.port = int(found[1])

    def call(self, method: str, path: str, body: object = None) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def until(self, holds, seconds: float = 10.0) -> float:
        """Wait until it holds; returns how long it took."""
        began = time.monotonic()
        while not holds():
            assert time.monotonic() - began < seconds
            time.sleep(0.02)
        return time.monotonic() - began

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(timeout=15)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def service(tmp_path):
    made = Service(tmp_path, "--no-schedule")
    yield made
    made.end()


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(one) for one in text.split()] + [
        int(one)
        for thread in threads
        if thread.name != str(pid)
        for one in (thread / "children").read_text().split()
    ]


@pytest.mark.slow
def test_sigusr1_engages_the_lever(service):
    """The switch that needs no network and no token."""
    service.process.send_signal(signal.SIGUSR1)

    service.until(lambda: lever.read().engaged)

    assert lever.read().reason == "SIGUSR1"
    assert service.call("GET", "/health")[1]["lever_engaged"] is True


@pytest.mark.slow
def test_a_thousand_reads_during_a_run_are_all_answered_and_disable_stops_it(service):
    """None is lost, and the stop does not wait behind them; the run's process is gone after it."""
    status, run = service.call("POST", "/api/chaos/run", {"test": "rate_limit_storm"})
    assert status == 202
    assert len(children_of(service.process.pid)) == 1

    with ThreadPoolExecutor(max_workers=100) as pool:
        reads = [pool.submit(service.call, "GET", "/api/chaos/status") for _ in range(1_000)]
        stopped = service.call("POST", "/api/chaos/disable")
        answers = [one.result() for one in reads]

    assert {code for code, _ in answers} == {200}
    assert stopped[0] == 200
    service.until(lambda: not children_of(service.process.pid))
    told = service.call("GET", f"/api/chaos/runs/{run['run_id']}")[1]
    assert told["run"]["outcome"] == "interrupted"


@pytest.mark.slow
def test_the_event_stream_is_open_until_the_service_ends(service):
    """Events come as they happen; ending the service ends the stream and the run, not hangs."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    connection.request("GET", "/api/chaos/events", headers={"Authorization": f"Bearer {TOKEN}"})
    answer = connection.getresponse()
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.readline() == b"retry: 2000\n"
    service.call("POST", "/api/chaos/run", {"test": "rate_limit_storm"})
    lines: list[bytes] = []
    reader = threading.Thread(target=lambda: lines.extend(answer))
    reader.start()
    service.until(lambda: b"event: run_started\n" in lines)

    [child] = children_of(service.process.pid)
    code = service.end()
    reader.join(10)

    assert not reader.is_alive()
    assert code == 0
    assert not Path(f"/proc/{child}").exists()
    connection.close()


@pytest.mark.slow
def test_a_service_that_is_killed_and_started_again_remembers(tmp_path):
    """The lever, and that it was enabled."""
    first = Service(tmp_path, "--no-schedule")
    first.call("POST", "/api/chaos/enable")
    first.call("POST", "/api/chaos/disable", {"reason": "before the crash"})
    first.process.kill()
    first.end()

    second = Service(tmp_path, "--no-schedule")
    _, told = second.call("GET", "/api/chaos/status")
    second.end()

    assert told["lever"]["reason"] == "before the crash"
    assert told["settings"]["enabled"] is True
    assert told["enabled"] is False


@pytest.mark.slow
@pytest.mark.end_to_end
def test_the_procedures_calls_work_in_their_order_and_stopping_leaves_nothing(tmp_path):
    """Enable, run, and disable while the fault is in force, on the real paper stack: the fault is
    out within a second, and no process, undo record or lease is left."""
    service = Service(tmp_path, "--no-schedule", fake=False)
    try:
        assert service.call("POST", "/api/chaos/enable")[0] == 200
        asked = {"test": "websocket_disconnect", "quick": True}
        status, run = service.call("POST", "/api/chaos/run", asked)
        assert status == 202
        witness = home.evidence() / run["run_id"] / "witness.jsonl"

        def told(event: str) -> list[dict]:
            text = witness.read_text() if witness.exists() else ""
            rows = [json.loads(line) for line in text.splitlines() if '"kind": "lease"' in line]
            return [row for row in rows if row["event"] == event]

        service.until(lambda: told("armed"), 60)
        [child] = children_of(service.process.pid)
        family = [child, *(one.pid for one in psutil.Process(child).children(recursive=True))]
        began = time.monotonic()
        service.call("POST", "/api/chaos/disable")
        service.until(lambda: not children_of(service.process.pid), 20)

        assert told("ended")[0]["mono_s"] - began < 1.0
        service.until(lambda: not any(psutil.pid_exists(pid) for pid in family))
        assert undo.pending() == []
        assert service.call("POST", "/api/chaos/run", asked)[0] == 423
    finally:
        service.end()


def test_a_port_that_is_taken_is_said_in_one_line():
    """Before anything is started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=rf"127\.0\.0\.1:{port} must be free to listen on"):
            serve({}, port=port, with_schedule=False)


def test_listening_for_everybody_without_tokens_is_refused():
    """Nothing has been bound."""
    with pytest.raises(Refused, match=r"listening on 0\.0\.0\.0 needs tokens"):
        serve({}, host="0.0.0.0", port=0, with_schedule=False)


def test_a_setting_that_cannot_be_right_is_said_at_the_start():
    """Not at the first run in the night."""
    with pytest.raises(InvalidInput, match="CHAOS_IMPACT_LEVEL must be one of"):
        serve({"CHAOS_IMPACT_LEVEL": "huge"}, port=0, with_schedule=False)


@pytest.mark.slow
def test_a_missing_extra_is_one_line_that_says_what_to_install(tmp_path):
    """No traceback; exit code 4."""
    script = (
        "import sys; sys.modules['fastapi'] = None; "
        "from chaostrading.cli import trading; trading(['serve'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30
    )

    assert done.returncode == 4
    assert done.stderr == (
        "chaos trading: serve: fastapi is not installed:"
        " pip install 'chaostoolkit-trading[service]'\n"
    )
