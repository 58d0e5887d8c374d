"""What stands behind the candidates: nginx that answers 330 bytes of JSON at once, or a source."""

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.machine import LOAD_CPU, pinned

__all__ = [
    "END_S",
    "TARGET",
    "certificate",
    "free_port",
    "http_backend",
    "source",
    "stop",
    "until_open",
]

END_S = 5.0
TARGET = "/api/v3/ticker/24hr?symbol=BTCUSDT"
_BODY = json.dumps(
    {
        "symbol": "BTCUSDT", "priceChange": "-94.99999800", "priceChangePercent": "-95.960",
        "weightedAvgPrice": "0.29628482", "lastPrice": "4.00000200", "lastQty": "200.00000000",
        "bidPrice": "4.00000000", "askPrice": "4.00000200", "openPrice": "99.00000000",
        "volume": "8913.30000000", "openTime": 1499783499040, "closeTime": 1499869899040,
        "firstId": 28385, "lastId": 28460, "count": 76,
    },
    separators=(",", ":"),
)  # fmt: skip


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def until_open(port: int, process: subprocess.Popen[bytes], wait_s: float = 20.0) -> None:
    """Wait until something listens there. Raises TimeoutError."""
    deadline_s = time.monotonic() + wait_s
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            raise OSError(f"{process.args!r} ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started here."""
    process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(END_S)


def nginx(folder: Path, server: str, http: str = "") -> str:
    """Write a configuration of nginx with one worker; give its file."""
    file = folder / "nginx.conf"
    temps = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file.write_text(
        f"worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log crit;\n"
        f"events {{ worker_connections 4096; }}\n"
        f"http {{ access_log off; keepalive_requests 100000000; {temps}\n{http}\n"
        f"server {{ {server} }} }}\n"
    )
    return str(file)


@contextlib.contextmanager
def http_backend(secure: Path | None = None) -> Iterator[int]:
    """An exchange that is much faster than any proxy; give its port. `secure`: the folder of its
    certificate."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tls = ""
        if secure is not None:
            tls = f"ssl_certificate {secure}/cert.pem; ssl_certificate_key {secure}/key.pem;"
        configuration = nginx(
            folder,
            f"listen 127.0.0.1:{port}{' ssl' if secure else ''} backlog=4096; {tls}"
            f"location / {{ default_type application/json; return 200 '{_BODY}'; }}",
        )
        process = subprocess.Popen(pinned(LOAD_CPU, [program, "-c", configuration]))
        try:
            until_open(port, process)
            yield port
        finally:
            stop(process)


def certificate(folder: Path) -> Path:
    """Make a certificate for this machine; give the folder."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    return folder


@contextlib.contextmanager
def source() -> Iterator[int]:
    """A source of WebSocket frames in a process of its own; give its port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.stream", "source", str(port)]
    process = subprocess.Popen(pinned(LOAD_CPU, command))
    try:
        until_open(port, process)
        yield port
    finally:
        stop(process)
