"""Public cases of orders and cancels whose fate nobody knows: T4 and T5."""

from case_script import Lease, Row, Script

ORDERS = {"method": "POST", "path": "/api/v3/order"}
CANCELS = {"method": "DELETE"}

SCRIPTS = (
    Script(
        name="answers_lost",
        wire="the exchange takes the order, the answer never comes",
        steps=(Lease(fault="response_lost", parameters={"hold_s": 9}, for_s=9, scope=ORDERS),),
        lasts_s=9,
        after_s=9,
    ),
    Script(
        name="answers_reset",
        wire="the exchange takes the order, instead of the answer comes a TCP reset",
        steps=(Lease(fault="response_lost", parameters={"how": "reset"}, for_s=8, scope=ORDERS),),
        lasts_s=8,
        after_s=7,
    ),
    Script(
        name="half_answers_lost",
        wire="the answer to every second order is lost, the exchange has taken it",
        steps=(
            Lease(
                fault="response_lost",
                parameters={"hold_s": 12},
                for_s=12,
                scope=ORDERS,
                more={"mode": "nth", "every": 2},
            ),
        ),
        lasts_s=12,
        after_s=9,
    ),
    Script(
        name="order_then_outage",
        wire="answers to orders end in a reset, and all connections are refused for 4 s",
        steps=(
            Lease(fault="response_lost", parameters={"how": "reset"}, for_s=8, scope=ORDERS),
            Lease(fault="connect_refused", for_s=4, at_s=3),
        ),
        lasts_s=8,
        after_s=10,
        through=0.015,
    ),
    Script(
        name="orders_never_arrive",
        wire="orders end in a reset before the exchange sees them; queries say unknown order",
        steps=(Lease(fault="request_lost", parameters={"how": "reset"}, for_s=8, scope=ORDERS),),
        lasts_s=8,
        after_s=9,
    ),
    Script(
        name="empty_504",
        wire="half of the orders get 504 without a body; half of those were executed",
        steps=(
            Lease(
                fault="http_5xx_status_unknown",
                parameters={"status": 504, "empty_body": True},
                for_s=10,
                scope=ORDERS,
                more={"share": 0.5},
            ),
        ),
        lasts_s=10,
        after_s=7,
    ),
    Script(
        name="executed_503",
        wire="orders get 503 although each was executed",
        steps=(
            Lease(
                fault="http_5xx_status_unknown",
                parameters={"executed": "yes"},
                for_s=9,
                scope=ORDERS,
                more={"mode": "nth", "every": 2},
            ),
        ),
        lasts_s=9,
        after_s=7,
    ),
    Script(
        name="edge_520",
        wire="orders get the 520 page of the edge network; half were executed",
        steps=(Lease(fault="edge_html_5xx", for_s=9, scope=ORDERS, more={"share": 0.5}),),
        lasts_s=9,
        after_s=7,
    ),
    Script(
        name="empty_200",
        wire="orders are taken and answered 200 with an empty body",
        steps=(
            Lease(
                fault="malformed_payload",
                parameters={"form": "empty", "every": 2, "for_s": 9},
                for_s=9,
                scope=ORDERS,
            ),
        ),
        lasts_s=9,
        after_s=7,
    ),
    Script(
        name="other_shape",
        wire="orders are taken; the answers have numbers without quotes and fields the client "
        "does not know",
        steps=(
            Lease(
                fault="schema_drift",
                parameters={
                    "changes": ["string_number", "extra_field", "renamed_field"],
                    "field": "status",
                },
                for_s=9,
                scope=ORDERS,
            ),
        ),
        lasts_s=9,
        after_s=6,
    ),
    Script(
        name="duplicate_id",
        wire="orders are executed and answered 503; a retry under the same id is refused as "
        "duplicate",
        steps=(
            Lease(fault="duplicate_client_id", for_s=12, scope=ORDERS),
            Lease(
                fault="http_5xx_status_unknown",
                parameters={"executed": "yes"},
                for_s=9,
                scope=ORDERS,
                more={"mode": "nth", "every": 2},
            ),
        ),
        lasts_s=11,
        after_s=7,
    ),
    Script(
        name="cancel_meets_fill",
        wire="cancels are answered `unknown order`, but the orders live on at the exchange",
        steps=(
            Lease(fault="cancel_reject", parameters={"truth": "live"}, for_s=19, scope=CANCELS),
        ),
        lasts_s=19,
        after_s=5,
    ),
    Script(
        name="cancels_fail",
        wire="cancels get 503 and are not executed",
        steps=(
            Lease(
                fault="http_5xx_status_unknown",
                parameters={"executed": "no"},
                for_s=19,
                scope=CANCELS,
            ),
        ),
        lasts_s=19,
        after_s=5,
    ),
    Script(
        name="cancels_silent",
        wire="cancels never reach the exchange and get no answer",
        steps=(Lease(fault="request_lost", parameters={"hold_s": 19}, for_s=19, scope=CANCELS),),
        lasts_s=19,
        after_s=5,
    ),
    Script(
        name="old_lists",
        wire="queries do not find new orders for 4 s and lists of open orders are 10 s old; half "
        "of the orders get 503 though executed",
        steps=(
            Lease(
                fault="status_eventual",
                parameters={"absent_s": 4, "open_orders_lag_s": 10},
                for_s=12,
            ),
            Lease(
                fault="http_5xx_status_unknown",
                parameters={"executed": "yes"},
                for_s=8,
                scope=ORDERS,
                more={"mode": "nth", "every": 2},
            ),
        ),
        lasts_s=12,
        after_s=7,
    ),
    Script(
        name="no_funds",
        wire="an order is executed but its answer is lost; the next ones are refused for lack of "
        "funds",
        steps=(
            Lease(
                fault="response_lost",
                parameters={"how": "reset"},
                for_s=6,
                scope=ORDERS,
                more={"mode": "nth", "every": 2},
            ),
            Lease(fault="insufficient_balance", parameters={"rejections": 2}, for_s=8, at_s=2),
        ),
        lasts_s=10,
        after_s=7,
    ),
)

ONCE = {"no_duplicate_orders": {}, "no_lost_orders": {}}

ROWS = (
    Row(id="P-030", source="scrtlabs/catalyst#317", tests="T4", script="answers_lost", oracle=ONCE,
        words="one order for each intent", without="idempotent_orders"),
    Row(id="P-032", source="hummingbot/hummingbot#493", tests="T4", script="half_answers_lost",
        oracle=ONCE, words="a timeout is no failure: no second order, none forgotten",
        without="idempotent_orders"),
    Row(id="P-033", source="hummingbot/hummingbot#2342", tests="T1,T4", script="order_then_outage",
        oracle={**ONCE, "positions_agree": {}},
        words="orders of the outage are found again, none is sent twice",
        without="idempotent_orders"),
    Row(id="P-034", source="hummingbot/hummingbot PR#6123", tests="T5,T4", script="executed_503",
        oracle={"no_duplicate_orders": {}, "unknown_is_resolved": {}},
        words="503 is asked about, and no second order", without="idempotent_orders"),
    Row(id="P-035", source="nautechsystems/nautilus_trader#1030", tests="T4",
        script="orders_never_arrive", oracle={"unknown_is_resolved": {}, "no_lost_orders": {}},
        words="every order gets a final state", without="unknown_is_not_failed"),
    Row(id="P-038", source="askmike/gekko#931", tests="T4", script="answers_lost",
        oracle={"no_duplicate_orders": {}}, words="exactly one order for each intent",
        without="idempotent_orders"),
    Row(id="P-040", source="sieblyio/binance#580", tests="T4,T5", script="empty_504",
        oracle={**ONCE, "unknown_is_resolved": {}},
        words="orders equal intents: none twice, none missing", without="unknown_is_not_failed"),
    Row(id="P-041", source="ccxt/ccxt#527", tests="T4,T7", script="empty_200", oracle=ONCE,
        words="an empty answer is no failure: no second order, none forgotten",
        without="idempotent_orders"),
    Row(id="P-042", source="yubing744/trading-gpt#94", tests="T4", script="answers_reset",
        oracle={"no_duplicate_orders": {}}, words="one order; a retry has the same id",
        without="idempotent_orders"),
    Row(id="P-044", source="BitMEX/sample-market-maker#134", tests="T5,T4", script="duplicate_id",
        oracle=ONCE, words="`duplicate` is proof of success, no third order",
        without="idempotent_orders"),
    Row(id="P-056", source="ccxt/ccxt#4268", tests="T5,T7", script="edge_520",
        oracle={**ONCE, "unknown_is_resolved": {}},
        words="an edge page leaves the order unknown, and it is asked for",
        without="unknown_is_not_failed"),
    Row(id="P-063", source="kanikaverma343/BitmexBot#7", tests="T5,T7", script="cancels_silent",
        oracle={"no_double_live_orders": {}}, words="no second order before the first is gone",
        without="cancel_guard"),
    Row(id="P-065", source="hummingbot/hummingbot#5833", tests="T5", script="cancel_meets_fill",
        oracle={"no_double_live_orders": {}}, words="an unknown cancel is asked about",
        without="cancel_guard"),
    Row(id="P-066", source="sammchardy/python-binance#690", tests="T4,T5,T6", script="old_lists",
        oracle={"no_duplicate_orders": {}, "positions_agree": {}},
        words="an old list makes no second order", without="idempotent_orders"),
    Row(id="P-067", source="stellar-deprecated/kelp#458", tests="T5", script="cancel_meets_fill",
        oracle={"no_double_live_orders": {}}, words="never two orders in one slot",
        without="cancel_guard"),
    Row(id="P-068", source="Haehnchen/crypto-trading-bot#53", tests="T4", script="old_lists",
        oracle={"no_duplicate_orders": {}}, words="absence from a list is no failure",
        without="idempotent_orders"),
    Row(id="P-070", source="knowm/XChange#3490", tests="T4,T7", script="other_shape",
        oracle={"no_lost_orders": {}, "positions_agree": {}},
        words="a strange answer is no failure: the order is known", without="fill_accounting"),
    Row(id="P-117", source="freqtrade/freqtrade#1371", tests="T5", script="no_funds",
        oracle={"no_duplicate_orders": {}, "positions_agree": {}},
        words="a refusal for funds is a hint, not a reason to repeat",
        without="idempotent_orders"),
    Row(id="P-143", source="freqtrade/freqtrade#1726", tests="T5", script="cancels_fail",
        oracle={"no_double_live_orders": {}}, words="a failed cancel frees no slot",
        without="cancel_guard"),
)  # fmt: skip
