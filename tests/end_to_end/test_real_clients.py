"""Ordinary programs of three libraries meet faults at the proxy, and the same checkers judge them.

The programs are in `programs/`. A library that the tests' own Python has not is taken from the
Python that `CLIENTS_PYTHON` names. What the findings mean for a user of each library is told in
`docs/real_clients.md`; `pytest -m variants -s` prints them.
"""

import json
from dataclasses import asdict

import pytest
from client_rig import Meeting, Program, all_met, told

pytestmark = [
    pytest.mark.slow,
    pytest.mark.end_to_end,
    pytest.mark.variants,
    pytest.mark.timeout(900),
]

BOOK = "btcusdt@depth"
ORDER = {"method": "POST", "path": "/api/v3/order"}

FATE: dict[str, dict[str, float]] = {
    "unknown_is_resolved": {},
    "no_lost_orders": {},
    "no_duplicate_orders": {},
}
STORM = Meeting(
    fault="http_429",
    parameters={"trigger": "always", "retry_after": "5", "ban_after": 5, "ban_s": 8.0},
    for_s=12,
    after_s=6,
    judges={
        "no_requests_while_forbidden": {},
        "ban_never_reached": {},
        "retries_back_off": {},
    },
)
LOST = Meeting(fault="response_lost", scope=ORDER, max_hits=1, for_s=14, after_s=12, judges=FATE)
CUT = Meeting(
    fault="ws_abrupt",
    parameters={"refuse_s": 5.0},
    for_s=6,
    after_s=14,
    judges={
        "reconnects_in_time": {},
        "reconnects_are_paced": {},
        "subscriptions_restored": {"within_s": 10},
        "resync_before_decision": {},
    },
)
HALF_OPEN = Meeting(
    fault="ws_half_open",
    for_s=63,
    after_s=12,
    rise=0.01,
    judges={
        "heartbeat_detects_silence": {"limit_s": 60},
        "no_orders_from_stale_data": {"stale_s": 8, "grace_s": 2},
        "subscriptions_restored": {"within_s": 10},
    },
)


def zombie(stream: str) -> Meeting:
    """The connection lives, and the data of one stream does not come."""
    return Meeting(
        fault="ws_zombie",
        parameters={"stream": stream},
        for_s=33,
        after_s=6,
        rise=0.01,
        judges={
            "heartbeat_detects_silence": {"limit_s": 30},
            "no_orders_from_stale_data": {"stale_s": 8, "grace_s": 2},
        },
    )


def torn(stream: str) -> Meeting:
    """One of twenty messages of a stream ends in the middle. Whoever reads no more bids too low."""
    return Meeting(
        fault="malformed_payload",
        scope={"stream": stream},
        for_s=4,
        after_s=12,
        rise=0.06,
        judges={
            "reader_survives": {},
            "no_orders_from_bad_prices": {"settle_s": 12.0},
        },
    )


CCXT = Program(
    name="ccxt_trader",
    module="ccxt",
    meetings=(
        STORM,
        LOST,
        Meeting(
            fault="http_5xx_status_unknown",
            parameters={"executed": "yes"},
            scope=ORDER,
            for_s=6,
            after_s=12,
            judges=FATE,
        ),
        Meeting(
            fault="latency_rest",
            parameters={"where": "request", "delay_s": 7.0, "jitter_s": 1.0},
            scope=ORDER,
            for_s=20,
            after_s=10,
            judges={"deadlines_kept": {}, "no_duplicate_orders": {}},
        ),
        Meeting(
            fault="malformed_payload",
            parameters={"every": 1},
            scope={"path": "/api/v3/depth"},
            for_s=6,
            after_s=6,
            judges={"retries_back_off": {}, "no_orders_from_bad_prices": {}},
        ),
        Meeting(
            fault="bad_price",
            parameters={"values": ["drop20"], "frames": 1_000},
            scope={"path": "/api/v3/depth"},
            for_s=6,
            after_s=6,
            judges={"no_orders_from_bad_prices": {}},
        ),
    ),
    always={
        "http_429": {
            "no_requests_while_forbidden": "broken",
            "ban_never_reached": "broken",
            "retries_back_off": "broken",
        },
        "response_lost": {"unknown_is_resolved": "broken", "no_lost_orders": "broken"},
        "http_5xx_status_unknown": {
            "unknown_is_resolved": "broken",
            "no_lost_orders": "broken",
            "no_duplicate_orders": "broken",
        },
        "latency_rest": {"deadlines_kept": "broken"},
        "bad_price": {"no_orders_from_bad_prices": "broken"},
    },
)
CCXT_PRO = Program(
    name="ccxt_pro_watcher",
    module="ccxt.pro",
    streams=(BOOK,),
    account=True,
    meetings=(
        CUT,
        zombie(BOOK),
        torn(BOOK),
        Meeting(
            fault="sequence_gap",
            parameters={"diffs": 3},
            for_s=8,
            after_s=12,
            judges={"book_resynced": {}},
        ),
        LOST,
        HALF_OPEN,
    ),
    always={
        "ws_abrupt": {
            "reconnects_in_time": "held",
            "reconnects_are_paced": "held",
            "subscriptions_restored": "held",
        },
        "ws_zombie": {"heartbeat_detects_silence": "broken", "no_orders_from_stale_data": "broken"},
        "malformed_payload": {"no_orders_from_bad_prices": "broken"},
        "sequence_gap": {"book_resynced": "held"},
        "response_lost": {"unknown_is_resolved": "held", "no_lost_orders": "held"},
        "ws_half_open": {
            "heartbeat_detects_silence": "broken",
            "no_orders_from_stale_data": "broken",
        },
    },
)
PYTHON_BINANCE = Program(
    name="python_binance_sockets",
    module="binance",
    streams=("btcusdt@trade", "btcusdt@kline_1m"),
    account=True,
    meetings=(CUT, zombie("btcusdt@trade"), torn("btcusdt@trade"), LOST, STORM, HALF_OPEN),
    always={
        "ws_abrupt": {"reconnects_in_time": "held", "subscriptions_restored": "broken"},
        "ws_zombie": {"heartbeat_detects_silence": "broken", "no_orders_from_stale_data": "broken"},
        "malformed_payload": {"reader_survives": "broken"},
        "response_lost": {"unknown_is_resolved": "held", "no_lost_orders": "held"},
        "http_429": {"no_requests_while_forbidden": "broken", "ban_never_reached": "broken"},
        "ws_half_open": {
            "heartbeat_detects_silence": "held",
            "no_orders_from_stale_data": "broken",
        },
    },
)


@pytest.mark.parametrize("program", [CCXT, CCXT_PRO, PYTHON_BINANCE], ids=lambda one: one.name)
def test_every_fault_gets_an_answer_about_an_unmodified_program(program, tmp_path):
    """Each fault touched the program, no checker failed, and what is always so is so again."""
    met = all_met(program, tmp_path)

    print(told(program, met))
    (tmp_path / "findings.json").write_text(json.dumps([asdict(one) for one in met], default=str))
    assert [one.fault for one in met] == [one.fault for one in program.meetings]
    assert [one.answer("fault_was_live") for one in met] == ["held"] * len(met)
    assert not [
        finding.observed
        for one in met
        for finding in one.findings
        if "the checker itself failed" in finding.observed
    ]
    assert {
        one.fault: {each.checker: each.answer for each in one.findings if each.checker in known}
        for one in met
        if (known := program.always.get(one.fault))
    } == program.always
