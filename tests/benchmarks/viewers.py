"""Dashboards: what 200 viewers of one run cost the service.

A service sends a sample of a real run's size once a second, as it does while a test runs. 200
viewers hold the event stream open and read it; then a run ends, and each asks for the history, as
the page does. The service is a process of its own; its CPU is read from schedstat.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.machine import cpu_s, rss_mb
from tests.benchmarks.rounds import Goal, play, report, results_table

VIEWERS = 200
SPREAD_S = 4.5
"""Viewers ask for the history within this time after the end of a run."""
CORE_SHARE_MAX = 0.10
METRICS = {
    "core_share": ".3f",
    "events_a_second": ".0f",
    "rss_mb": ".0f",
    "end_of_run_cpu_s": ".2f",
}
SERVER = """
import asyncio, os, sys, threading, time
import uvicorn
from chaostrading.service.app import create_app
from chaostrading.service.serve import _Server, _bind, make_parts

target = {f"number_{n}_total": n * 1.25 for n in range(32)}
values = {f"name_{n}_total": n * 1000.125 for n in range(24)} | {"target": target}
parts = make_parts({}, host="127.0.0.1")

def samples():
    while True:
        time.sleep(1)
        parts.broker.publish("run_sample", run_id="r", test="t", wall_s=2.0, values=values)

listener = _bind("127.0.0.1", 0)
threading.Thread(target=samples, daemon=True).start()
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(create_app(parts), log_level="error", lifespan="off", ws="none")
asyncio.run(_Server(config, parts).serve(sockets=[listener]))
"""


def main(rounds: int, quick: bool, peers: Path | None) -> None:
    """Play nobody against 200 viewers, and hold the goal."""
    for_s = 5.0 if quick else 20.0
    candidates: dict[str, Any] = {
        "nobody": lambda: asyncio.run(_watched(0, for_s)),
        f"{VIEWERS} viewers": lambda: asyncio.run(_watched(VIEWERS, for_s)),
    }
    results = play(candidates, 1 if quick else rounds)
    share = results.median(f"{VIEWERS} viewers", "core_share") or 0.0
    goal = Goal(
        id="viewers",
        goal=f"{VIEWERS} viewers of a running test cost under {CORE_SHARE_MAX:.0%} of a core",
        measured=f"{share:.1%} of a core",
        held=share < CORE_SHARE_MAX,
    )
    report("Viewers of the dashboard", [results_table(results, METRICS, "core_share")], [goal])


async def _watched(viewers: int, for_s: float) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SERVER, stdout=asyncio.subprocess.PIPE, env=_environ(folder)
        )
        assert server.stdout is not None
        try:
            port = int(await server.stdout.readline())
            return await _measure(server.pid, port, viewers, for_s)
        finally:
            server.terminate()
            await server.wait()


async def _measure(pid: int, port: int, viewers: int, for_s: float) -> dict[str, float]:
    counts = [0] * viewers
    streams = [await _ask(port, "/api/chaos/events") for _ in range(viewers)]
    readers = [
        asyncio.create_task(_read(reader, counts, at)) for at, (reader, _) in enumerate(streams)
    ]
    await asyncio.sleep(2)
    before_s, began_s, seen = cpu_s(pid), time.monotonic(), sum(counts)
    await asyncio.sleep(for_s)
    took_s = time.monotonic() - began_s
    row = {
        "core_share": (cpu_s(pid) - before_s) / took_s,
        "events_a_second": (sum(counts) - seen) / took_s,
        "rss_mb": rss_mb(pid),
    }
    before_s = cpu_s(pid)
    asks = [_history(port, at * SPREAD_S / max(1, viewers)) for at in range(viewers)]
    await asyncio.gather(*asks)
    row["end_of_run_cpu_s"] = cpu_s(pid) - before_s
    for reader in readers:
        reader.cancel()
    for _, writer in streams:
        writer.close()
    return row


async def _ask(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
    return reader, writer


async def _read(reader: asyncio.StreamReader, counts: list[int], at: int) -> None:
    while chunk := await reader.read(65_536):
        counts[at] += chunk.count(b"event: run_sample")


async def _history(port: int, after_s: float) -> None:
    await asyncio.sleep(after_s)
    reader, writer = await _ask(port, "/api/chaos/history")
    answer = await reader.read()
    assert b" 200 " in answer[:20]
    writer.close()


def _environ(folder: str) -> dict[str, str]:
    return {**os.environ, "CHAOS_HOME": folder}
