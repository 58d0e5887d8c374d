"""A python-binance program as its manual shows: trade, kline and user sockets, and orders.

python-binance has its defaults; only the addresses are changed: `EXCHANGE_HTTP` and `EXCHANGE_WS`
name the exchange.
"""

import asyncio
import os

from binance import AsyncClient, BinanceSocketManager
from binance.base_client import BaseClient

HTTP, WS = os.environ["EXCHANGE_HTTP"], os.environ["EXCHANGE_WS"]
BaseClient.API_URL = f"{HTTP}/api"
BaseClient.MARGIN_API_URL = f"{HTTP}/sapi"
BaseClient.WS_API_URL = f"{WS}/ws-api/v3"
BinanceSocketManager.STREAM_URL = f"{WS}/"
SYMBOL = "BTCUSDT"
latest = {}


async def watch_trades(sockets):
    async with sockets.trade_socket(SYMBOL) as socket:
        while True:
            message = await socket.recv()
            if message.get("e") == "error":
                print("trades:", message["type"], message["m"][:200], flush=True)
            else:
                latest["price"] = float(message["p"])


async def watch_klines(sockets):
    async with sockets.kline_socket(SYMBOL, interval="1m") as socket:
        while True:
            message = await socket.recv()
            if message.get("e") == "error":
                print("klines:", message["type"], message["m"][:200], flush=True)
            else:
                latest["kline"] = message["k"]


async def watch_account(sockets):
    async with sockets.user_socket() as socket:
        while True:
            message = await socket.recv()
            print("account:", message.get("e"), message.get("X", ""), flush=True)


async def trade(client):
    while True:
        await asyncio.sleep(0.5)
        if "price" not in latest:
            continue
        try:
            price = f"{latest['price'] * 0.98:.0f}"
            order = await client.order_limit_buy(symbol=SYMBOL, quantity="0.001", price=price)
            print("placed", order["orderId"], price, flush=True)
            await asyncio.sleep(0.3)
            await client.cancel_order(symbol=SYMBOL, orderId=order["orderId"])
        except Exception as error:
            print("trading:", type(error).__name__, str(error)[:200], flush=True)


async def main():
    client = await AsyncClient.create("paper-key", "paper-secret")
    sockets = BinanceSocketManager(client)
    try:
        await asyncio.gather(
            watch_trades(sockets), watch_klines(sockets), watch_account(sockets), trade(client)
        )
    finally:
        await client.close_connection()


asyncio.run(main())
