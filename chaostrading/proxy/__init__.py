"""The fault proxy: a transparent HTTP/1.1 and WebSocket relay with leases and a witness.

It stands between a system under test and its exchange. With nothing armed it hands bytes on as
they came and writes down what they meant. A fault is put in force as a *lease* over the admin API,
acts on frames, and ends by itself: at its deadline, when its owner falls silent, after its hits, or
when asked. Ending never waits for data.

    client ==> link.Port ─┬─ http_side ─┬─ link.Port ==> exchange
                          │  ws_side    │
               leases.ask(frame) -> fate;  fates.carry_out(parcel, fate)
                          witness.add(record)

* `frames`, `heads`: bytes to frames, no I/O. `frames` is RFC 6455; `heads` frames HTTP around the
  parser of `httptools`.
* `relay` listens, `link` is one client connection and its one upstream connection (opened at the
  first request, never shared), `http_side` and `ws_side` are what it speaks. `lane` is one
  direction of a link: order, delay, bounds. `fates` does what a fault decided.
* `leases` puts faults in force and out again, `witness` keeps the records, `market` sums up market
  data, `stats` counts.
* `admin` is the control API (aiohttp, loopback, token), `client` speaks to it, `server` is the
  process: `python -m chaostrading.proxy --help`.

What is not byte-identical although no fault touches it, and why:

* `Sec-WebSocket-Extensions` is taken out of the upgrade request, so that both ends speak
  uncompressed WebSocket and every message can be read. Compression is optional by RFC 6455.
* While a lease may touch the answer to a request, `br` and `zstd` are taken out of the request's
  `Accept-Encoding`, so that the fault can see and edit what is said.
* `Host` is rewritten to the upstream's only if the upstream is `https://`, where the exchange's
  edge would refuse another name, or if `--rewrite-host` asks for it.

Start with `link.py`.
"""
