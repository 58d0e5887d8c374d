"""`delay`: how well a promised delay is kept (A1, A2), and the dice (A3)."""

import contextlib
import http.client
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import requests

from tests.benchmarks.backends import TARGET, http_backend, source
from tests.benchmarks.peers import OURS, Peer, ours, peers
from tests.benchmarks.rounds import Goal, Results, Row, play, report, results_table
from tests.benchmarks.ws_load import STREAM, sink

__all__ = ["main"]

DELAY_S = 0.05
LONG_S = 5.0
RATES = (1_000, 5_000)
_SECONDS = 1
_DRAWS = 4_000
_FOREVER: dict[str, Any] = {"ttl_s": 3_600.0, "duration_s": 3_600.0}


def _ask(connection: http.client.HTTPConnection) -> tuple[float, int]:
    begun_s = time.perf_counter()
    connection.request("GET", TARGET)
    answer = connection.getresponse()
    answer.read()
    return time.perf_counter() - begun_s, answer.status


def requests_late(peer: Peer, direct: int, count: int) -> Row:
    """Requests one after the other; how much longer each takes than it was delayed, and than a
    direct request takes after the same pause (caches are cold and the CPU is asleep by then)."""
    there = http.client.HTTPConnection("127.0.0.1", peer.port)
    beside = http.client.HTTPConnection("127.0.0.1", direct)
    _ask(there)
    _ask(beside)
    total_s, plain_s = [], []
    for _ in range(count):
        time.sleep(DELAY_S)
        plain_s.append(_ask(beside)[0])
        total_s.append(_ask(there)[0])
    there.close()
    beside.close()
    plain_s.sort()
    base_s = plain_s[count // 2]
    late = sorted((taken_s - DELAY_S) * 1e3 for taken_s in total_s)
    return {
        "min ms": late[0],
        "direct p50 ms": base_s * 1e3,
        "direct p99 ms": plain_s[int(count * 0.99)] * 1e3,
        "p50 ms": late[count // 2] - base_s * 1e3,
        "p99 ms": late[int(count * 0.99)] - base_s * 1e3,
    }


def stream_late(peer: Peer, rate: int) -> Row:
    """A steady stream, seconds long; how much later than promised each frame is."""
    frames = rate * _SECONDS
    row = sink("paced", peer.port, f"{STREAM}?frames={frames}&rate={rate}", str(frames))
    promised_ms = LONG_S * 1e3
    if not row["in_order"]:
        raise ValueError("frames came out of order")
    return {
        "min ms": row["min_ms"] - promised_ms, "p50 ms": row["p50_ms"] - promised_ms,
        "p99 ms": row["p99_ms"] - promised_ms, "rate out/in": row["rate"] / rate,
    }  # fmt: skip


def decisions(peer: Peer, seed: int) -> list[bool]:
    """Which of many requests on one keep-alive connection a share of a half has touched."""
    assert peer.client is not None
    lease = peer.client.arm(
        {"fault": "http_5xx_status_unknown", "share": 0.5, "seed": seed, **_FOREVER}
    )
    connection = http.client.HTTPConnection("127.0.0.1", peer.port)
    found = [_ask(connection)[1] >= 400 for _ in range(_DRAWS)]
    connection.close()
    peer.client.remove(lease["id"])
    return found


def _toxic(peer: Peer, delay_s: float) -> None:
    row = {"type": "latency", "attributes": {"latency": int(delay_s * 1e3)}}
    requests.post(peer.toxics, json=row, timeout=5).raise_for_status()


@contextlib.contextmanager
def _delayed(
    port: int, fault: str, parameters: dict[str, Any], folder: Path | None
) -> Iterator[dict[str, Peer]]:
    with contextlib.ExitStack() as stack:
        found = {}
        for name, loop in ((OURS, "uvloop"), (f"{OURS} asyncio", "asyncio")):
            peer = stack.enter_context(ours(f"http://127.0.0.1:{port}", name=name, loop=loop))
            assert peer.client is not None
            peer.client.arm({"fault": fault, "parameters": parameters, **_FOREVER})
            found[name] = peer
        for name, peer in stack.enter_context(peers(port, ("toxiproxy",), folder)).items():
            _toxic(peer, DELAY_S if fault == "latency_rest" else LONG_S)
            found[name] = peer
        yield found


def _short(rounds: int, count: int, folder: Path | None) -> Results:
    with http_backend() as port:
        delay = {"delay_s": DELAY_S, "jitter_s": 0.0}
        with _delayed(port, "latency_rest", delay, folder) as found:
            runs = {name: partial(requests_late, peer, port, count) for name, peer in found.items()}
            return play(runs, rounds)


def _long(rounds: int, folder: Path | None) -> dict[int, Results]:
    lag = {"lag_s": LONG_S}
    with source() as port, _delayed(port, "latency_ws", lag, folder) as found:
        return {
            rate: play(
                {name: partial(stream_late, peer, rate) for name, peer in found.items()}, rounds
            )
            for rate in RATES
        }


def _dice() -> Goal:
    with http_backend() as port, ours(f"http://127.0.0.1:{port}") as peer:
        first, second, other = decisions(peer, 7), decisions(peer, 7), decisions(peer, 8)
    sigma = 0.5 / _DRAWS**0.5
    share = sum(first) / _DRAWS
    same = first == second
    return Goal(
        id="A3",
        goal="share 0.5 on one keep-alive connection: within 3 sigma; same seed, same decisions",
        measured=f"{share:.4f} of {_DRAWS:,} ({abs(share - 0.5) / sigma:.1f} sigma), same seed "
        f"{'same' if same else 'OTHER'}, other seed {'other' if first != other else 'SAME'}",
        held=abs(share - 0.5) <= 3 * sigma and same and first != other,
    )


def _goals(short: Results, long: dict[int, Results]) -> list[Goal]:
    goals = []
    for name in (OURS, f"{OURS} asyncio"):
        least = min(short.values(name, "min ms"))
        p50, p99 = short.median(name, "p50 ms") or 0.0, short.median(name, "p99 ms") or 0.0
        goals.append(
            Goal(
                id="A1",
                goal=f"50 ms delay ({name}): never early, error p50 <= 0.7, p99 <= 2.5 ms",
                measured=f"min {least:+.2f} (all rounds), p50 {p50:+.2f}, p99 {p99:+.2f} ms",
                held=least >= 0 and p50 <= 0.7 and p99 <= 2.5,
            )
        )
    for rate, one in long.items():
        least = min(one.values(OURS, "min ms"))
        p50, p99 = one.median(OURS, "p50 ms") or 0.0, one.median(OURS, "p99 ms") or 0.0
        out = one.median(OURS, "rate out/in") or 0.0
        goals.append(
            Goal(
                id="A2",
                goal=f"5 s delay at {rate:,} frames/s: p50 <= 2, p99 <= 10 ms, rate and order kept",
                measured=f"min {least:+.2f}, p50 {p50:+.2f}, p99 {p99:+.2f} ms, rate x{out:.3f}",
                held=least >= 0 and p50 <= 2 and p99 <= 10 and 0.98 <= out <= 1.02,
            )
        )
    return goals


def main(rounds: int, quick: bool, folder: Path | None) -> None:
    """Play and report."""
    short = _short(rounds, 20 if quick else 60, folder)
    long = _long(1 if quick else rounds, folder)
    formats = {
        "min ms": "+.2f",
        "direct p50 ms": ".2f",
        "direct p99 ms": ".2f",
        "p50 ms": "+.2f",
        "p99 ms": "+.2f",
        "rate out/in": ".3f",
    }
    tables = [f"Requests, error of a 50 ms delay\n\n{results_table(short, formats, 'p50 ms')}"]
    tables += [
        f"Stream of {rate:,} frames/s, error of a 5 s delay\n\n"
        f"{results_table(one, formats, 'p50 ms')}"
        for rate, one in long.items()
    ]
    report("Delays and dice (A1, A2, A3)", tables, [*_goals(short, long), _dice()])
