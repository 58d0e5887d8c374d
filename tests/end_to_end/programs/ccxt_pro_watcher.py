"""A ccxt.pro program as its manual shows: watch the book and the own orders, and trade on the book.

ccxt.pro has its defaults; only the addresses are changed: `EXCHANGE_HTTP` and `EXCHANGE_WS` name
the exchange.
"""

import asyncio
import os

import ccxt.pro

HTTP, WS = os.environ["EXCHANGE_HTTP"], os.environ["EXCHANGE_WS"]
SYMBOL = "BTC/USDT"
latest = {}


async def watch_book(exchange):
    while True:
        try:
            latest["book"] = await exchange.watch_order_book(SYMBOL)
        except Exception as error:
            print("book:", type(error).__name__, str(error)[:200], flush=True)


async def watch_own_orders(exchange):
    while True:
        try:
            for order in await exchange.watch_orders(SYMBOL):
                print("own order", order["id"], order["status"], flush=True)
        except Exception as error:
            print("own orders:", type(error).__name__, str(error)[:200], flush=True)


async def trade(exchange):
    while True:
        await asyncio.sleep(0.5)
        if "book" not in latest:
            continue
        try:
            price = round(latest["book"]["bids"][0][0] * 0.98)
            order = await exchange.create_limit_buy_order(SYMBOL, 0.001, price)
            print("placed", order["id"], price, flush=True)
            await asyncio.sleep(0.3)
            await exchange.cancel_order(order["id"], SYMBOL)
        except Exception as error:
            print("trading:", type(error).__name__, str(error)[:200], flush=True)


async def main():
    exchange = ccxt.pro.binance(
        {
            "apiKey": "paper-key",
            "secret": "paper-secret",
            "urls": {
                "api": {
                    "public": f"{HTTP}/api/v3",
                    "private": f"{HTTP}/api/v3",
                    "sapi": f"{HTTP}/sapi/v1",
                    "ws": {"spot": f"{WS}/ws", "ws-api": {"spot": f"{WS}/ws-api/v3"}},
                }
            },
            "options": {"fetchMarkets": {"types": ["spot"]}},
        }
    )
    try:
        await exchange.load_markets()
        await asyncio.gather(watch_book(exchange), watch_own_orders(exchange), trade(exchange))
    finally:
        await exchange.close()


asyncio.run(main())
