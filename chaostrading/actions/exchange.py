"""Exchange chaos: what a venue answers when it limits, fails, refuses or does not know.

The first actions are the tests of the seed in all their variants; after them comes one action for
each fault, to build experiments of your own with.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from chaoslib.exceptions import ActivityFailed

from chaostrading.actions import put_in_force
from chaostrading.core.errors import unknown_name

__all__ = [
    "answer_edge_errors",
    "answer_errors_with_200",
    "answer_late",
    "ban_address",
    "begin_maintenance",
    "block_by_firewall",
    "change_filters",
    "delay_order_status",
    "drift_schema",
    "exchange_timeout",
    "expire_user_stream",
    "fail_endpoint_partially",
    "leave_status_unknown",
    "limit_rate",
    "lose_answers",
    "lose_requests",
    "partial_exchange_failure",
    "prevent_self_trade",
    "rate_limit_storm",
    "reject_cancels",
    "reject_duplicate_ids",
    "reject_for_balance",
    "reject_nonces",
    "shed_load",
    "skew_clock",
]

Lease = dict[str, Any]
Leases = dict[str, Any]
V = TypeVar("V")

ON_ITS_WAY = 1 / 3
"""Share of the requests that a timeout of both kinds loses before the exchange sees them."""

STORMS: dict[str, dict[str, Any]] = {
    "storm": {},
    "retry_after_absent": {"trigger": "always", "retry_after": ""},
    "retry_after_date": {"retry_after": "date:3"},
    "html_body": {"retry_after": "2", "body": "html"},
    "ban_escalation": {"ban_after": 1, "ban_s": 30.0, "ban_s_cap": 120.0},
    # The weight that it tells is low: only the number of orders is spent.
    "orders_only": {
        "kind": "orders",
        "trigger": "always",
        "retry_after": "2",
        "used_weight": 100,
    },
}

_UNKNOWN_5XX = "http_5xx_status_unknown"
PARTIAL_FAILURES: dict[str, dict[str, Any]] = {
    "json_5xx": {"roles": ["order", "cancel"], "error": _UNKNOWN_5XX, "executed": "random"},
    "html": {"roles": ["order", "cancel"], "error": "edge_html_5xx", "executed": "random"},
    "error_in_200": {"roles": ["order", "cancel"], "error": "error_in_200_body", "code": "-1000"},
    "executed_unknown": {"roles": ["order"], "error": _UNKNOWN_5XX, "executed": "yes"},
    "cancel_only": {"roles": ["cancel"], "error": _UNKNOWN_5XX, "executed": "random"},
}


def rate_limit_storm(
    variant: str = "storm",
    duration_s: float = 20.0,
    requests: int = 3,
    window_s: float = 1.0,
    method: str = "",
    path: str = "",
) -> Lease:
    """
    Answer the target's requests with 429, as an exchange does whose limit is spent (F15, F16).

    The storm is in force when this returns and ends by itself after `duration_s`; let `hold` wait
    and `heal` end it. To build a storm of your own use `limit_rate` or `ban_address`.

    - `variant`:
      `storm`: JSON with code -1003 and `Retry-After: 1`;
      `retry_after_absent`: every request, and no word about how long to wait;
      `retry_after_date`: the wait is told as an HTTP date 3 s ahead;
      `html_body`: the page of a gateway in front of the exchange, `Retry-After: 2`;
      `ban_escalation`: the first request within the forbidden time earns a 418 ban of the address
      for 30 s, each further one twice as long;
      `orders_only`: every new order (code -1015), nothing else
    - `requests`, `window_s`: the limit is more than so many requests in so many seconds, where the
      variant does not limit all
    - `method`, `path`: HTTP methods separated by commas, and a shell pattern of the paths to touch;
      empty touches all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "storm", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "rate_limit_storm",
         "arguments": {"variant": "ban_escalation", "duration_s": 20}}}
    """
    limit = {"trigger": "after", "requests": requests, "window_s": window_s, "retry_after": "1"}
    return put_in_force(
        "http_429",
        limit | _variant("rate_limit_storm", variant, STORMS),
        duration_s=duration_s,
        scope={"path": path, "method": method},
    )


def exchange_timeout(
    variant: str = "both",
    duration_s: float = 20.0,
    late_s: float = 4.0,
    method: str = "POST,DELETE",
    path: str = "",
) -> Leases:
    """
    Let the exchange fall silent on orders and cancels: nobody answers before the client hangs up.

    The client cannot tell a request that was lost from one whose answer was lost, and only in the
    second case there is an order at the exchange.

    - `variant`:
      `both`: seeded dice decide for each request: a third is lost on its way, of the rest the
      answer, which is the more dangerous of the two (F22, F23);
      `request_lost`: the exchange never sees the request (F22);
      `answer_lost`: the exchange acts, its answer is lost (F23);
      `late_answer`: the exchange acts, its answer comes after `late_s` (F24)
    - `late_s`: with `late_answer`: the client's own timeout and a little, in seconds
    - `method`, `path`: HTTP methods separated by commas, and a shell pattern of the paths to touch;
      empty touches all

    Requests are held for as long as the fault lasts, so `duration_s` must be longer than the
    client's timeout.

    Returns the variant and the leases as the proxy confirmed them.

    Example:

        {"type": "action", "name": "timeout", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "exchange_timeout",
         "arguments": {"variant": "both", "duration_s": 20}}}
    """
    hold = {"hold_s": duration_s}
    # What the first lets pass meets the second at its answer, so that no request is spared.
    faults = _variant(
        "exchange_timeout",
        variant,
        {
            "both": [("request_lost", hold, ON_ITS_WAY), ("response_lost", hold, 1.0)],
            "request_lost": [("request_lost", hold, 1.0)],
            "answer_lost": [("response_lost", hold, 1.0)],
            "late_answer": [("late_response", {"delay_s": late_s}, 1.0)],
        },
    )
    scope = {"method": method, "path": path}
    leases = [
        put_in_force(fault, parameters, duration_s=duration_s, share=share, scope=scope)
        for fault, parameters, share in faults
    ]
    return {"variant": variant, "leases": leases}


def partial_exchange_failure(
    variant: str = "json_5xx",
    duration_s: float = 30.0,
    failing_share: float = 0.5,
    pattern: str = "alternate",
    roles: str = "",
    code: str = "",
    path: str = "",
) -> Leases:
    """
    Let half of the calls to each of some endpoints fail while all others work (F25).

    - `variant`:
      `json_5xx`: orders and cancels answer 503 `execution status unknown`; half of the failed ones
      were executed (F19);
      `html`: orders and cancels answer with the 520 page of the edge network; half of the failed
      ones were executed (F20);
      `error_in_200`: orders and cancels answer 200 with an error in the body, Binance's -1000
      (unknown error); none was executed (F18);
      `executed_unknown`: orders answer 503, and each of the failed ones was executed (F19);
      `cancel_only`: cancels answer 503 while orders work; half of the failed ones were executed
      (F19)
    - `failing_share`: part of the calls that fails, 0..1
    - `pattern`: `alternate`: evenly spread, the first call fails; `random`: seeded dice (let at
      least 10 calls come, or the share means nothing); `burst`: three fail, the next three do not
    - `roles`: roles of the calls that fail, separated by commas (order, cancel, replace, query,
      account, rules, market, time, session); empty: those of the variant
    - `code`: error code in the venue's spelling, for variants that have one; empty: the variant's
    - `path`: shell pattern of the paths to touch; empty touches all

    The share that was reached tells `chaostrading.probes.exchange.touched_share`.

    Returns the variant and the leases, one for each role, as the proxy confirmed them.

    Example:

        {"type": "action", "name": "fail-half", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "partial_exchange_failure",
         "arguments": {"variant": "cancel_only", "duration_s": 30}}}
    """
    chosen = _variant("partial_exchange_failure", variant, PARTIAL_FAILURES)
    names = roles.split(",") if roles else chosen["roles"]
    parameters = {**chosen, "failing_share": failing_share, "pattern": pattern}
    if code:
        parameters["code"] = code
    # One lease for each role, so that each of them fails by its share, however rare its calls are.
    leases = [
        put_in_force(
            "endpoint_partial_failure",
            {**parameters, "roles": [name]},
            duration_s=duration_s,
            scope={"path": path},
        )
        for name in names
    ]
    return {"variant": variant, "leases": leases}


def _variant(test: str, variant: str, known: Mapping[str, V]) -> V:
    if variant not in known:
        raise ActivityFailed(str(unknown_name(f"variant of {test}", variant, known)))
    return known[variant]


def reject_cancels(
    truth: str = "filled",
    replace: str = "failed",
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Answer cancels with `unknown order` although the truth is another (F31).

    On the wire: `filled` and `live` answer in the exchange's place, which never sees the
    cancel, so the order stays and may fill (move the market over its price to make sure that it
    does); `canceled` lets the exchange cancel and replaces its answer. Cancel-and-replace
    requests fail as a whole (-2022, nothing happened) or in part (409, -2021: the new order
    stands, the cancel is said to have failed).

    - `truth`: what is true of the order: filled, canceled or live.
    - `replace`: what cancel-and-replace meets: failed, partial (HTTP only), or pass.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "reject-cancels", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "reject_cancels",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "cancel_reject",
        {"truth": truth, "replace": replace},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def skew_clock(
    offset_s: float = -1.5,
    drift_s_per_minute: float = 0.0,
    reject: bool = True,
    server_time: bool = True,
    date_header: bool = True,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Let the exchange's clock run ahead of the client's or behind it (F26).

    On the wire: signed requests that the skewed clock would refuse (more than 1 s ahead, or
    later than their window) are answered -1021 in the exchange's place; server times in answers
    and messages, and the Date header, are shifted. The exchange itself keeps its clock: a
    client that follows the shifted time is refused by it when the offset is above +1 s or below
    minus its window.

    - `offset_s`: server minus true time in seconds, -90..90. Negative: the client is ahead.
    - `drift_s_per_minute`: how much the offset grows in a minute, -60..60 s.
    - `reject`: refuse signed requests as the skewed clock would.
    - `server_time`: shift the times in answers and messages; without it the exchange lies about
      its clock.
    - `date_header`: shift the Date header of answers.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "skew-clock", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "skew_clock",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "clock_skew",
        {
            "offset_s": offset_s,
            "drift_s_per_minute": drift_s_per_minute,
            "reject": reject,
            "server_time": server_time,
            "date_header": date_header,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def reject_duplicate_ids(
    second: str = "rejected",
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Decide what a second order with the same client id meets (F33).

    On the wire: the first order passes. `rejected` answers a second one `Duplicate order sent.`
    in the exchange's place, `first` repeats the answer that the first one got; `accepted` lets
    it through, so that the exchange's own rule decides. Only orders seen while the fault is in
    force are known; one that the exchange rejected does not count.

    - `second`: rejected, accepted, or first (the first one's answer again).
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "reject-duplicate-ids", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "reject_duplicate_ids",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "duplicate_client_id",
        {"second": second},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def answer_edge_errors(
    status: int = 520,
    executed: str = "random",
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Answer with the HTML page of the edge network; the order may have been executed (F20).

    On the wire: as http_5xx_status_unknown, but the body is a Cloudflare page. Over the
    WebSocket API the status stands in a frame, since a page cannot.

    - `status`: 520 (unknown error), 522 (no connection), 524 (timeout) or 502.
    - `executed`: no, yes, or random: seeded, half of them.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "answer-edge-errors", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "answer_edge_errors",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "edge_html_5xx",
        {"status": status, "executed": executed},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def fail_endpoint_partially(
    roles: str = "cancel",
    method: str = "",
    path: str = "",
    symbol: str = "",
    failing_share: float = 0.5,
    pattern: str = "alternate",
    burst: int = 3,
    error: str = "http_5xx_status_unknown",
    status: int = 0,
    code: str = "",
    executed: str = "random",
    duration_s: float = 30.0,
    share: float = 1.0,
    stream: str = "",
    side: str = "",
) -> Lease:
    """
    Let a part of the calls to one endpoint fail while all others work (F25).

    On the wire: calls that match `roles`, `method`, `path` and `symbol` meet another fault of
    the catalogue, `error`, as often as `pattern` and `failing_share` say. By default every
    second cancel (Binance: DELETE /api/v3/order) is answered 503, half of them after execution.

    - `roles`: roles of the calls that fail: order, cancel, replace, query, account, rules,
      market, time, session. Empty for all; several are separated by commas
    - `method`: HTTP method, empty for all.
    - `path`: shell pattern of the path; for a WebSocket API call of its method (`order.*`).
    - `symbol`: symbol in the venue's spelling, empty for all.
    - `failing_share`: part of the matching calls that fails, 0..1. The pattern `burst` ignores
      it.
    - `pattern`: alternate: evenly spread, the first fails; random: seeded dice; burst: `burst`
      calls fail, the next `burst` do not.
    - `burst`: length of a burst in calls, 1..1000.
    - `error`: name of the fault that failing calls meet: one of the catalogue's F15 to F24.
    - `status`: HTTP status for errors that have a choice, 0 for their own.
    - `code`: error code in the venue's spelling for errors that have a choice, empty for their
      own.
    - `executed`: for errors of unknown status: no, yes or random.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "fail-endpoint-partially", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "fail_endpoint_partially",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "endpoint_partial_failure",
        {
            "roles": roles.split(","),
            "method": method,
            "path": path,
            "symbol": symbol,
            "failing_share": failing_share,
            "pattern": pattern,
            "burst": burst,
            "error": error,
            "status": status,
            "code": code,
            "executed": executed,
        },
        duration_s=duration_s,
        share=share,
        scope={"stream": stream, "side": side},
    )


def answer_errors_with_200(
    dialect: str = "",
    code: str = "",
    empty_result: bool = False,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Answer with status 200 and an error in the body, as Kraken, Bybit, OKX and others do (F18).

    On the wire: requests are answered in the exchange's place, which never sees them. Upgrades
    pass, since a 200 to an upgrade is no answer any exchange gives.

    - `dialect`: venue whose words are used; empty for the venue of the proxy.
    - `code`: error code in that venue's spelling (`EService:Unavailable`, `10016`); empty for
      its rate limit (Kraken: `EAPI:Rate limit exceeded`).
    - `empty_result`: no error at all but an empty result: `[]` to a question for orders, `{}`
      to others.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "answer-errors-with-200", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "answer_errors_with_200",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "error_in_200_body",
        {"dialect": dialect, "code": code, "empty_result": empty_result},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def change_filters(
    symbol: str = "",
    step_size_factor: float = 100.0,
    tick_size_factor: float = 1.0,
    min_notional_factor: float = 2.0,
    band_factor: float = 1.0,
    enforce: bool = True,
    stale_rules_s: float = 0.0,
    step_size: str = "0.00001",
    tick_size: str = "0.01",
    min_notional: str = "5",
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    side: str = "",
) -> Lease:
    """
    Change step size, tick size and least order value while the client trades (F29).

    On the wire: orders that break the new rules are rejected in the exchange's place (Binance
    -1013), and the exchange's answers about its rules say the new ones, at first or after
    `stale_rules_s`. The old rules are read from such an answer; until one has passed,
    `step_size`, `tick_size` and `min_notional` are taken for them.

    - `symbol`: symbol in the venue's spelling, empty for all.
    - `step_size_factor`: new quantity step and least quantity as a multiple of the old,
      0.000001..1000000.
    - `tick_size_factor`: new price step as a multiple of the old, 0.000001..1000000.
    - `min_notional_factor`: new least order value as a multiple of the old, 0.000001..1000000.
    - `band_factor`: upper price multipliers of the published rules as a multiple of the old;
      not enforced.
    - `enforce`: reject orders that break the new rules.
    - `stale_rules_s`: for so many seconds the published rules stay the old ones, 0..3600.
    - `step_size`: old quantity step where the exchange has not said it.
    - `tick_size`: old price step where the exchange has not said it.
    - `min_notional`: old least order value where the exchange has not said it.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "change-filters", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "change_filters",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "filter_change",
        {
            "symbol": symbol,
            "step_size_factor": step_size_factor,
            "tick_size_factor": tick_size_factor,
            "min_notional_factor": min_notional_factor,
            "band_factor": band_factor,
            "enforce": enforce,
            "stale_rules_s": stale_rules_s,
            "step_size": step_size,
            "tick_size": tick_size,
            "min_notional": min_notional,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "side": side},
    )


def ban_address(
    after: int = 1,
    ban_s: float = 30.0,
    ban_s_cap: float = 120.0,
    trigger: str = "after",
    requests: int = 20,
    window_s: float = 10.0,
    retry_after: str = "5",
    body: str = "json",
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Ban an address that goes on asking after a 429, as the exchange does (F16).

    On the wire: 429 once the limit is reached; `after` requests inside the time for which the
    429 said to stay away bring a 418 to every request of the address, upgrades and WebSocket
    API messages included, until the ban is over. Who obeys the 429 never sees the 418.

    - `after`: requests inside the forbidden time that earn the ban, 1..1000000. What was under
      way within 0.5 s of the first 429 does not count.
    - `ban_s`: length of the first ban in seconds; each further one is twice as long.
      0.1..259200.
    - `ban_s_cap`: longest ban in seconds, ban_s..259200.
    - `trigger`: what brings the 429: always, after or bucket, as in http_429.
    - `requests`: requests of one address that are free in a window, 0..1000000.
    - `window_s`: length of the sliding window in seconds, 0.1..3600.
    - `retry_after`: text of the Retry-After header of the 429, as in http_429.
    - `body`: json, text, html or empty, of the 429 and of the 418.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "ban-address", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "ban_address",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "http_418_ban",
        {
            "after": after,
            "ban_s": ban_s,
            "ban_s_cap": ban_s_cap,
            "trigger": trigger,
            "requests": requests,
            "window_s": window_s,
            "retry_after": retry_after,
            "body": body,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def limit_rate(
    trigger: str = "after",
    requests: int = 20,
    window_s: float = 10.0,
    retry_after: str = "5",
    body: str = "json",
    kind: str = "weight",
    used_weight: int = 6100,
    ban_after: int = 0,
    ban_s: float = 30.0,
    ban_s_cap: float = 120.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Answer 429 as the exchange does when the rate limit is reached (F15).

    On the wire: the request is answered in the exchange's place, which never sees it. WebSocket
    upgrades count as requests; a WebSocket API message gets the same status inside a frame,
    with the moment of return in milliseconds. Before it is told to stay away an address is
    served. With `ban_after`, requests sent while it should stay away earn a 418 for the whole
    address.

    - `trigger`: `always`; `after` more than `requests` in `window_s`; `bucket`: a token bucket
      that holds `requests` and refills within `window_s`.
    - `requests`: requests of one address that are free in a window, 0..1000000.
    - `window_s`: length of the sliding window in seconds, 0.1..3600.
    - `retry_after`: text of the Retry-After header: seconds (`5`, `0`, `86400`), `date:5` for
      an HTTP date 5 s ahead, empty for no header, anything else as it stands.
    - `body`: json, text, html or empty.
    - `kind`: `weight`: request weight, per address, all requests. `orders`: count of new
      orders, only those are counted and refused.
    - `used_weight`: request weight that the answer says is used up.
    - `ban_after`: violations (requests sent while told to stay away) that earn a ban, 0 for
      never. What was under way within 0.5 s of the first 429 is no violation.
    - `ban_s`: length of the first ban in seconds; each further one is twice as long.
      0.1..259200.
    - `ban_s_cap`: longest ban in seconds, ban_s..259200.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "limit-rate", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "limit_rate",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "http_429",
        {
            "trigger": trigger,
            "requests": requests,
            "window_s": window_s,
            "retry_after": retry_after,
            "body": body,
            "kind": kind,
            "used_weight": used_weight,
            "ban_after": ban_after,
            "ban_s": ban_s,
            "ban_s_cap": ban_s_cap,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def leave_status_unknown(
    status: int = 503,
    code: str = "",
    executed: str = "random",
    empty_body: bool = False,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Answer 5xx after which nobody knows whether the request was executed (F19).

    On the wire: not executed means that the exchange never sees the request; executed means
    that its own answer is thrown away. The client cannot tell which.

    - `status`: 500, 502, 503 or 504.
    - `code`: error code of the venue; empty for the one that says `unknown` (Binance: -1007).
    - `executed`: no, yes, or random: seeded, half of them.
    - `empty_body`: leave the body out.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "leave-status-unknown", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "leave_status_unknown",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "http_5xx_status_unknown",
        {"status": status, "code": code, "executed": executed, "empty_body": empty_body},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def reject_for_balance(
    rejections: int = 3,
    cause: str = "plain",
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Reject orders for lack of funds, a few times or until their cause is gone (F28).

    On the wire: new orders are answered in the exchange's place, which never sees them. With
    `lost_order` the first order reaches the exchange and its answer is lost with a reset: the
    funds are gone into an order that the client does not know of.

    - `rejections`: orders to reject before they pass again, 1..1000000.
    - `cause`: plain; locked: a cancel frees the funds and ends the rejections; fee: only sells
      (the fee was taken from what was bought); lost_order: after an order whose answer was
      lost.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "reject-for-balance", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "reject_for_balance",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "insufficient_balance",
        {"rejections": rejections, "cause": cause},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def answer_late(
    delay_s: float = 10.4,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Deliver answers just after the client's timeout, when its retry is already under way (F24).

    On the wire: the request is forwarded at once, its answer goes on `delay_s` after its
    arrival. On a WebSocket API the messages behind the reply wait with it.

    - `delay_s`: seconds from the answer's arrival, 0.01..300: the client's timeout and a
      little.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "answer-late", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "answer_late",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "late_response",
        {"delay_s": delay_s},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def begin_maintenance(
    state: str = "HALT",
    public_data: str = "on",
    cancels_allowed: bool = True,
    orders_wiped_after_s: float = 0.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Halt trading as a maintenance does: orders are refused, data and cancels as you choose
    (F30).

    On the wire: orders are answered in the exchange's place (Binance: `Market is closed.`); the
    status of all instruments in its rules is `state`. Public data that is frozen keeps streams
    silent and repeats the first answer to each question; data that is off is refused. Wiped
    orders are only hidden from the list of open orders: the exchange itself still has them.

    - `state`: hALT, BREAK, CANCEL_ONLY, or POST_ONLY (orders that only add liquidity pass).
    - `public_data`: on, off or frozen.
    - `cancels_allowed`: let cancels through.
    - `orders_wiped_after_s`: from then on the list of open orders is empty, as after a wipe; 0
      for never, ..86400.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "begin-maintenance", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "begin_maintenance",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "maintenance",
        {
            "state": state,
            "public_data": public_data,
            "cancels_allowed": cancels_allowed,
            "orders_wiped_after_s": orders_wiped_after_s,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def reject_nonces(
    how: str = "reorder",
    parallel_s: float = 0.25,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Refuse requests whose nonce did not increase, as when parallel requests overtake each other
    (F27).

    On the wire: answered in the exchange's place, which never sees them. `reorder` refuses a
    private request that comes within `parallel_s` of the one before it on the same address, as
    if the two had changed places; `strict` one whose nonce is not above the highest so far;
    `always` every private request.

    - `how`: reorder, strict or always.
    - `parallel_s`: with `reorder`: requests within so many seconds count as parallel,
      0.001..60.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "reject-nonces", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "reject_nonces",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "nonce_invalid",
        {"how": how, "parallel_s": parallel_s},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def shed_load(
    status: int = 503,
    body: str = "",
    shed_share: float = 0.5,
    pause_s: float = 0.5,
    cancels: bool = False,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Shed orders as an overloaded exchange does; a shed order was surely not executed (F21).

    On the wire: answered in the exchange's place (BitMEX's 503 `The system is currently
    overloaded`, Binance's -1008). Who comes again before `pause_s` is over is surely shed
    again.

    - `status`: 503 or 429.
    - `body`: body of the answer as it stands; empty for the venue's own words.
    - `shed_share`: part of the orders that is shed, 0..1, by seeded dice.
    - `pause_s`: after a shed order all orders of the address are shed for so long, 0..60 s.
    - `cancels`: shed cancels, too. Exchanges try to spare them.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "shed-load", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "shed_load",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "overload_shed",
        {
            "status": status,
            "body": body,
            "shed_share": shed_share,
            "pause_s": pause_s,
            "cancels": cancels,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def lose_requests(
    how: str = "hold",
    hold_s: float = 30.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Lose requests on the way to the exchange, which never sees them (F22).

    On the wire: `hold` leaves the client without an answer until it hangs up or `hold_s` is
    over, then the connection is reset; `reset` does so at once. A call of the WebSocket API
    vanishes and its connection stays. To the client it looks like response_lost.

    - `how`: hold or reset.
    - `hold_s`: seconds without an answer, 0.1..300. Shorter than the client's timeout proves
      little.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "lose-requests", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "lose_requests",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "request_lost",
        {"how": how, "hold_s": hold_s},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def lose_answers(
    how: str = "hold",
    hold_s: float = 30.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Lose answers on the way back: the exchange has acted, the client cannot know (F23).

    On the wire: the request is forwarded at once, its answer is held until the client hangs up
    or `hold_s` is over and then dropped with a reset; `reset` and `close` end the connection in
    the answer's place. A reply of the WebSocket API vanishes and its connection stays.

    - `how`: hold, reset, or close (the keep-alive connection ends with FIN instead of an
      answer).
    - `hold_s`: seconds without an answer, 0.1..300. Shorter than the client's timeout proves
      little.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "lose-answers", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "lose_answers",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "response_lost",
        {"how": how, "hold_s": hold_s},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def drift_schema(
    changes: str = "unknown_enum,unknown_event",
    status: str = "EXPIRED_IN_MATCH",
    event: str = "TRADE_PREVENTION",
    every_s: float = 5.0,
    field: str = "E",
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Change the shape of messages and answers as exchanges do without notice (F35).

    On the wire: market messages and answers, account events and answers about orders are edited
    in place, all other bytes kept. An unknown enum only takes the place of the status of an
    order that is dead anyway, so that what the client learns stays true. An unknown event is
    one more message behind another one, every `every_s`.

    - `changes`: any of unknown_enum, unknown_event, missing_field, renamed_field, extra_field,
      string_number (quoted numbers lose their quotes, or bare ones gain them), shifted_array
      (one more value in front of every row); several are separated by commas
    - `status`: the unknown order status.
    - `event`: type of the unknown event.
    - `every_s`: seconds between unknown events of one connection, 0..3600.
    - `field`: name of the field that goes missing or is renamed to itself with `_v2` behind.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "drift-schema", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "drift_schema",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "schema_drift",
        {
            "changes": changes.split(","),
            "status": status,
            "event": event,
            "every_s": every_s,
            "field": field,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def prevent_self_trade(
    mode: str = "expire_taker",
    side: str = "",
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    symbol: str = "",
) -> Lease:
    """
    Accept a new order and let it expire at once, as self-trade prevention does (F36).

    On the wire: a new order over HTTP is answered 200 with status EXPIRED_IN_MATCH and nothing
    executed; the exchange never sees it. A later query for it by client id gets the same
    answer. Resting orders are left alone: a proxy cannot expire the maker.

    - `mode`: expire_taker, expire_both or decrement: what the answer says was at work.
    - `side`: bUY or SELL, empty for both.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "prevent-self-trade", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "prevent_self_trade",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "self_trade_prevention",
        {"mode": mode, "side": side},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "symbol": symbol},
    )


def delay_order_status(
    absent_s: float = 5.0,
    open_orders_lag_s: float = 30.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Let queries lag behind: a new order is not found, open orders are those of a while ago
    (F32).

    On the wire: a query for an order is answered `order does not exist` in the exchange's place
    for `absent_s` after the order was accepted. Lists of open orders over HTTP lose the orders
    accepted within `open_orders_lag_s`, and keep those that vanished within it, byte for byte.

    - `absent_s`: seconds after acceptance for which a query does not find the order, 0..600.
    - `open_orders_lag_s`: how old the lists of open orders are, in seconds, 0..600.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "delay-order-status", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "delay_order_status",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "status_eventual",
        {"absent_s": absent_s, "open_orders_lag_s": open_orders_lag_s},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def expire_user_stream(
    how: str = "silent",
    heal: str = "new_session",
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    End the account's event stream while market streams go on (F34).

    On the wire: account events are dropped. Before that the client may be told: by an event
    `listenKeyExpired` or `eventStreamTerminated` of its own, or by -1125 when it renews its
    key. A new session brings the events back unless `heal` says `lease`.

    - `how`: silent; key_expired (event listenKeyExpired); terminated (event
      eventStreamTerminated); renewal_refused (-1125 to the renewal of the listen key).
    - `heal`: new_session: a connection opened, or a subscription to account events made, after
      arming carries them again; lease: nothing does until the fault ends.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "expire-user-stream", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "expire_user_stream",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "user_stream_expiry",
        {"how": how, "heal": heal},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )


def block_by_firewall(
    status: int = 403,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
    side: str = "",
) -> Lease:
    """
    Refuse requests as the exchange's web application firewall does: a page, no Retry-After
    (F17).

    On the wire: requests and upgrades are answered in the exchange's place. A firewall cannot
    answer inside a WebSocket: a call of the WebSocket API loses its connection instead.

    - `status`: 403 (refused by a rule) or 451 (refused by region).
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `side`: `BUY` or `SELL` to touch orders of one side only

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "block-by-firewall", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "block_by_firewall",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "waf_403_html",
        {"status": status},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol, "side": side},
    )
