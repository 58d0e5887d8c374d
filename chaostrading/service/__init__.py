"""The control API: `chaos trading serve`, and `chaos trading doctor`.

    ADMIN_TOKEN=... chaos trading serve
    curl -X POST http://127.0.0.1:8470/api/chaos/run -H "Authorization: Bearer $ADMIN_TOKEN" \
      -H "Content-Type: application/json" -d '{"test": "websocket_disconnect"}'

One process serves the API, the event stream, the metrics and the dashboard, and keeps the
schedule. Each run is a process of its own (`suites.runner`); this one only watches it.

* `serve` puts the parts together; `app` has the routes, `models` what they take and answer,
  `api_page` shows them to people.
* `guard` stands before every route: browsers of other sites, tokens and roles (`auth`), rates
  (`limits`), audit.
* `admission` refuses a run before it starts; `runs` starts and watches it, `tail` reads its
  evidence as it grows, `past` reads the journals, `history` what they tell over weeks.
* `events` sends what happens to whoever listens, `watch` notices what others do (lever,
  schedule), `metrics` is for Prometheus, `schedule` is the calendar, `state` what outlives a
  restart.
* `static` is the dashboard at `/`: plain files, no build step, nothing from elsewhere. `top` is
  the same for a terminal.
* `doctor` looks whether everything is in place; it needs no extra.

What the calls mean. `enable` (admin) releases the lever and remembers that chaos testing is
enabled: this word wins over `CHAOS_ENABLED` until that variable is changed. `disable` engages the
lever; whoever has any token may, and from loopback anybody. Without tokens configured, loopback is
viewer and operator; `serve` then makes an admin token. Roles contain each other: viewer,
operator, admin. Acts and refusals are written to the audit, reads are only counted.

Behind a reverse proxy set tokens: a request with a forwarding header is never taken for loopback,
but not every proxy adds one. Everything but `doctor` and `schedule` needs the extra `service`.
"""
