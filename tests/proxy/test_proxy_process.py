"""`python -m chaostrading.proxy` keeps the contract of the stack's processes."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaostrading.core.errors import Unreachable
from chaostrading.proxy.client import ProxyClient

pytestmark = pytest.mark.slow

ARGUMENTS = ["--upstream", "http://127.0.0.1:9", "--venue", "binance", "--token", "t"]


def start(*more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "chaostrading.proxy", *ARGUMENTS, *more],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    process = start("--witness", str(tmp_path / "w.jsonl"), "--die-with-stdin")
    yield process
    process.kill()
    process.communicate(timeout=10)


def ready(process: "subprocess.Popen[str]") -> dict[str, str]:
    assert process.stdout is not None
    line: dict[str, str] = json.loads(process.stdout.readline())
    return line


def test_the_ready_line_says_where_it_serves(proxy: "subprocess.Popen[str]") -> None:
    """One JSON line with `ready`, `url` and `admin`."""
    line = ready(proxy)

    assert line["ready"] is True
    assert line["url"].startswith("http://127.0.0.1:")
    assert ProxyClient(line["admin"], "t").health()["upstream"] == "http://127.0.0.1:9"


def test_sigterm_ends_leases_and_exits_with_0(
    proxy: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    """The end of the lease is in the witness file."""
    client = ProxyClient(ready(proxy)["admin"], "t")
    client.arm({"fault": "latency_rest", "ttl_s": 60})

    proxy.send_signal(signal.SIGTERM)

    assert proxy.wait(10) == 0
    last = json.loads((tmp_path / "w.jsonl").read_text().splitlines()[-1])
    assert (last["kind"], last["event"], last["reason"]) == ("lease", "ended", "shutdown")


def test_it_ends_with_its_parent(proxy: "subprocess.Popen[str]") -> None:
    """The pipe on standard input is closed, and it is gone."""
    admin = ready(proxy)["admin"]
    assert proxy.stdin is not None
    proxy.stdin.close()
    proxy.stdin = None

    assert proxy.wait(10) == 0

    with pytest.raises(Unreachable):
        ProxyClient(admin, "t").health()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--upstream", "ftp://x"], "upstream: must be http(s)://host[:port], was 'ftp://x'"),
        (["--upstream", "http://x/api"], "must have nothing beyond host and port"),
        (["--venue", "binanse"], "unknown venue 'binanse', did you mean binance?"),
        (["--admin", "0.0.0.0:0"], "--admin: must be a loopback address, was '0.0.0.0'"),
        (["--listen", "nowhere"], "--listen: must be HOST:PORT, was 'nowhere'"),
        (["--token", ""], "CHAOS_PROXY_TOKEN or --token must be set"),
    ],
)
def test_arguments_that_cannot_be_right_are_one_line(arguments: list[str], said: str) -> None:
    """Exit status 1, nothing on standard output, no traceback."""
    process = start(*arguments)

    out, err = process.communicate(timeout=10)

    assert (process.returncode, out) == (1, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("option", ["--listen", "--admin"])
def test_a_port_in_use_is_one_line(option: str) -> None:
    """It names the address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start(option, f"127.0.0.1:{taken.getsockname()[1]}")
        out, err = process.communicate(timeout=10)

    assert (process.returncode, out) == (1, "")
    assert "address already in use" in err
    assert len(err.strip().splitlines()) == 1


def test_the_client_is_light_to_import() -> None:
    """Chaos Toolkit loads it with every experiment."""
    code = (
        "import sys, chaostrading.proxy.client as c; "
        "print([name for name in ('aiohttp', 'asyncio', 'httptools') if name in sys.modules])"
    )

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "aiohttp" not in out.stdout
    assert "httptools" not in out.stdout
