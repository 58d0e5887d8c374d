"""Public cases of time on the wire: T2, late answers (T4) and late data (T6)."""

from case_script import Lease, Row, Script, move

ORDERS = {"method": "POST", "path": "/api/v3/order"}

SCRIPTS = (
    Script(
        name="orders_held",
        wire="each order is withheld 5.5 s before the exchange sees it",
        steps=(
            Lease(
                fault="latency_rest",
                parameters={"where": "request", "delay_s": 5.5, "jitter_s": 0},
                for_s=11,
                scope=ORDERS,
            ),
        ),
        lasts_s=13,
        after_s=6,
    ),
    Script(
        name="orders_held_long",
        wire="each order is withheld 10.4 s while the market moves",
        steps=(
            Lease(
                fault="latency_rest",
                parameters={"where": "request", "delay_s": 10.4, "jitter_s": 0},
                for_s=12,
                scope=ORDERS,
            ),
            *move(0.015, 8),
        ),
        lasts_s=13,
        after_s=6,
    ),
    Script(
        name="queue_burst",
        wire="all requests are queued 8 s and then released in a burst, streams are live",
        steps=(
            Lease(
                fault="latency_rest",
                parameters={"where": "request", "delay_s": 8, "jitter_s": 0},
                for_s=8,
            ),
        ),
        lasts_s=9,
        after_s=6,
    ),
    Script(
        name="ramp_then_503",
        wire="answers become slower up to 6 s, then half of the orders get 503",
        steps=(
            Lease(
                fault="latency_rest",
                parameters={"delay_s": 6, "jitter_s": 0, "ramp_s": 6},
                for_s=7,
            ),
            Lease(
                fault="http_5xx_status_unknown", for_s=6, at_s=7, scope=ORDERS, more={"share": 0.5}
            ),
        ),
        lasts_s=13,
        after_s=7,
    ),
    Script(
        name="slow_orders",
        wire="answers to orders and cancels are late, ever more up to 2 s, one in five by 8 s",
        steps=(
            Lease(
                fault="latency_rest",
                parameters={"delay_s": 8, "jitter_s": 0},
                for_s=13,
                scope={"method": "POST,DELETE"},
                more={"share": 0.2},
            ),
            Lease(
                fault="latency_rest",
                parameters={"delay_s": 2, "jitter_s": 0.3, "ramp_s": 6},
                for_s=13,
                scope={"method": "POST,DELETE"},
            ),
        ),
        lasts_s=13,
        after_s=6,
    ),
    Script(
        name="growing_lag",
        wire="stream messages are ever later, by up to 12 s, while the price falls by 3 %",
        steps=(
            Lease(fault="latency_ws", parameters={"lag_s": 0.5, "growth_s_per_s": 0.9}, for_s=14),
            *move(-0.03, 14),
        ),
        lasts_s=14,
    ),
    Script(
        name="late_streams",
        wire="every stream message is 8 s late, in order and at the full rate; the price falls",
        steps=(
            Lease(fault="latency_ws", parameters={"lag_s": 8}, for_s=14),
            *move(-0.03, 14),
        ),
        lasts_s=14,
    ),
    Script(
        name="answers_late",
        wire="the exchange takes the order at once, its answer comes after 3.6 s",
        steps=(Lease(fault="late_response", parameters={"delay_s": 3.6}, for_s=9, scope=ORDERS),),
        lasts_s=10,
        after_s=7,
    ),
    Script(
        name="crash_and_errors",
        wire="the price falls 4 %, half of the orders and a tenth of all requests fail, streams "
        "are 2 s late",
        steps=(
            Lease(fault="http_5xx_status_unknown", for_s=12, scope=ORDERS, more={"share": 0.5}),
            Lease(
                fault="http_5xx_status_unknown",
                for_s=12,
                scope={"method": "GET"},
                more={"share": 0.1},
            ),
            Lease(fault="latency_ws", parameters={"lag_s": 2}, for_s=12),
            *move(-0.04, 8),
        ),
        lasts_s=12,
        after_s=7,
    ),
)

ONCE = {"no_duplicate_orders": {}, "no_lost_orders": {}}

ROWS = (
    Row(id="P-029", source="ccxt/ccxt#2599", tests="T4,T2", script="answers_late",
        oracle={"no_duplicate_orders": {}, "late_answer_harmless": {}, "no_lost_orders": {}},
        words="one order for each intent, whenever the answer comes",
        without="idempotent_orders"),
    Row(id="P-031", source="s4w3d0ff/python-poloniex#109", tests="T4,T2", script="answers_late",
        oracle={"no_duplicate_orders": {}}, words="no second order after a timeout",
        without="idempotent_orders"),
    Row(id="P-036", source="nautechsystems/nautilus_trader#917", tests="T2", script="orders_held",
        oracle={"deadlines_kept": {"ttl_s": 5, "timeout_s_max": 5}},
        words="no order is taken later than 5 s after it was meant", without="deadlines"),
    Row(id="P-037", source="bybit-exchange/pybit#191", tests="T2", script="orders_held_long",
        oracle={"deadlines_kept": {"ttl_s": 5, "timeout_s_max": 5}},
        words="no old decision is executed 10 s late", without="deadlines"),
    Row(id="P-045", source="BitMEX blog (DDoS)", tests="T2,T4,T5", script="queue_burst",
        oracle={"deadlines_kept": {"ttl_s": 5, "timeout_s_max": 5}},
        words="the burst after the queue executes nothing old", without="deadlines"),
    Row(id="P-057", source="Coinbase status 8zxtm6prlrb8", tests="T5,T2", script="ramp_then_503",
        oracle={"unknown_is_resolved": {}, "no_lost_orders": {}},
        words="every order of the slow time is accounted for", without="unknown_is_not_failed"),
    Row(id="P-080", source="BitMEX/api-connectors#139", tests="T6", script="growing_lag",
        oracle={"no_orders_from_late_data": {"age_s_max": 5.5}},
        words="no order from prices more than 5.5 s old",
        without="heartbeat,data_age_watchdog"),
    Row(id="P-108", source="Coinbase post mortem 2021-05-19", tests="T5,T2",
        script="crash_and_errors", oracle={**ONCE, "unknown_is_resolved": {}},
        words="no order twice or forgotten in the crash", without="unknown_is_not_failed"),
    Row(id="P-132", source="BitMEX/api-connectors#287", tests="T6", script="late_streams",
        oracle={"no_orders_from_late_data": {"age_s_max": 5.5}},
        words="late data is noticed although frames come at the full rate",
        without="heartbeat,data_age_watchdog"),
    Row(id="P-133", source="niXman/binapi#45", tests="T2,T6", script="growing_lag",
        oracle={"no_orders_from_late_data": {"age_s_max": 5.5}},
        words="no order from frames older than the limit",
        without="heartbeat,data_age_watchdog"),
    Row(id="P-135", source="Polymarket incident 2026-02", tests="T2", script="slow_orders",
        oracle={"deadlines_kept": {"ttl_s": 5, "timeout_s_max": 5}},
        words="an answer that is too late is given up, no order is taken late",
        without="deadlines"),
)  # fmt: skip
