"""`python -m chaostrading.paper.trader`: the paper trader as a process."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from aiohttp import web

from chaostrading.core.clock import SystemClock
from chaostrading.core.errors import ChaosTradingError, InvalidInput
from chaostrading.core.files import to_json
from chaostrading.core.home import home
from chaostrading.core.lifeline import end_with_parent
from chaostrading.paper.trader.api import make_app
from chaostrading.paper.trader.settings import Limits, Settings
from chaostrading.paper.trader.trader import Trader

__all__ = ["main"]


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    environment = os.environ.get
    parser = argparse.ArgumentParser(prog="chaostrading.paper.trader", description=__doc__)
    parser.add_argument("--exchange", required=True, help="base URL of the exchange or the proxy")
    parser.add_argument("--backup", default="", help="base URL of the backup for market data")
    parser.add_argument("--listen", default="127.0.0.1:0", help="HOST:PORT of the HTTP API")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--token", default=environment("CHAOS_PAPER_TOKEN", ""))
    parser.add_argument("--without", default="", help="defences to leave out, comma separated")
    parser.add_argument("--state", type=Path, default=home() / "paper-trader")
    parser.add_argument("--symbols", default="BTCUSDT,ETHUSDT")
    parser.add_argument("--webhook", default=environment("CHAOS_PAPER_WEBHOOK", ""))
    parser.add_argument("--max-orders-per-minute", type=int, default=120)
    parser.add_argument("--max-order-notional", type=Decimal, default=Decimal(2_000))
    parser.add_argument("--max-position", type=Decimal, default=Decimal(10_000))
    parser.add_argument("--die-with-stdin", action="store_true")
    return parser.parse_args(arguments)


def _settings(given: argparse.Namespace) -> Settings:
    without = f"{os.environ.get('CHAOS_PAPER_WITHOUT', '')},{given.without}".split(",")
    return Settings(
        exchange=given.exchange,
        backup=given.backup,
        state=given.state,
        key=os.environ.get("CHAOS_PAPER_KEY", "paper-key"),
        secret=os.environ.get("CHAOS_PAPER_SECRET", "paper-secret"),
        token=given.token,
        seed=given.seed,
        symbols=tuple(name.strip().upper() for name in given.symbols.split(",") if name.strip()),
        without=tuple(name.strip() for name in without if name.strip()),
        webhook=given.webhook,
        limits=Limits(
            orders_per_minute_max=given.max_orders_per_minute,
            order_notional_usdt_max=given.max_order_notional,
            position_usdt_max=given.max_position,
        ),
    )


async def _serve(settings: Settings, listen: str) -> None:
    host, _, port = listen.rpartition(":")
    if not port.isdecimal():
        raise InvalidInput(f"trader: listen must be HOST:PORT, was {listen!r}")
    trader = Trader(settings, SystemClock())
    runner = web.AppRunner(make_app(trader, settings.token), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host or "127.0.0.1", int(port))
    await site.start()
    trader.start()
    bound = runner.addresses[0]
    url = f"http://{bound[0]}:{bound[1]}"
    sys.stdout.write(to_json({"ready": True, "url": url, "without": list(settings.without)}) + "\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    await trader.stop()
    await runner.cleanup()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT, or until standard input is closed (`--die-with-stdin`)."""
    given = _arguments(arguments)
    if given.die_with_stdin:
        end_with_parent()
    try:
        asyncio.run(_serve(_settings(given), given.listen))
    except (ChaosTradingError, OSError) as error:
        sys.stdout.write(to_json({"ready": False, "error": str(error)}) + "\n")
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
