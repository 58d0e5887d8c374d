"""The same dice and the same frames give the same fates, for all faults of network and data."""

import pytest
from binance_samples import (
    ACCOUNT,
    LISTEN_KEY,
    book_ticker,
    combined,
    diff,
    execution,
    kline,
    snapshot,
    trade,
)

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, State
from chaostrading.faults.registry import make

SUBSCRIBE = b'{"method":"SUBSCRIBE","params":["btcusdt@trade","ethusdt@trade"],"id":1}'


@pytest.fixture
def play(frame):
    """A minute of everything that crosses a proxy, on an old connection and on new ones."""
    frames = []
    for second in range(60):
        now = {"now_s": 1_000.0 + second, "now_ms": 1_750_000_000_000 + 1_000 * second}
        for number, since in [(1, 900.0), (2, 1_000.0 + second - 1)]:
            one = {"connection": number, "connected_s": since, **now}
            wrapped = [
                combined("btcusdt@trade", trade(second)),
                combined("ethusdt@bookTicker", book_ticker(symbol="ETHUSDT", update=second)),
                combined("btcusdt@bookTicker", book_ticker(f"{100 + second}.00", "200.00")),
                combined("btcusdt@depth", diff(second, second, [(f"{second}.5", "1.0")])),
                combined("btcusdt@kline_1m", kline(60_000 * second, closed=second % 2 == 1)),
            ]
            for payload in wrapped:
                frames.append(frame("message", path="/stream", payload=payload, **one))
            private = {"path": LISTEN_KEY, **one, "connection": number + 10}
            frames += [
                frame("connect", **one),
                frame("message", path="/stream", direction="up", payload=SUBSCRIBE, **one),
                frame("message", path="/stream", payload=b'{"result":null,"id":1}', **one),
                frame("message", payload=execution(trade=second + 1), **private),
                frame("tick", **private),
                frame("tick", path="/stream", **one),
                frame("pong", path="/stream", direction="up", payload=b"1", **one),
                frame("request", path="/stream", upgrade=True, **one),
                frame("answer", payload=snapshot(20_000 + second), **one),
                frame("answer", path="/api/v3/account", payload=ACCOUNT, **one),
                frame("answer", path="/api/v3/klines", payload=b"[[1],[2],[3]]", **one),
                frame("answer", path="/api/v3/order", method="POST", payload=b"{}", **one),
            ]
    return frames


def fates(fault, frames, seed):
    """What becomes of each frame, with the state kept as the proxy keeps it."""
    dice, states = Dice(seed), {}
    decided = []
    for one in frames:
        if one.kind in fault.kinds:
            key = one.connection if fault.state_per == "connection" else ""
            state = states.setdefault(key, State(armed_s=1_000.0))
            decided.append(fault.decide(one, dice, state))
    return decided


@pytest.mark.parametrize(
    "name",
    [
        "account_data_wrong", "bad_price", "candle_fault", "connect_refused", "crossed_book",
        "dns_tls_connect", "empty_or_one_sided", "fill_duplicate", "fill_lost", "fill_misorder",
        "latency_rest", "latency_ws", "malformed_payload", "sequence_gap", "sequence_reset",
        "slow_drip", "snapshot_mismatch", "stale_price", "trade_dup_disorder", "wrong_symbol",
        "ws_abrupt", "ws_close_frame", "ws_flap", "ws_half_open", "ws_partial_resubscribe",
        "ws_ping_fault", "ws_planned_shutdown", "ws_reconnect_refused", "ws_replay_on_reconnect",
        "ws_zombie",
    ],
)  # fmt: skip
def test_same_dice_same_fate(play, name):
    """A play run twice ends the same way, and the fault does something in it by its defaults."""
    fault = make(name, {})

    first, second = fates(fault, play, 7), fates(fault, play, 7)

    assert first == second
    assert any(fate != PASS for fate in first)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("latency_rest", {}),
        ("trade_dup_disorder", {}),
        ("ws_flap", {"spread_s": 8.0}),
        ("ws_partial_resubscribe", {"retry_heals": False}),
        ("malformed_payload", {"form": "flip"}),
    ],
)
def test_other_dice_other_fate(play, name, parameters):
    """Where chance has a part, another seed ends another way."""
    fault = make(name, parameters)

    assert fates(fault, play, 7) != fates(fault, play, 8)
