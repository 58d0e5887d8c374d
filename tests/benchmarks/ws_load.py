"""`ws`: WebSocket streams through every candidate (P2, P3, P4)."""

import contextlib
import json
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks.backends import source
from tests.benchmarks.machine import LOAD_CPU, cpu_s, pinned, rss_mb
from tests.benchmarks.peers import OURS, Peer, ours, peers
from tests.benchmarks.rounds import Goal, Results, Row, play, report, results_table

__all__ = ["main", "sink"]

PEERS = ("nginx", "haproxy", "envoy", "mitmproxy", "toxiproxy")
RATE = 5_000
STREAM = "/ws/btcusdt@aggTrade"
_SLOW = 200
"""mitmproxy has no back-pressure and no speed: it gets so many times fewer frames."""


def sink(kind: str, port: int, *arguments: str) -> dict[str, Any]:
    """Run a sink in a process of its own; give what it has counted."""
    command = [sys.executable, "-m", "tests.benchmarks.stream", kind, str(port), *arguments]
    done = subprocess.run(pinned(LOAD_CPU, command), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr.strip().splitlines()[-1])
    row: dict[str, Any] = json.loads(done.stdout)
    return row


def _seen(peer: Peer) -> int:
    assert peer.client is not None
    return int(peer.client.stats()["messages_down_total"])


def flood(peer: Peer, connections: int, frames: int, streams: int = 1) -> Row:
    """Frames as fast as they are taken; this proxy must have counted every one of them."""
    each = frames // connections
    seen = _seen(peer) if peer.client is not None else 0
    before_s = cpu_s(peer.pid) if peer.pid else 0.0
    target = f"{STREAM}?frames={each}&streams={streams}"
    row = sink("flood", peer.port, target, str(connections), str(each))
    used_s = cpu_s(peer.pid) - before_s if peer.pid else 0.0
    if peer.client is not None and (missed := row["frames"] - (_seen(peer) - seen)):
        time.sleep(0.2)
        missed = row["frames"] - (_seen(peer) - seen)
        if missed:
            raise ValueError(f"{missed} frames were not counted")
    found: Row = {"Mframes/s": row["frames"] / row["seconds"] / 1e6}
    if peer.pid:
        found["CPU ns/frame"] = used_s * 1e9 / row["frames"]
        found["Mframes/CPU s"] = row["frames"] / used_s / 1e6
        found["RSS MB"] = rss_mb(peer.pid)
    return found


def paced(peer: Peer, frames: int, rate: int = RATE) -> Row:
    """Frames one by one at a steady rate; how late each one is."""
    before_s = cpu_s(peer.pid) if peer.pid else 0.0
    row = sink("paced", peer.port, f"{STREAM}?frames={frames}&rate={rate}", str(frames))
    found: Row = {"p50 us": row["p50_ms"] * 1e3, "p99 us": row["p99_ms"] * 1e3}
    if peer.pid:
        found["CPU us/frame"] = (cpu_s(peer.pid) - before_s) * 1e6 / frames
    return found


def _paced_goals(one: Results) -> list[Goal]:
    peer, latency, cpu = ("toxiproxy", 1.0, 0.6) if one.rows.get("toxiproxy") else ("envoy", 1.1, 1)
    direct, mine, theirs = (one.median(name, "p50 us") for name in ("direct", OURS, peer))
    ratio = one.ratio(OURS, peer, "CPU us/frame")
    text = "added p50 <= toxiproxy's (1.1x envoy's)", "CPU per message <= 0.6x toxiproxy's (1.0x "
    if direct is None or mine is None or theirs is None or ratio is None:
        return [Goal(id="P2", goal=text[0], measured="no peer", held=None)]
    added, allowed = mine - direct, (theirs - direct) * latency
    return [
        Goal(
            id="P2", goal=text[0], held=added <= allowed,
            measured=f"+{added:.0f} us, {peer} +{theirs - direct:.0f} us",
        ),
        Goal(
            id="P2", goal=text[1] + "envoy's)", held=ratio <= cpu, measured=f"{ratio:.2f}x {peer}",
        ),
    ]  # fmt: skip


def _flood_goal(name: str, text: str, floods: dict[int, Results], least: float, times: int) -> Goal:
    measured, held = [], []
    for connections, one in floods.items():
        mine = one.median(OURS, "Mframes/CPU s")
        wall = one.median(OURS, "Mframes/s")
        if mine is None or wall is None:
            continue
        words = f"{connections} conn.: {mine:.2f} M per CPU second ({wall:.2f} M/s wall)"
        held.append(mine >= least)
        ratio = one.ratio(OURS, "mitmproxy", "Mframes/CPU s")
        if ratio is not None:
            words += f", {ratio:,.0f}x mitmproxy"
            held.append(ratio >= times)
        measured.append(words)
    return Goal(id=name, goal=text, measured="; ".join(measured), held=all(held) if held else None)


def _floods(
    rounds: int, frames: int, candidates: dict[str, Peer], streams: int = 1
) -> dict[int, Results]:
    found = {}
    for connections in (1, 50):
        runs = {
            name: partial(
                flood, peer, connections,
                max(frames // _SLOW, connections * 100) if name == "mitmproxy" else frames, streams,
            )
            for name, peer in candidates.items()
        }  # fmt: skip
        found[connections] = play(runs, rounds, seed=connections)
    return found


def _rewriting(rounds: int, frames: int, port: int, folder: Path | None) -> dict[int, Results]:
    """A fault that falsifies the price of every frame; mitmproxy shifts two stamps of each."""
    with contextlib.ExitStack() as stack:
        found: dict[str, Peer] = {}
        for name, loop in ((OURS, "uvloop"), (f"{OURS} asyncio", "asyncio")):
            peer = stack.enter_context(ours(f"http://127.0.0.1:{port}", loop=loop))
            assert peer.client is not None
            peer.client.arm(
                {
                    "fault": "bad_price",
                    "ttl_s": 3_600.0,
                    "duration_s": 3_600.0,
                    "parameters": {"values": ["rise20"], "frames": 100_000, "every": 1},
                }
            )
            found[name] = peer
        found.update(stack.enter_context(peers(port, ("mitmproxy",), folder, edit=True)))
        return _floods(rounds, frames, found)


def main(rounds: int, quick: bool, folder: Path | None) -> None:
    """Play and report."""
    frames = 400_000 if quick else 1_500_000
    with source() as port, contextlib.ExitStack() as stack:
        upstream = f"http://127.0.0.1:{port}"
        candidates = {"direct": Peer(name="direct", port=port)}
        candidates[OURS] = stack.enter_context(ours(upstream))
        candidates[f"{OURS} asyncio"] = stack.enter_context(ours(upstream, loop="asyncio"))
        candidates.update(stack.enter_context(peers(port, PEERS, folder)))
        slow = 1_000 if quick else 5_000
        runs = {name: partial(paced, peer, slow) for name, peer in candidates.items()}
        if "mitmproxy" in runs:
            runs["mitmproxy"] = partial(paced, candidates["mitmproxy"], 1_000, 1_000)
        steady = play(runs, rounds)
        floods = _floods(rounds, frames, candidates)
        mixed = _floods(rounds, frames, {OURS: candidates[OURS]}, streams=10)
        stack.close()
        rewritten = _rewriting(rounds, frames // 25, port, folder)
    formats = {"Mframes/s": ".2f", "CPU ns/frame": ",.0f", "Mframes/CPU s": ".2f", "RSS MB": ".0f"}
    tables = [
        f"{RATE:,} frames/s of 200 bytes on one connection (mitmproxy 1,000/s)\n\n"
        + results_table(
            steady, {"p50 us": ",.0f", "p99 us": ",.0f", "CPU us/frame": ".1f"}, "p50 us"
        )
    ]
    for title, group in (
        ("Full rate", floods),
        ("Full rate, ten streams in turn", mixed),
        ("Full rate, a fault rewrites the price of every frame", rewritten),
    ):
        tables += [
            f"{title}, {connections} connections\n\n{results_table(one, formats, 'Mframes/s')}"
            for connections, one in group.items()
        ]
    more = "every frame seen and counted, >= 2.5 M frames/s on one core, >= 700x mitmproxy"
    edit = "a field of every JSON frame rewritten: >= 300,000 frames/s, >= 80x mitmproxy"
    goals = [
        *_paced_goals(steady),
        _flood_goal("P3", more, floods, 2.5, 700),
        _flood_goal("P4", edit, rewritten, 0.3, 80),
    ]
    report("WebSocket (P2, P3, P4)", tables, goals)
