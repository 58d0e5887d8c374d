"""The judges.

A checker is one pure function in one file, `check(evidence, **limits) -> Finding`, registered under
the name that experiments use. It reads what the proxy's witness wrote and what the exchange's own
books say, so it works on any target; what the target says of itself is extra. It knows nothing of
Chaos Toolkit, sockets or clocks.

Its answer is *held*, *broken* or *unknown*. Unknown is said whenever the fault touched nothing
that matters, the target had no reason to act wrongly, the observation was too short, or records
are missing: a green that means "nothing happened" is refused. Books that are not at hand make a
checker unknown where it needs them.

Start with `base.py` (what goes in and out), then `judge.py` (how a finding is said) and one
checker, e.g. `no_requests_while_forbidden.py`. `reading.py`, `sockets.py`, `truth.py`,
`resolving.py` and `trying.py` are readings that several checkers share. `recovery.py` and
`tolerance.py` define when a target is well again.

Names that checkers look for in the values of a sample (top level, or one level down):
`witness_lost`, `decisions_total`, `errors_total`, `alarms_total`, `orders_denied_total`,
`signals_total`, `fallbacks_total`, `bad_data_total`, `book_resyncs_total`, `queue_depth`,
`rss_bytes`, `market_data_age_s`, `market_data`, `breaker_open`, `trading_state`, `mode`, `pid`,
`pressure_level`, `pressure_wanted`.

What an experiment tries on the target itself (an order over its limits, a signal) stands under
`attempts` of the fault's parameters, or of a sample, as a list of
`{"mono_s", "way", "expect": "blocked" | "accepted" | "some", "client_id", "symbol", "side",
"quantity", "price", "reduces": bool, "status", "denied"}`; `way` is free text (`api`, `signal`,
`parallel`), `status` and `denied` are the target's own answer. All but `mono_s` may be absent.

An audit log is a chain: `hash` of an entry is the SHA-256, in hexadecimal, of the canonical JSON of
its `{"seq", "wall_s", "event", "detail", "previous"}` (keys sorted, no spaces, UTF-8); `previous`
is the hash of the entry before.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `base` loads them when the first one is asked for: an import here is dear
    from chaostrading.checkers import (
        audit_chain_verifies,
        backoff_grows,
        ban_never_reached,
        book_resynced,
        breaker_comes_back,
        breaker_limits_probes,
        bypass_attempts_blocked,
        cancel_latency_bounded,
        cancels_still_pass,
        corruption_is_reported,
        deadlines_kept,
        errors_are_isolated,
        evidence_is_complete,
        fallback_to_paper,
        fault_was_live,
        heartbeat_detects_silence,
        last_known_good_used,
        late_answer_harmless,
        memory_returns,
        no_data_lost,
        no_decision_before_data,
        no_double_live_orders,
        no_duplicate_orders,
        no_lost_orders,
        no_order_above_cap,
        no_orders_from_bad_prices,
        no_orders_from_late_data,
        no_orders_from_stale_data,
        no_requests_while_forbidden,
        order_rate_capped,
        other_symbols_trade,
        polling_is_shed,
        pongs_on_time,
        position_limit_holds,
        positions_agree,
        positive_controls_accepted,
        pressure_reached,
        price_age_bounded,
        queue_bounded,
        reader_survives,
        reads_continue,
        reconnects_are_paced,
        reconnects_in_time,
        reduce_only_passes,
        requests_are_queued,
        resync_before_decision,
        retries_back_off,
        rotates_before_the_end,
        rules_are_refreshed,
        safe_defaults_used,
        subscriptions_restored,
        target_had_reason,
        unknown_is_resolved,
    )

__all__ = [
    "audit_chain_verifies",
    "backoff_grows",
    "ban_never_reached",
    "book_resynced",
    "breaker_comes_back",
    "breaker_limits_probes",
    "bypass_attempts_blocked",
    "cancel_latency_bounded",
    "cancels_still_pass",
    "corruption_is_reported",
    "deadlines_kept",
    "errors_are_isolated",
    "evidence_is_complete",
    "fallback_to_paper",
    "fault_was_live",
    "heartbeat_detects_silence",
    "last_known_good_used",
    "late_answer_harmless",
    "memory_returns",
    "no_data_lost",
    "no_decision_before_data",
    "no_double_live_orders",
    "no_duplicate_orders",
    "no_lost_orders",
    "no_order_above_cap",
    "no_orders_from_bad_prices",
    "no_orders_from_late_data",
    "no_orders_from_stale_data",
    "no_requests_while_forbidden",
    "order_rate_capped",
    "other_symbols_trade",
    "polling_is_shed",
    "pongs_on_time",
    "position_limit_holds",
    "positions_agree",
    "positive_controls_accepted",
    "pressure_reached",
    "price_age_bounded",
    "queue_bounded",
    "reader_survives",
    "reads_continue",
    "reconnects_are_paced",
    "reconnects_in_time",
    "reduce_only_passes",
    "requests_are_queued",
    "resync_before_decision",
    "retries_back_off",
    "rotates_before_the_end",
    "rules_are_refreshed",
    "safe_defaults_used",
    "subscriptions_restored",
    "target_had_reason",
    "unknown_is_resolved",
]
