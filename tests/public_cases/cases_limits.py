"""Public cases of an exchange that says no: rate limits (T3), maintenance and new rules (T5)."""

from case_script import Lease, Row, Script

ORDERS = {"method": "POST", "path": "/api/v3/order"}

SCRIPTS = (
    Script(
        name="storm",
        wire="more than 3 requests a second get 429 with Retry-After 2; asking on earns 418 for "
        "20 s",
        steps=(
            Lease(
                fault="http_429",
                parameters={
                    "requests": 3,
                    "window_s": 1,
                    "retry_after": "2",
                    "ban_after": 1,
                    "ban_s": 20,
                },
                for_s=10,
            ),
        ),
        lasts_s=10,
        after_s=8,
    ),
    Script(
        name="banned",
        wire="every request gets 429 with Retry-After 3; each early one earns 418, ever longer",
        steps=(
            Lease(
                fault="http_418_ban",
                parameters={"trigger": "always", "retry_after": "3", "ban_s": 4, "ban_s_cap": 8},
                for_s=8,
            ),
        ),
        lasts_s=8.5,
        after_s=9,
    ),
    Script(
        name="too_many_orders",
        wire="every new order gets 429 (-1015) with Retry-After 3",
        steps=(
            Lease(
                fault="http_429",
                parameters={"trigger": "always", "kind": "orders", "retry_after": "3"},
                for_s=9,
            ),
        ),
        lasts_s=9,
        after_s=8,
    ),
    Script(
        name="order_bucket",
        wire="a token bucket of 1 order in 3 s answers the rest with 429 and no Retry-After",
        steps=(
            Lease(
                fault="http_429",
                parameters={
                    "trigger": "bucket",
                    "kind": "orders",
                    "requests": 1,
                    "window_s": 3,
                    "retry_after": "",
                },
                for_s=10,
            ),
        ),
        lasts_s=10,
        after_s=8,
    ),
    Script(
        name="waf",
        wire="every request gets the 403 page of a firewall, no Retry-After; streams are healthy",
        steps=(Lease(fault="waf_403_html", for_s=9, scope={"path": "/api/*"}),),
        lasts_s=9,
        after_s=16,
    ),
    Script(
        name="html_429",
        wire="every request gets 429 with an HTML page and no Retry-After",
        steps=(
            Lease(
                fault="http_429",
                parameters={"trigger": "always", "retry_after": "", "body": "html"},
                for_s=9,
            ),
        ),
        lasts_s=9,
        after_s=8,
    ),
    Script(
        name="html_429_orders",
        wire="orders get 429 with an HTML page, never forwarded",
        steps=(
            Lease(
                fault="http_429",
                parameters={"trigger": "always", "retry_after": "", "body": "html"},
                for_s=8,
                scope=ORDERS,
            ),
        ),
        lasts_s=8,
        after_s=8,
    ),
    Script(
        name="error_in_200",
        wire="every request gets 200 with a rate-limit error in the body",
        steps=(
            Lease(
                fault="error_in_200_body",
                parameters={"code": "-1003"},
                for_s=12,
                scope={"path": "/api/*"},
            ),
        ),
        lasts_s=12,
        after_s=8,
    ),
    Script(
        name="orders_error_in_200",
        wire="orders and cancels get 200 with an error in the body",
        steps=(
            Lease(
                fault="error_in_200_body",
                parameters={"code": "-1000"},
                for_s=13,
                scope={"method": "POST,DELETE"},
            ),
        ),
        lasts_s=13,
        after_s=6,
    ),
    Script(
        name="burst_429",
        wire="two requests of the order path in a burst get 429 with Retry-After 1",
        steps=(
            Lease(
                fault="http_429",
                parameters={"trigger": "always", "retry_after": "1"},
                for_s=8,
                scope={"path": "/api/v3/order"},
                more={"mode": "nth", "every": 3},
            ),
        ),
        lasts_s=8,
        after_s=6,
    ),
    Script(
        name="overloaded",
        wire="every order is shed with 503 overloaded, surely not executed",
        steps=(
            Lease(fault="overload_shed", parameters={"shed_share": 1.0}, for_s=12, scope=ORDERS),
        ),
        lasts_s=12,
        after_s=7,
    ),
    Script(
        name="maintenance",
        wire="orders and cancels are refused as market closed for 13 s, public data still answers",
        steps=(
            Lease(
                fault="maintenance",
                parameters={"state": "HALT", "cancels_allowed": False},
                for_s=13,
            ),
        ),
        lasts_s=13,
        after_s=8,
    ),
    Script(
        name="cancel_only",
        wire="the market takes cancels only for 12 s",
        steps=(Lease(fault="maintenance", parameters={"state": "CANCEL_ONLY"}, for_s=13),),
        lasts_s=13,
        after_s=6,
    ),
    Script(
        name="new_rules",
        wire="quantity step and least order value grow, the exchange enforces them at once",
        steps=(
            Lease(
                fault="filter_change",
                parameters={"step_size_factor": 100, "min_notional_factor": 2},
                for_s=12,
            ),
        ),
        lasts_s=12,
    ),
    Script(
        name="new_tick",
        wire="the price step changes; the published rules stay the old ones for 3 s",
        steps=(
            Lease(
                fault="filter_change",
                parameters={
                    "step_size_factor": 1,
                    "tick_size_factor": 500,
                    "min_notional_factor": 1,
                    "stale_rules_s": 3,
                },
                for_s=14,
            ),
        ),
        lasts_s=14,
    ),
)

FORBIDDEN = {"no_requests_while_forbidden": {}}
SPARED = {"breaker_limits_probes": {"settle_s": 6, "probe_every_s": 5}}
QUIET = {"breaker_limits_probes": {"settle_s": 2, "probe_every_s": 5, "hits_min": 1}}

ROWS = (
    Row(id="P-043", source="BitMEX/sample-market-maker#63", tests="T5,T4", script="overloaded",
        oracle=SPARED, words="an overloaded exchange is asked once in 5 s",
        without="circuit_breaker,paper_fallback"),
    Row(id="P-049", source="freqtrade/freqtrade#7187", tests="T3", script="storm",
        oracle={**FORBIDDEN, "ban_never_reached": {}},
        words="no request in the forbidden time, never a ban", without="rate_governor"),
    Row(id="P-050", source="taniman/profit-trailer#444", tests="T3", script="banned",
        oracle={**FORBIDDEN, "requests_are_queued": {"resume_s": 10}},
        words="stays away, and trades again within 10 s", without="rate_governor"),
    Row(id="P-051", source="ctubio/Krypto-trading-bot#1162", tests="T3", script="too_many_orders",
        oracle=FORBIDDEN, words="no order in the forbidden time", without="rate_governor"),
    Row(id="P-052", source="askmike/gekko#2215", tests="T3", script="error_in_200",
        oracle=QUIET, words="an error in the body slows the bot down",
        without="error_classification"),
    Row(id="P-053", source="donewiththedollar/directionalscalper#57", tests="T3",
        script="orders_error_in_200", oracle=SPARED,
        words="200 with an error is an error, not a result", without="error_classification"),
    Row(id="P-054", source="JKorf/Binance.Net#1318", tests="T3,T5", script="waf",
        oracle=QUIET, words="a firewall's 403 stops requests",
        without="rate_governor,circuit_breaker"),
    Row(id="P-055", source="Bittrex/bittrex.github.io#65", tests="T3,T7", script="html_429",
        oracle={"no_requests_while_forbidden": {"pause_s": 1}, "backoff_grows": {}},
        words="pauses although the page tells no time", without="rate_governor"),
    Row(id="P-058", source="freqtrade/freqtrade#2889", tests="T5", script="maintenance",
        oracle={"breaker_limits_probes": {"settle_s": 2, "probe_every_s": 3, "hits_min": 1}},
        words="a closed market is probed, not hammered",
        without="market_status_gate"),
    Row(id="P-060", source="ccxt/ccxt PR#28393", tests="T5", script="cancel_only", oracle=QUIET,
        words="no order is repeated, cancels go on", without="market_status_gate"),
    Row(id="P-118", source="freqtrade/freqtrade#5481", tests="T5", script="new_rules",
        oracle={"rules_are_refreshed": {}}, words="the rules are read again within 10 s",
        without="live_instrument_rules"),
    Row(id="P-119", source="Polymarket/py-clob-client#122", tests="T5", script="new_tick",
        oracle={"rules_are_refreshed": {"rejections_max": 6}},
        words="the new price step is learnt", without="live_instrument_rules"),
    Row(id="P-144", source="abanchev/binance-proxy#12", tests="T3", script="storm",
        oracle={"ban_never_reached": {}}, words="never a ban", without="rate_governor"),
    Row(id="P-146", source="ctubio/Krypto-trading-bot#814", tests="T3", script="order_bucket",
        oracle={"no_requests_while_forbidden": {"pause_s": 1}},
        words="429 is a pause, and trading goes on", without="rate_governor"),
    Row(id="P-147", source="CryptoMF/frostybot-js#89", tests="T3,T5", script="burst_429",
        oracle={"no_requests_while_forbidden": {"wanted_min": 1}, "positions_agree": {}},
        words="the rest of the burst waits, nothing is left half done", without="rate_governor"),
    Row(id="P-148", source="hummingbot/hummingbot#4987", tests="T3,T5", script="html_429_orders",
        oracle={"no_requests_while_forbidden": {"pause_s": 1}},
        words="no order before the pause is over", without="rate_governor"),
)  # fmt: skip
