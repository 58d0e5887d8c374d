"""The proxy as a process: arguments in, a ready line out, until it is told to end."""

import argparse
import asyncio
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from chaostrading.core.clock import SystemClock
from chaostrading.core.errors import ChaosTradingError, InvalidInput
from chaostrading.core.lifeline import end_with_parent
from chaostrading.faults import registry
from chaostrading.proxy.admin import admin_app, is_loopback
from chaostrading.proxy.relay import Relay
from chaostrading.proxy.witness import Witness
from chaostrading.venues import venue

__all__ = ["main"]

_GRACE_S = 0.1
"""How long connections have to end after SIGTERM, so that their last bytes leave."""


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m chaostrading.proxy",
        description="A fault proxy between a trading system and its exchange.",
    )
    parser.add_argument("--upstream", required=True, help="the exchange: http(s)://host[:port]")
    parser.add_argument("--venue", default="generic", help="the exchange's dialect")
    parser.add_argument("--listen", default="127.0.0.1:0", help="HOST:PORT for the trading system")
    parser.add_argument("--admin", default="127.0.0.1:0", help="HOST:PORT of the admin API")
    parser.add_argument(
        "--token",
        default=os.environ.get("CHAOS_PROXY_TOKEN", ""),
        help="bearer token of the admin API (default: CHAOS_PROXY_TOKEN)",
    )
    parser.add_argument("--witness", type=Path, help="file that records are appended to")
    parser.add_argument("--records", type=int, default=200_000, help="records kept in memory")
    parser.add_argument("--max-duration-ms", type=int, help="longest lease that is granted")
    parser.add_argument("--rewrite-host", action="store_true", help="make Host the upstream's")
    parser.add_argument("--die-with-stdin", action="store_true", help="end with standard input")
    return parser.parse_args(arguments)


def _address(name: str, text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise InvalidInput(f"--{name}: must be HOST:PORT, was {text!r}")
    return host, int(port)


def _relay(options: argparse.Namespace) -> Relay:
    if not options.token:
        raise InvalidInput("CHAOS_PROXY_TOKEN or --token must be set: the admin API needs a token")
    if options.records < 1:
        raise InvalidInput(f"--records: must be at least 1, was {options.records}")
    spoken = venue(options.venue)
    longest_ms = options.max_duration_ms
    return Relay(
        upstream=options.upstream,
        venue=spoken,
        make=registry.make,
        clock=SystemClock(),
        witness=Witness(spoken, options.witness, options.records),
        longest_s=None if longest_ms is None else longest_ms / 1000,
        rewrite_host=options.rewrite_host,
    )


async def _serve(options: argparse.Namespace) -> None:
    host, port = _address("listen", options.listen)
    admin_host, admin_port = _address("admin", options.admin)
    if not is_loopback(admin_host):
        raise InvalidInput(f"--admin: must be a loopback address, was {admin_host!r}")
    relay = _relay(options)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await relay.start(host, port)
    app = admin_app(relay, options.token, registry.catalogue)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, admin_host, admin_port).start()
        print(json.dumps(_ready(relay, runner.addresses[0])), flush=True)
        await ended.wait()
    finally:
        relay.stop()
        await runner.cleanup()
        await relay.clock.pause(_GRACE_S)
        relay.witness.close()


def _ready(relay: Relay, admin: tuple[str, int]) -> dict[str, object]:
    return {
        "ready": True,
        "url": _url(*relay.address),
        "admin": _url(*admin[:2]),
        "upstream": relay.upstream,
        "venue": relay.venue.name,
        "pid": os.getpid(),
    }


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the proxy until SIGTERM, SIGINT, or the end of standard input. Gives the exit status."""
    options = _arguments(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="proxy: %(message)s")
    if options.die_with_stdin:
        end_with_parent()
    try:
        _run(options)
    except (ChaosTradingError, OSError) as error:
        print(f"proxy: {error}", file=sys.stderr)
        return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    """On uvloop where it is installed: about a tenth more requests per second."""
    # The witness keeps many small objects for long; looking through all of them for cycles, as the
    # defaults would have it every few seconds, stops traffic for tens of milliseconds.
    gc.set_threshold(20_000, 20, 50)
    try:
        import uvloop
    except ImportError:
        asyncio.run(_serve(options))
    else:
        uvloop.run(_serve(options))
