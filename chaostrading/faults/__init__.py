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
    "candle_fault",
    "connect_refused",
    "crossed_book",
    "dns_tls_connect",
    "empty_or_one_sided",
    "fill_duplicate",
    "fill_lost",
    "fill_misorder",
    "http_418_ban",
    "http_429",
    "latency_rest",
    "latency_ws",
    "malformed_payload",
    "sequence_gap",
    "sequence_reset",
    "slow_drip",
    "snapshot_mismatch",
    "stale_price",
    "trade_dup_disorder",
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
