"""Facts about the target's trading, from short stories."""

from types import SimpleNamespace
from typing import Any

import pytest
from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.checkers.base import Evidence
from chaostrading.paper.trader.audit import AuditLog
from chaostrading.probes import trading
from chaostrading.records.types import RequestRecord

BOOKS = {
    "positions": {"BTCUSDT": "0.10000000", "ETHUSDT": "-2.00000000", "BNBUSDT": "0.00000000"},
    "mids": [(1.0, "BTCUSDT", "59000"), (2.0, "BTCUSDT", "60000"), (2.0, "ETHUSDT", "3000")],
}


def order(at_s: float) -> RequestRecord:
    """An attempt to place an order."""
    meaning = {"role": "order"}
    return RequestRecord(
        seq=0, mono_s=at_s, wall_s=at_s, method="POST", path="/api/v3/order", meaning=meaning
    )


@pytest.fixture
def armed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let there be an armed run with these parts."""

    def arm(**parts: Any) -> None:
        run = SimpleNamespace(recording=SimpleNamespace(began_s=0.0), **parts)
        monkeypatch.setattr(session, "current", lambda: run)

    return arm


def evidence(records: tuple[RequestRecord, ...] = (), audit: Any = None) -> Any:
    """What the run has seen."""
    target = {} if audit is None else {"audit": audit}
    seen = Evidence(
        records=records, baseline_s=(0.0, 1.0), fault_s=(1.0, 2.0), end_s=3.0, target=target
    )
    return lambda **_: seen


def test_a_position_is_worth_its_quantity_at_the_newest_price(armed):
    """Long or short, all symbols or one."""
    armed(exchange=SimpleNamespace(books=lambda _: BOOKS))

    assert trading.position_usdt() == 12_000.0
    assert trading.position_usdt("ETHUSDT") == 6_000.0


def test_without_books_the_position_is_not_guessed(armed):
    """One sentence."""
    armed(exchange=None)

    with pytest.raises(ActivityFailed, match="no books of an exchange are at hand"):
        trading.position_usdt()


def test_the_pace_is_that_of_the_busiest_sixty_seconds(armed):
    """Two at the end of one minute and two at the start of the next."""
    armed(evidence=evidence(tuple(order(at) for at in (0.0, 58.0, 59.0, 61.0, 62.0, 200.0))))

    assert trading.orders_per_minute() == 4.0


def test_an_unbroken_log_is_intact_and_an_edited_one_is_not(armed, tmp_path, clock):
    """One changed word."""
    log = AuditLog(tmp_path / "audit.jsonl", clock)
    log.write("TraderStarted", {})
    log.write("OrderDenied", {"denied": "x"})
    entries = log.since(0)
    edited = [{**entries[0], "event": "Nothing"}, entries[1]]

    armed(evidence=evidence(audit=entries))
    assert trading.audit_chain_is_intact() is True
    armed(evidence=evidence(audit=edited))
    assert trading.audit_chain_is_intact() is False


def test_no_log_is_no_intact_log(armed):
    """It fails."""
    armed(evidence=evidence())

    with pytest.raises(ActivityFailed, match="shows no audit log"):
        trading.audit_chain_is_intact()


@pytest.mark.parametrize(("state", "released"), [("active", True), ("halted", False)])
def test_the_kill_switch_is_what_the_target_says(armed, state, released):
    """By its trading state."""
    armed(target=SimpleNamespace(told=lambda: {"status": {"trading_state": state}}))

    assert trading.kill_switch_is_released() is released


def test_a_target_that_does_not_say_is_no_released_one(armed):
    """It fails."""
    armed(target=SimpleNamespace(told=dict))

    with pytest.raises(ActivityFailed, match="does not say its trading state"):
        trading.kill_switch_is_released()


@pytest.fixture
def clock() -> Any:
    """A clock that stands."""
    return SimpleNamespace(wall=lambda: 1.0, monotonic=lambda: 1.0)
