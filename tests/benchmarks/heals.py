"""`heal`: every fault ends when told, whatever the bot does (R1), and memory stays flat (M1)."""

import http.client
import select
import statistics
import threading
import time
from pathlib import Path

from chaostrading.core.errors import ChaosTradingError
from chaostrading.faults import registry
from chaostrading.proxy.client import ProxyClient
from tests.benchmarks.backends import TARGET, http_backend, source
from tests.benchmarks.machine import rss_mb, waited_s
from tests.benchmarks.peers import TOKEN, Peer, ours
from tests.benchmarks.rounds import Goal, report, table
from tests.benchmarks.stream import connect
from tests.benchmarks.ws_load import STREAM, flood

__all__ = ["main"]

CASES = ("idle", "live", "killed", "stalled", "admin killed")
CONFIRMED_MS = 100.0
ANSWERED_MS = 50.0
_ACTS_S = 0.15
_TTL_S = 0.5
_NEEDS = {"latency_ws": {"lag_s": 5.0}}
"""Parameters for faults that would end by themselves, or do nothing, without them."""


class Bot:
    """A client that reads a live stream on a thread, until it is told to do otherwise.

    Killed, its socket is closed with bytes unread, as the kernel does to a killed process."""

    def __init__(self, port: int, rate: int) -> None:
        target = f"{STREAM}?frames={rate * 30}&rate={rate}"
        self._socket, _ = connect(port, target)
        self._socket.setblocking(False)
        self._ended = threading.Event()
        self._stalled = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._ended.is_set():
            if self._stalled.is_set():
                self._ended.wait(0.02)
                continue
            ready, _, _ = select.select([self._socket], [], [], 0.02)
            try:
                if ready and not self._socket.recv(1 << 18):
                    return
            except OSError:
                return

    def stall(self) -> None:
        self._stalled.set()

    def kill(self) -> None:
        self._ended.set()
        self._thread.join(1.0)
        self._socket.close()


class Pulse:
    """Asks the admin API for its health all the while, on a thread; keeps the slowest answer."""

    def __init__(self, peer: Peer) -> None:
        assert peer.client is not None
        host = peer.client.url.partition("://")[2]
        self.taken_ms: list[float] = []
        self._connection = http.client.HTTPConnection(host, timeout=5.0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(0.02):
            begun_s = time.perf_counter()
            self._connection.request("GET", "/health")
            self._connection.getresponse().read()
            self.taken_ms.append((time.perf_counter() - begun_s) * 1e3)

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(6.0)


Taken = tuple[float, float]
"""Milliseconds until the end was confirmed, and how many of them the proxy waited for a CPU."""


def _removed_ms(peer: Peer, lease: str) -> Taken:
    """How long it takes until the end of a lease is confirmed."""
    assert peer.client is not None
    waited_before_s, begun_s = waited_s(peer.pid), time.perf_counter()
    peer.client.remove(lease)
    taken_s = time.perf_counter() - begun_s
    return taken_s * 1e3, (waited_s(peer.pid) - waited_before_s) * 1e3


def _silent_ms(peer: Peer, client: ProxyClient, lease: str, armed_s: float) -> Taken:
    """How long after its deadline a lease of a silent owner is gone."""
    time.sleep(max(0.0, armed_s + _TTL_S - time.monotonic()))
    waited_before_s = waited_s(peer.pid)
    for _ in range(200):
        if all(one["id"] != lease for one in client.leases()["leases"]):
            taken_s = time.monotonic() - armed_s - _TTL_S
            return taken_s * 1e3, (waited_s(peer.pid) - waited_before_s) * 1e3
        time.sleep(0.005)
    raise TimeoutError(f"{lease} outlives its owner")


def case(peer: Peer, fault: str, what: str, rate: int) -> Taken:
    """One fault in one case; give how long it takes until its end is confirmed."""
    assert peer.client is not None
    bot = None if what == "idle" else Bot(peer.port, rate)
    ttl_s = _TTL_S if what == "admin killed" else 60.0
    try:
        lease = peer.client.arm(
            {
                "fault": fault,
                "parameters": _NEEDS.get(fault, {}),
                "ttl_s": ttl_s,
                "duration_s": 60.0,
                "owner": "benchmark",
            }
        )
        if what == "admin killed":
            # What is killed is a client: its connection goes, and nothing renews the lease.
            other = ProxyClient(peer.client.url, TOKEN, timeout_s=5.0)
            return _silent_ms(peer, other, lease["id"], lease["armed_mono_s"])
        time.sleep(_ACTS_S)
        if bot is not None and what == "killed":
            bot.kill()
        if bot is not None and what == "stalled":
            bot.stall()
            time.sleep(_ACTS_S)
        return _removed_ms(peer, lease["id"])
    finally:
        if bot is not None:
            bot.kill()
        peer.client.remove_owner("benchmark")


def _heals(names: list[str], rate: int) -> tuple[str, list[Goal]]:
    taken: dict[str, list[Taken]] = {what: [] for what in CASES}
    failed: list[str] = []
    with source() as port, ours(f"http://127.0.0.1:{port}", alone=False) as peer:
        pulse = Pulse(peer)
        before_s, waited_before_s = time.perf_counter(), waited_s(peer.pid)
        for fault in names:
            for what in CASES:
                try:
                    taken[what].append(case(peer, fault, what, rate))
                except (OSError, ValueError, TimeoutError, ChaosTradingError) as error:
                    failed.append(f"{fault}/{what}: {error}")
        starved = (waited_s(peer.pid) - waited_before_s) / (time.perf_counter() - before_s)
        pulse.stop()
    rows = []
    for what, values in taken.items():
        walls = [wall for wall, _ in values]
        own = [wall - waited for wall, waited in values]
        rows.append(
            [
                *(what, str(len(values)), f"{statistics.median(walls):.1f}", f"{max(walls):.1f}"),
                f"{max(own):.1f}",
            ]
        )
    answers = sorted(pulse.taken_ms)
    middle = f"{statistics.median(answers):.1f}"
    rows.append(["/health", str(len(answers)), middle, f"{answers[-1]:.1f}", ""])
    rows.append([f"the proxy waited for a CPU {starved:.0%} of the time", "", "", "", ""])
    heads = ["case", "times", "p50 ms", "slowest ms", "slowest without waiting for a CPU"]
    every = [one for values in taken.values() for one in values]
    return table(heads, rows), [_healed(len(names), every, failed), _answered(answers)]


def _healed(faults: int, every: list[Taken], failed: list[str]) -> Goal:
    late = sum(wall > CONFIRMED_MS for wall, _ in every)
    own = sum(wall - waited > CONFIRMED_MS for wall, waited in every)
    return Goal(
        id="R1",
        goal=f"{faults} faults x {len(CASES)} cases: end confirmed within 100 ms",
        measured=f"{len(every) - late} of {len(every)}, slowest "
        f"{max(wall for wall, _ in every):.1f} ms; {len(every) - own} where the proxy's waiting "
        f"for a CPU is taken off" + (f"; failed: {', '.join(failed)}" if failed else ""),
        held=not late and not failed,
    )


def _answered(answers: list[float]) -> Goal:
    slow = sum(value > ANSWERED_MS for value in answers)
    p99 = answers[int(len(answers) * 0.99)]
    return Goal(
        id="R1",
        goal="the admin API answers within 50 ms all the while",
        measured=f"{len(answers) - slow} of {len(answers)}, p99 {p99:.1f}, "
        f"slowest {answers[-1]:.1f} ms",
        held=not slow,
    )


def _memory(millions: int, connections: int) -> tuple[str, Goal]:
    """Idle as it comes; under load with a ring of 1,000 records, so that what the witness is asked
    to keep is not taken for a leak."""
    rows: list[list[str]] = []
    with source() as port:
        upstream = f"http://127.0.0.1:{port}"
        with ours(upstream) as peer:
            time.sleep(0.5)
            idle = rss_mb(peer.pid)
            rows.append(["idle, a ring of 200,000 records", f"{idle:.1f}"])
        with ours(upstream, arguments=("--records", "1000")) as peer:
            marks = [_after_frames(peer, 1)]
            marks.append(_after_frames(peer, millions - 1))
            marks.append(_after_reconnects(peer, connections // 5))
            marks.append(_after_reconnects(peer, connections - connections // 5))
    names = (
        "after 1 million frames, a ring of 1,000 records", f"after {millions} million frames",
        f"after {connections // 5} reconnects", f"after {connections} reconnects",
    )  # fmt: skip
    rows += [[name, f"{mark:.1f}"] for name, mark in zip(names, marks, strict=True)]
    frames, reconnects = marks[1] - marks[0], marks[3] - marks[2]
    goal = Goal(
        id="M1",
        goal="40 MB resident when idle, flat over 5 million frames and 1,000 reconnects",
        measured=f"{idle:.1f} MB idle, {frames:+.1f} MB over frames, {reconnects:+.1f} MB over "
        "reconnects",
        held=idle <= 40 and frames <= 2 and reconnects <= 2,
    )
    return table(["", "resident MB"], rows), goal


def _after_frames(peer: Peer, millions: int) -> float:
    for _ in range(millions):
        flood(peer, 1, 1_000_000)
    return rss_mb(peer.pid)


def _after_reconnects(peer: Peer, count: int) -> float:
    for _ in range(count):
        client, _ = connect(peer.port, f"{STREAM}?frames=1")
        client.close()
    time.sleep(0.5)
    return rss_mb(peer.pid)


def _requests_memory() -> str:
    """What the ring of 200,000 requests takes, for the record."""
    with http_backend() as port, ours(f"http://127.0.0.1:{port}") as peer:
        connection = http.client.HTTPConnection("127.0.0.1", peer.port)
        before = rss_mb(peer.pid)
        count = 20_000
        for _ in range(count):
            connection.request("GET", TARGET)
            connection.getresponse().read()
        grown = rss_mb(peer.pid) - before
    return f"The witness keeps a request in {grown * 1e6 / count:,.0f} bytes."


def main(rounds: int, quick: bool, folder: Path | None) -> None:
    """Play and report. `rounds` has no meaning here: every case is played once."""
    names = sorted(row["name"] for row in registry.catalogue())
    heals, goals = _heals(names[:: 8 if quick else 1], 5_000)
    memory, goal = _memory(2 if quick else 5, 100 if quick else 1_000)
    report("Healing and memory (R1, M1)", [heals, memory, _requests_memory()], [*goals, goal])
