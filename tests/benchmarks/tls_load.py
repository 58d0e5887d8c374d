"""`tls`: HTTP with TLS towards the exchange.

P5 is about a mode that intercepts TLS on both legs. There is none: the proxy is spoken to in plain
text and speaks TLS upstream, so only that is measured, and P5 is not judged.
"""

import contextlib
import tempfile
from functools import partial
from pathlib import Path

from tests.benchmarks.backends import certificate, http_backend
from tests.benchmarks.http_load import wrk
from tests.benchmarks.peers import OURS, Peer, find, ours
from tests.benchmarks.rounds import Goal, play, report, results_table

__all__ = ["main"]


def main(rounds: int, quick: bool, folder: Path | None) -> None:
    """Play and report."""
    program = find("wrk", folder)
    if program is None:
        raise SystemExit("wrk is needed: apt-get install wrk")
    tables = []
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(http_backend(certificate(home)))
        trusted = {"SSL_CERT_FILE": str(home / "cert.pem")}
        candidates = {
            OURS: stack.enter_context(ours(f"https://127.0.0.1:{port}", environment=trusted)),
            f"{OURS} asyncio": stack.enter_context(
                ours(f"https://127.0.0.1:{port}", loop="asyncio", environment=trusted)
            ),
        }
        for connections in (1, 32):
            runs = {
                name: partial(wrk, program, peer, connections, 1)
                for name, peer in candidates.items()
            }
            direct = Peer(name="direct", port=port)
            runs["direct, TLS"] = partial(wrk, program, direct, connections, 1, "https")
            results = play(runs, rounds, seed=connections)
            formats = {"req/s": ",.0f", "p50 us": ",.0f", "CPU us/req": ".1f"}
            tables.append(
                f"{connections} connections\n\n{results_table(results, formats, 'req/s')}"
            )
    goal = Goal(
        id="P5",
        goal="TLS on both legs >= 35x mitmproxy (where the intercepting mode exists)",
        measured="the mode does not exist; above: TLS upstream only",
        held=None,
    )
    report("TLS upstream (P5)", tables, [goal])
