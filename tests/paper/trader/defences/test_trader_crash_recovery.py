"""What the log remembers after a crash."""

from decimal import Decimal
from typing import Any

from chaostrading.paper.trader.defences.crash_recovery import (
    CrashRecovery,
    NaiveCrashRecovery,
)


def entry(event: str, **detail: Any) -> dict[str, Any]:
    """An audit entry."""
    return {"event": event, "detail": detail, "wall_s": 100.0}


LOG = [
    entry("BaselineTaken", balances={"BTC": "5"}, at_ms=1),
    entry("OrderIntended", client_id="a"),
    entry("OrderIntended", client_id="b"),
    entry(
        "OrderFilled",
        symbol="X",
        trade_id=7,
        client_id="a",
        side="BUY",
        quantity="2",
        price="3",
        base_fee="0",
    ),
    entry("OrderEnded", client_id="a", state="filled"),
    entry("Killed", reason="test"),
]


def test_unfinished_intents_fills_and_the_kill_are_remembered() -> None:
    """Order b was meant and never ended: it must be asked for."""
    found = CrashRecovery().replay(LOG)

    assert list(found.intents) == ["b"]
    assert [fill.quantity for fill in found.fills] == [Decimal(2)]
    assert found.baseline == {"BTC": "5"}
    assert found.attempts_wall_s == [100.0, 100.0]
    assert found.halted == "test"


def test_a_resume_lifts_the_kill() -> None:
    """The last word counts."""
    found = CrashRecovery().replay([*LOG, entry("Resumed", reason="fine")])

    assert found.halted == ""


def test_without_it_nothing_happened_before() -> None:
    """The naive trader starts flat and sends at once."""
    recovery = NaiveCrashRecovery()

    found = recovery.replay(LOG)

    assert not recovery.reads_first
    assert (found.intents, found.fills, found.halted) == ({}, [], "")
