"""Unmodified client libraries on the paper exchange, where they are installed."""

import json
import subprocess
import sys

import pytest

ccxt = pytest.importorskip("ccxt")


@pytest.mark.slow
def test_ccxt_loads_markets_trades_and_cancels():
    """The unmodified library, pointed here by its own `urls` setting."""
    process = subprocess.Popen(
        [sys.executable, "-m", "chaostrading.paper.exchange", "--seed", "1"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = json.loads(process.stdout.readline())["url"]
        api = {"public": f"{url}/api/v3", "private": f"{url}/api/v3", "sapi": f"{url}/sapi/v1"}
        exchange = ccxt.binance(
            {
                "apiKey": "paper-key",
                "secret": "paper-secret",
                "urls": {"api": api},
                "options": {"fetchMarkets": {"types": ["spot"]}},
            }
        )
        markets = exchange.load_markets()
        bought = exchange.create_order("BTC/USDT", "market", "buy", 0.01)
        resting = exchange.create_order("BTC/USDT", "limit", "buy", 0.01, 50_000)
        found = exchange.fetch_open_orders("BTC/USDT")
        ended = exchange.cancel_order(resting["id"], "BTC/USDT")
    finally:
        process.terminate()
        process.communicate(timeout=5)

    assert "ETH/BTC" in markets
    assert bought["status"] == "closed"
    assert [order["id"] for order in found] == [resting["id"]]
    assert ended["status"] == "canceled"
