"""A real browser, a service on a real socket, and runs that leave evidence as they go."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import uvicorn

from chaostrading.service.app import create_app
from chaostrading.service.parts import Parts
from chaostrading.service.serve import _Server

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-dev-shm-usage --disable-background-networking --disable-component-update"
    " --disable-sync --disable-features=OptimizationHints,MediaRouter"
    " --no-default-browser-check --hide-scrollbars"
)
WAIT_S = 20.0

# Stands in for Chaos Toolkit: readings, a fault, recovery, a verdict; a stop ends it early.
FAKE = """
import json, math, pathlib, signal, sys, time
journal, fault_s, sentence = pathlib.Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
outcome = "passed"
def stop(*_):
    global outcome
    outcome = "interrupted"
signal.signal(signal.SIGINT, stop)
signal.signal(signal.SIGUSR1, stop)
file = open(journal.parent / "witness.jsonl", "w")
def write(kind, **row):
    moment = {"mono_s": time.monotonic(), "wall_s": time.time()}
    file.write(json.dumps({"kind": kind, **moment, **row}) + "\\n")
    file.flush()
orders = 0.0
def readings(seconds, rate):
    global orders
    until = time.monotonic() + seconds
    while time.monotonic() < until and outcome == "passed":
        orders += rate * 0.1
        target = {"errors_total": 1.0, "market_data_age_s": 0.1, "cpu_percent": 2.0,
                  "order_latency_ms": 8.0, "rss_bytes": 4.6e7, "breaker_open": 0.0}
        write("sample", values={"orders_total": int(orders), "orders_accepted_total": int(orders),
              "latency_ms.p99": 4.0, "latency_ms.p50": 1.0, "messages_down_total": orders * 9,
              "system.cpu_percent": 40.0, "system.memory_percent": 5.0, "target": target})
        time.sleep(0.1)
readings(1.2, 20)
write("lease", event="armed", fault="ws_abrupt", lease="L1", reason="", hits=0)
write("alert", event="fired", rule="orders_slow", severity="critical", metric="latency_ms.p99",
      value=9.0, condition="above 5", summary="orders are slow", action="see why")
readings(fault_s, 1)
write("lease", event="ended", fault="ws_abrupt", lease="L1", reason="removed", hits=3)
readings(0.6, 20)
verdict = {"outcome": outcome, "conclusive": outcome == "passed", "sentence": sentence}
journal.write_text(json.dumps({"chaostrading": {
    "test": {"name": "rate_limit_storm", "category": "exchange", "impact": "low"},
    "verdict": verdict, "seed": 7, "variant": None, "findings": [
        {"checker": "fault_was_live", "answer": "held", "expected": "1", "observed": "3"}],
    "recovery": {"seconds": 0.4, "bound_s": 60, "censored": False, "error_bar_s": 0.25},
    "fault": [{"hits": 3, "misses": 1}], "alerts": []}}))
"""
SENTENCE = "rate_limit_storm passed: <b>3 requests</b> met the fault"
"""What a run says; markup in it must stay text."""


def command(fault_s: float) -> Callable[..., list[str]]:
    """The command line of a run whose fault lasts so long."""

    def line(experiment: Path, journal: Path, *, quick: bool) -> list[str]:
        # As the real one, the experiment is the last word; a variant is put before it.
        words = [str(journal), str(fault_s), SENTENCE, str(experiment)]
        return [sys.executable, "-I", "-S", "-c", FAKE, *words]

    return line


class Served:
    """A service that listens; `end` and `begin` are what a restart is made of."""

    def __init__(self, make: Callable[..., Parts], environ: dict[str, str], fault_s: float) -> None:
        self._make = lambda: make(environ, command=command(fault_s))
        self.port = 0
        self.begin()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def begin(self) -> None:
        self.parts = self._make()
        listener = socket.create_server(("127.0.0.1", self.port), backlog=512)
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            create_app(self.parts),
            log_level="error",
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=2,
        )
        self._server = _Server(config, self.parts)
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._server.serve(sockets=[listener]))
        )
        self.parts.watch.start()
        self._thread.start()
        self._listener = listener

    def end(self) -> None:
        self._server.should_exit = True
        self._thread.join(15)
        assert not self._thread.is_alive()
        self.parts.watch.stop()
        self._listener.close()
        self.parts.runs.close("the test has ended")


@pytest.fixture
def served(make: Callable[..., Parts]) -> Iterator[Callable[..., Served]]:
    """Start a service; without tokens, unless `environ` has some."""
    made: list[Served] = []

    def one(environ: dict[str, str] | None = None, fault_s: float = 2.0) -> Served:
        made.append(Served(make, environ or {}, fault_s))
        return made[-1]

    yield one
    for service in made:
        if service._thread.is_alive():
            service.end()


class Browser:
    """A tab, and what a test asks of it."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, url: str, *, width: int = 1280, theme: str = "light") -> None:
        self.driver.get("about:blank")
        self.shape(width, theme)
        # What earlier pages asked for and said is forgotten.
        self.requested()
        self.complaints()
        self.driver.get(url)

    def shape(self, width: int, theme: str) -> None:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": theme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def until(self, script: str, *arguments: Any, wait_s: float = WAIT_S) -> Any:
        """Wait until the expression is true; answers its value."""
        deadline = time.monotonic() + wait_s
        while time.monotonic() < deadline:
            if value := self.run(f"return {script}", *arguments):
                return value
            time.sleep(0.03)
        seen = self.run("return document.querySelector('main')?.innerText ?? ''")[:800]
        raise AssertionError(f"never true: {script}\nthe page says: {seen}")

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0]).textContent", selector))

    def click(self, selector: str) -> None:
        self.driver.find_element("css selector", selector).click()

    def write(self, selector: str, text: str) -> None:
        self.driver.find_element("css selector", selector).send_keys(text)

    def complaints(self) -> list[str]:
        """What the console has said since it was last asked."""
        return [
            row["message"]
            for row in self.driver.get_log("browser")
            if row["level"] in ("SEVERE", "WARNING")
        ]

    def requested(self) -> list[str]:
        """The URLs that were asked for since it was last asked."""
        rows = [json.loads(row["message"])["message"] for row in self.driver.get_log("performance")]
        return [
            row["params"]["request"]["url"]
            for row in rows
            if row["method"] == "Network.requestWillBeSent"
        ]

    def peers(self) -> set[str]:
        """The addresses that the browser's processes are connected to."""
        found = set()
        root = psutil.Process(self.driver.service.process.pid)
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                found |= {one.raddr.ip for one in process.net_connections("inet") if one.raddr}
        return found


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    """One browser for all tests of the folder; they are skipped where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs the group `browser`")
    if not CHROMIUM or not DRIVER:
        pytest.skip("no chromium and chromedriver on PATH")
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = Options()
        options.binary_location = CHROMIUM
        # Names do not even resolve, so that nothing can leave unseen.
        resolver = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        for flag in (*FLAGS.split(), resolver, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        made = webdriver.Chrome(options=options, service=Service(DRIVER))
        try:
            yield made
        finally:
            made.quit()


@pytest.fixture
def browser(driver: Any) -> Iterator[Browser]:
    """A tab that is empty before and after the test."""
    yield Browser(driver)
    driver.get("about:blank")


@pytest.fixture
def axe() -> str:
    """The source of axe-core, from `CHAOS_AXE` or an installed npm package; else a skip."""
    root = Path(__file__).resolve().parents[3]
    places = (
        Path(os.environ.get("CHAOS_AXE", "")),
        root / "node_modules/axe-core/axe.min.js",
        Path("/usr/lib/node_modules/axe-core/axe.min.js"),
        Path("/usr/local/lib/node_modules/axe-core/axe.min.js"),
    )
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        pytest.skip("no axe-core: npm install axe-core, or set CHAOS_AXE to axe.min.js")
    return found.read_text(encoding="utf-8")
