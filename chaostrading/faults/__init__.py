"""What can be done to a frame: one fault a file, frame in, fate out.

A fault is a frozen dataclass whose fields are its parameters and whose one method `decide` is pure:
it is handed the frame, seeded dice and its memory, and answers with a fate. It may know the venue
(for the words an exchange would use) and nothing else: no clock, no socket, no global chance. The
proxy's link acts on the fate. Start with `base.py`; `http_429.py` is a good example.

To add a fault: write its file, named as the fault; add the file's name below; add its test to
`tests/faults/test_<name>.py` and its row to the table of a `test_through_proxy` file there.
`tests/test_catalogue.py` checks all three. `registry.py` makes faults by name.
"""

__all__ = ["FAULT_MODULES"]

FAULT_MODULES: tuple[str, ...] = (
    # One name a line, sorted. Importing this package loads none of them; the registry does so when
    # it is first asked.
    "account_data_wrong",
    "bad_price",
    "cancel_reject",
    "candle_fault",
    "clock_skew",
    "connect_refused",
    "crossed_book",
    "dns_tls_connect",
    "duplicate_client_id",
    "edge_html_5xx",
    "empty_or_one_sided",
    "endpoint_partial_failure",
    "error_in_200_body",
    "fill_duplicate",
    "fill_lost",
    "fill_misorder",
    "filter_change",
    "http_418_ban",
    "http_429",
    "http_5xx_status_unknown",
    "insufficient_balance",
    "late_response",
    "latency_rest",
    "latency_ws",
    "maintenance",
    "malformed_payload",
    "nonce_invalid",
    "overload_shed",
    "request_lost",
    "response_lost",
    "schema_drift",
    "self_trade_prevention",
    "sequence_gap",
    "sequence_reset",
    "slow_drip",
    "snapshot_mismatch",
    "stale_price",
    "status_eventual",
    "trade_dup_disorder",
    "user_stream_expiry",
    "waf_403_html",
    "wrong_symbol",
    "ws_abrupt",
    "ws_close_frame",
    "ws_flap",
    "ws_half_open",
    "ws_partial_resubscribe",
    "ws_ping_fault",
    "ws_planned_shutdown",
    "ws_reconnect_refused",
    "ws_replay_on_reconnect",
    "ws_zombie",
)
