"""`python -m chaostrading.paper.exchange`: serve the paper exchange until told to stop."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from aiohttp import web

from chaostrading.core.clock import SystemClock
from chaostrading.core.files import to_json
from chaostrading.core.lifeline import end_with_parent
from chaostrading.core.seeds import fresh_seed
from chaostrading.paper.exchange.keys import STACK_KEY, STACK_SECRET, Keys
from chaostrading.paper.exchange.server import build_app
from chaostrading.paper.exchange.venue import PaperVenue

__all__ = ["main"]


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m chaostrading.paper.exchange",
        description="A Binance Spot exchange on loopback, for paper trading.",
    )
    parser.add_argument("--listen", default="127.0.0.1:0", help="HOST:PORT, port 0 is a free one")
    parser.add_argument("--seed", type=int, default=None, help="seed of the market's life")
    parser.add_argument(
        "--token",
        default=os.environ.get("CHAOS_PAPER_TOKEN", ""),
        help="judge's token (default: CHAOS_PAPER_TOKEN); without it /paper/ is shut",
    )
    parser.add_argument("--api-key", default=STACK_KEY, help=f"default {STACK_KEY}")
    parser.add_argument("--api-secret", default=STACK_SECRET, help=f"default {STACK_SECRET}")
    parser.add_argument("--lenient", action="store_true", help="take every key and signature")
    parser.add_argument("--die-with-stdin", action="store_true", help="end with the parent")
    return parser.parse_args(argv)


async def _serve(arguments: argparse.Namespace) -> int:
    host, _, port = arguments.listen.rpartition(":")
    if not host or not port.isdecimal():
        print(f"exchange: --listen must be HOST:PORT, was {arguments.listen!r}", file=sys.stderr)
        return 1
    seed = fresh_seed() if arguments.seed is None else arguments.seed
    keys = Keys({arguments.api_key: arguments.api_secret}, lenient=arguments.lenient)
    venue = PaperVenue(seed=seed, clock=SystemClock(), keys=keys)
    runner = web.AppRunner(build_app(venue, arguments.token), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, host.strip("[]"), int(port))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        try:
            await site.start()
        except OSError as error:
            print(f"exchange: cannot listen on {arguments.listen}: {error}", file=sys.stderr)
            return 1
        bound = runner.addresses[0][1]
        ready = {"ready": True, "url": f"http://{host}:{bound}", "seed": seed}
        print(to_json(ready), flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code."""
    arguments = _arguments(argv)
    if arguments.die_with_stdin:
        end_with_parent()
    return asyncio.run(_serve(arguments))


if __name__ == "__main__":
    sys.exit(main())
