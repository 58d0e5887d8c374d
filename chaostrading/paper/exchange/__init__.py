"""A Binance Spot exchange on loopback, exact enough that unmodified trading software works on it.

Start it with `python -m chaostrading.paper.exchange --listen 127.0.0.1:0 --seed 7 --token T`.

How it is built, inside out:

* `engine` (with `book`, `ledger`, `filters`, `lists`) is the exchange proper: pure, no socket, time
  handed in. What happens in it is told as events (`orders`). It never loses nor invents a fill.
* `tape` and `candles` turn trades into market data; `makers` gives the market its seeded life.
* `venue` holds all of these together and tells listeners what happened.
* `endpoint` lists what can be asked; the `*_calls` modules answer. An answer does not know whether
  it was asked over HTTP (`rest`) or over the WebSocket API (`ws_api`).
* `gate` admits a request: bans, weights, keys, signatures, timestamps, order counts.
* `streams` and `user_streams` push; `judge` shows the true books under `/paper/`; `server` puts it
  together.

What differs from the real one, on purpose: fees are always taken in the quote asset (a buy order
locks the fee as well); keys are HMAC keys only (RSA and Ed25519 are refused unless `--lenient`),
and `session.logon` takes them; both dialects of the user stream are served (listen keys and the
WebSocket API's subscriptions); iceberg, pegged and trailing orders are switched off per symbol as
`exchangeInfo` says; there is one account, which all keys trade on. That an address is banned after
10 requests made while it is answered 429 is ours: Binance publishes no number.

The facts are from binance-spot-api-docs as of July 2026.
"""
