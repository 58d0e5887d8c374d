"""A ccxt program as its manual shows: read the book, place a buy order below it, cancel it.

ccxt has its defaults; only the addresses are changed: `EXCHANGE_HTTP` names the exchange.
"""

import os
import time

import ccxt

HTTP = os.environ["EXCHANGE_HTTP"]
SYMBOL = "BTC/USDT"

exchange = ccxt.binance(
    {
        "apiKey": "paper-key",
        "secret": "paper-secret",
        "urls": {
            "api": {
                "public": f"{HTTP}/api/v3",
                "private": f"{HTTP}/api/v3",
                "sapi": f"{HTTP}/sapi/v1",
            }
        },
        "options": {"fetchMarkets": {"types": ["spot"]}},
    }
)


def turn():
    book = exchange.fetch_order_book(SYMBOL)
    if not book["bids"]:
        print("the book is empty", flush=True)
        return
    price = round(book["bids"][0][0] * 0.98)
    order = exchange.create_limit_buy_order(SYMBOL, 0.001, price)
    print("placed", order["id"], price, flush=True)
    time.sleep(0.3)
    exchange.cancel_order(order["id"], SYMBOL)


exchange.load_markets()
while True:
    try:
        turn()
    except ccxt.NetworkError as error:
        print("network error:", type(error).__name__, str(error)[:200], flush=True)
    except ccxt.ExchangeError as error:
        print("exchange error:", type(error).__name__, str(error)[:200], flush=True)
    time.sleep(0.3)
