import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chaostrading.core import home
from chaostrading.core.clock import Clock, ManualClock
from chaostrading.service.app import create_app
from chaostrading.service.guard import Guard
from chaostrading.service.parts import Parts
from chaostrading.service.serve import make_parts

TOKENS = {
    "ADMIN_TOKEN": "the-admin-token-of-the-tests",
    "CHAOS_OPERATOR_TOKEN": "the-operator-token-of-the-tests",
    "CHAOS_VIEWER_TOKEN": "the-viewer-token-of-the-tests",
}

# Stands in for Chaos Toolkit: leaves a journal with a verdict, or waits until it is stopped.
FAKE = """
import json, os, pathlib, signal, sys, time
journal, variant, seconds = pathlib.Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
outcome = "passed"
def stop(*_):
    global seconds, outcome
    seconds, outcome = 0, "interrupted"
signal.signal(signal.SIGINT, stop)
signal.signal(signal.SIGUSR1, stop)
with open(journal.parent / "witness.jsonl", "w") as file:
    for row in (
        {"kind": "lease", "event": "armed", "fault": "ws_abrupt", "lease": "L1", "mono_s": 1.0},
        {"kind": "market", "stream": "btcusdt@bookTicker", "count": 9},
        {"kind": "sample", "mono_s": 2.0, "wall_s": 3.0,
         "values": {"orders_total": 7, "target": {"queue_depth": 2.0}}},
        {"kind": "lease", "event": "ended", "fault": "ws_abrupt", "lease": "L1", "hits": 3},
    ):
        file.write(json.dumps(row) + "\\n")
began = time.monotonic()
while time.monotonic() - began < seconds:
    time.sleep(0.02)
verdict = {"outcome": outcome, "conclusive": outcome == "passed", "sentence": "it went well"}
journal.write_text(json.dumps({"chaostrading": {
    "test": {"name": "rate_limit_storm", "category": "exchange", "impact": "low"},
    "verdict": verdict, "seed": int(os.environ.get("CHAOS_SEED", "1")), "variant": variant,
    "recovery": {"seconds": 1.5, "bound_s": 60, "censored": False, "error_bar_s": 0.25},
    "fault": [{"hits": 3, "misses": 1}], "alerts": [],
    "environment": {n: os.environ.get(n) for n in ("CHAOS_ENABLED", "ADMIN_TOKEN")}}}))
"""


@pytest.fixture(autouse=True)
def chaos_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A chaos home of its own for each test, and none of the user's variables."""
    folder = tmp_path / "chaos-home"
    monkeypatch.setenv("CHAOS_HOME", str(folder))
    for name in ("TRADING_MODE", "CHAOS_ENABLED", "CHAOS_TARGET", *TOKENS):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def command(seconds: float) -> Callable[..., list[str]]:
    """The command line of a run that lasts so long."""

    def line(experiment: Path, journal: Path, *, quick: bool) -> list[str]:
        # As the real one, the experiment is the last word; a variant is put before it.
        script = f"import sys; V = sys.argv[1:-1]; sys.argv[1:] = [{str(journal)!r}, "
        script += f"V[-1].partition('=')[2] if V else '', {str(seconds)!r}]\n" + FAKE
        return [sys.executable, "-I", "-S", "-c", script, str(experiment)]

    return line


@pytest.fixture
def make() -> Iterator[Callable[..., Parts]]:
    """Make the parts of a service whose runs last `seconds`; they are ended with the test."""
    made: list[Parts] = []

    def make_one(
        environ: dict[str, str] | None = None,
        *,
        seconds: float = 0.0,
        host: str = "127.0.0.1",
        clock: Clock | None = None,
        **options: Any,
    ) -> Parts:
        options.setdefault("command", command(seconds))
        parts = make_parts(
            TOKENS if environ is None else environ, host=host, clock=clock, **options
        )
        made.append(parts)
        return parts

    yield make_one
    for parts in made:
        parts.runs.close("the test has ended")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a call was answered with."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


class Client:
    """Calls the application as a server would, without a socket."""

    def __init__(self, app: Guard, address: str, headers: dict[str, str]) -> None:
        self.app = app
        self.address = address
        self.headers = headers

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        return self.send("POST", path, body, **headers)

    def send(self, method: str, path: str, body: Any, **headers: str) -> Reply:
        return asyncio.run(self._send(method, path, body, headers))

    async def _send(self, method: str, path: str, body: Any, more: dict[str, str]) -> Reply:
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        named = {**self.headers, **{name.replace("_", "-"): more[name] for name in more}}
        if body is not None:
            named.setdefault("content-type", "application/json")
        bare, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": bare,
            "raw_path": bare.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in named.items()],
            "client": (self.address, 50_000),
            "server": ("127.0.0.1", 8470),
        }
        incoming = [{"type": "http.request", "body": raw, "more_body": False}]
        sent: list[Any] = []

        async def receive() -> Any:
            return incoming.pop() if incoming else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        try:
            await self.app(scope, receive, send)
        except Exception:  # the server would log it, after the answer
            assert sent
            assert sent[0]["status"] == 500
        return Reply(
            status=sent[0]["status"],
            headers={name.decode(): value.decode() for name, value in sent[0]["headers"]},
            text=b"".join(one.get("body", b"") for one in sent[1:]).decode(),
        )


@pytest.fixture
def call() -> Callable[..., Client]:
    """A client of a service, calling from an address with a token."""

    def client(
        parts: Parts,
        token: str = "",
        address: str = "127.0.0.1",
        host: str = "127.0.0.1:8470",
        **headers: str,
    ) -> Client:
        if token:
            headers["authorization"] = f"Bearer {token}"
        return Client(create_app(parts), address, {"host": host, **headers})

    return client


@pytest.fixture
def ended() -> Callable[[Parts, str], dict[str, Any]]:
    """Wait for the end of a run and return its row."""

    def wait(parts: Parts, run_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            live = parts.runs.find(run_id)
            if live and live.result:
                return live.row(0.0)
            time.sleep(0.01)
        raise AssertionError(f"{run_id} did not end")

    return wait


@pytest.fixture
def admin(call: Callable[..., Client]) -> Callable[[Parts], Client]:
    return lambda parts: call(parts, TOKENS["ADMIN_TOKEN"])


@pytest.fixture
def journal() -> Callable[..., Path]:
    """Put a journal where journals are kept."""
    return _write_journal


def _write_journal(run_id: str, end: str = "2025-06-15T15:00:00", **block: Any) -> Path:
    path = home.journals() / f"{run_id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {
        "test": {"name": "rate_limit_storm", "category": "exchange", "impact": "low"},
        "verdict": {"outcome": "passed", "conclusive": True, "sentence": "it went well"},
        "recovery": {"seconds": 4.0, "bound_s": 60, "censored": False, "error_bar_s": 0.25},
        "fault": [{"hits": 3, "misses": 1}],
        "alerts": [],
        "seed": 7,
        "variant": None,
        **block,
    }
    path.write_text(json.dumps({"end": end, "chaostrading": whole}))
    return path


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests run on asyncio, as the service does."""
    return "asyncio"
