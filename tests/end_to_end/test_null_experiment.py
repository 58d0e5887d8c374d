"""With nothing armed the proxy is transparent: same bytes on both sides, same trading."""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from urllib.parse import urlsplit

import pytest
import requests

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]

TOKEN = "null-experiment"


class Tap:
    """A blind relay in front of `upstream` that keeps every byte, per connection and direction."""

    def __init__(self, upstream):
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname, parts.port)
        self.connections = []
        self.url = ""

    async def start(self):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        self.url = f"http://{host}:{port}"
        return server

    async def _serve(self, reader, writer):
        up_reader, up_writer = await asyncio.open_connection(*self.upstream)
        kept = {"up": bytearray(), "down": bytearray()}
        self.connections.append(kept)
        await asyncio.gather(
            self._copy(reader, up_writer, kept["up"]),
            self._copy(up_reader, writer, kept["down"]),
            return_exceptions=True,
        )

    async def _copy(self, reader, writer, kept):
        while data := await reader.read(65_536):
            kept += data
            writer.write(data)
            await writer.drain()
        writer.close()

    def seen(self):
        """What crossed, as a multiset: connections may be told in another order on the far side."""
        return Counter((bytes(one["up"]), bytes(one["down"])) for one in self.connections)


def start(module, *arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments, "--die-with-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"CHAOS_PAPER_TOKEN": TOKEN, "CHAOS_PROXY_TOKEN": TOKEN},
    )
    return process, json.loads(process.stdout.readline())


async def trade(seconds, state):
    """Let the trader trade through tap, proxy and tap; returns what both taps saw."""
    ports = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--venue", "binance"]
    exchange, told = await asyncio.to_thread(start, "chaostrading.paper.exchange", "--seed", "5")
    far = Tap(told["url"])
    far_server = await far.start()
    proxy, told = await asyncio.to_thread(
        start, "chaostrading.proxy", "--upstream", far.url, *ports
    )
    near = Tap(told["url"])
    near_server = await near.start()
    trader, told = await asyncio.to_thread(
        start,
        "chaostrading.paper.trader",
        *("--exchange", near.url, "--seed", "5", "--state", str(state)),
    )
    await asyncio.sleep(seconds)
    metrics = (await asyncio.to_thread(requests.get, f"{told['url']}/metrics", timeout=5)).json()
    for process in (trader, proxy, exchange):
        process.stdin.close()
        await asyncio.to_thread(process.wait, 10)
        process.stdout.close()
    far_server.close()
    near_server.close()
    return near, far, metrics


def assert_transparent(seconds, state):
    near, far, metrics = asyncio.run(trade(seconds, state))

    crossed = sum(len(up) + len(down) for up, down in near.seen())
    assert crossed > 20_000 * seconds / 20
    assert any(b"Upgrade: websocket" in up for up, _ in near.seen())
    assert near.seen() == far.seen()
    # About one order a second, as without a proxy.
    assert metrics["orders_accepted_total"] > 0.5 * seconds
    assert metrics["errors_total"] == 0


@pytest.mark.timeout(90)
def test_half_a_minute_of_trading_is_the_same_bytes_on_both_sides(tmp_path):
    """Orders, cancels, polls, market data and the exchange's pings with their pongs."""
    assert_transparent(25, tmp_path)


@pytest.mark.variants
@pytest.mark.timeout(720)
def test_ten_minutes_of_trading_are_the_same_bytes_on_both_sides(tmp_path):
    """The null experiment in full length."""
    assert_transparent(600, tmp_path)
