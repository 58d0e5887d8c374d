"""`proxy`: HTTP keep-alive through every candidate (P1)."""

import contextlib
import re
import subprocess
from functools import partial
from pathlib import Path

from tests.benchmarks.backends import TARGET, http_backend
from tests.benchmarks.machine import LOAD_CPU, cpu_s, pinned, rss_mb
from tests.benchmarks.peers import OURS, Peer, find, ours, peers
from tests.benchmarks.rounds import Goal, Results, Row, play, report, results_table

__all__ = ["main", "wrk"]

PEERS = ("nginx", "haproxy", "envoy", "mitmproxy", "toxiproxy")
CONNECTIONS = (1, 32, 256)
_UNITS_US = {"us": 1.0, "ms": 1e3, "s": 1e6}


def _us(text: str) -> float:
    found = re.fullmatch(r"([\d.]+)(us|ms|s)", text)
    if found is None:
        raise ValueError(f"no duration of wrk: {text!r}")
    return float(found.group(1)) * _UNITS_US[found.group(2)]


def wrk(program: str, peer: Peer, connections: int, seconds: float, scheme: str = "http") -> Row:
    """One run of wrk: requests per second, latency, and the candidate's CPU per request."""
    before_s = cpu_s(peer.pid) if peer.pid else 0.0
    command = [
        program, "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "10s", "--latency",
        f"{scheme}://127.0.0.1:{peer.port}{TARGET}",
    ]  # fmt: skip
    done = subprocess.run(pinned(LOAD_CPU, command), capture_output=True, text=True, check=False)
    used_s = cpu_s(peer.pid) - before_s if peer.pid else 0.0
    counted = re.search(r"(\d+) requests in ", done.stdout)
    speed = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    levels = dict(re.findall(r"(\d+)%\s+([\d.]+(?:us|ms|s))", done.stdout))
    if counted is None or speed is None or "Non-2xx" in done.stdout or not int(counted.group(1)):
        raise ValueError(f"wrk: {done.stdout[-300:]} {done.stderr[-300:]}")
    row = {"req/s": float(speed.group(1)), "p50 us": _us(levels["50"]), "p99 us": _us(levels["99"])}
    if peer.pid:
        row["CPU us/req"] = used_s * 1e6 / int(counted.group(1))
        row["RSS MB"] = rss_mb(peer.pid)
    return row


def _candidates(stack: contextlib.ExitStack, port: int, folder: Path | None) -> dict[str, Peer]:
    upstream = f"http://127.0.0.1:{port}"
    found = {"direct": Peer(name="direct", port=port)}
    found[OURS] = stack.enter_context(ours(upstream))
    found[f"{OURS} asyncio"] = stack.enter_context(ours(upstream, loop="asyncio"))
    found[f"{OURS} + file"] = stack.enter_context(ours(upstream, file=True))
    found.update(stack.enter_context(peers(port, PEERS, folder)))
    return found


def _goals(results: dict[int, Results]) -> list[Goal]:
    goals = []
    for connections in (32, 256):
        one = results[connections]
        measured, held = [], []
        for peer, least in (("toxiproxy", 1.0), ("nginx", 0.85), ("envoy", 2.0), ("mitmproxy", 50)):
            if peer in ("nginx", "envoy") and one.rows.get("toxiproxy"):
                continue
            ratio = one.ratio(OURS, peer, "req/s")
            if ratio is not None:
                cpu = one.ratio(peer, OURS, "CPU us/req") or 0.0
                measured.append(f"{ratio:.2f}x {peer} (by CPU per request {cpu:.2f}x)")
                held.append(ratio >= least)
        text = "req/s >= 1.0x toxiproxy, or 0.85x nginx and 2x envoy; >= 50x mitmproxy"
        goals.append(
            Goal(
                id="P1",
                goal=f"{connections} connections: {text}",
                measured=", ".join(measured),
                held=all(held) if held else None,
            )
        )
    return [*goals, _latency_goal(results[1])]


def _latency_goal(one: Results) -> Goal:
    peer, more_us = ("toxiproxy", 0.0) if one.rows.get("toxiproxy") else ("nginx", 10.0)
    direct, mine, theirs = (one.median(name, "p50 us") for name in ("direct", OURS, peer))
    if direct is None or mine is None or theirs is None:
        return Goal(id="P1", goal="added p50", measured="", held=None)
    added, allowed = mine - direct, theirs - direct + more_us
    return Goal(
        id="P1",
        goal="1 connection: added p50 <= toxiproxy's (or nginx's + 10 us)",
        measured=f"+{added:.0f} us, {peer} +{theirs - direct:.0f} us",
        held=added <= allowed,
    )


def main(rounds: int, quick: bool, folder: Path | None) -> None:
    """Play and report."""
    program = find("wrk", folder)
    if program is None:
        raise SystemExit("wrk is needed: apt-get install wrk")
    seconds = 1
    results: dict[int, Results] = {}
    with http_backend() as port, contextlib.ExitStack() as stack:
        candidates = _candidates(stack, port, folder)
        for connections in CONNECTIONS:
            runs = {
                name: partial(wrk, program, peer, connections, seconds)
                for name, peer in candidates.items()
            }
            results[connections] = play(runs, rounds, seed=connections)
    formats = {
        "req/s": ",.0f", "p50 us": ",.0f", "p99 us": ",.0f", "CPU us/req": ",.1f", "RSS MB": ".0f",
    }  # fmt: skip
    tables = [
        f"{connections} connections\n\n{results_table(one, formats, 'req/s')}"
        for connections, one in results.items()
    ]
    report("HTTP keep-alive (P1)", tables, _goals(results))
