"""Tradable or not."""

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.market_status_gate import (
    MarketStatusGate,
    NaiveMarketStatusGate,
)


@pytest.mark.parametrize("status", ["HALT", "BREAK", "CANCEL_ONLY", "SOMETHING_NEW"])
def test_no_orders_unless_the_market_trades(status: str) -> None:
    """A status nobody knows does not trade either."""
    gate = MarketStatusGate(ManualClock())
    gate.listed("X", status)

    assert gate.denial("X", "LIMIT") == f"MARKET_NOT_TRADING: symbol=X, status={status}"


def test_post_only_takes_makers_alone() -> None:
    """LIMIT_MAKER passes, LIMIT does not."""
    gate = MarketStatusGate(ManualClock())
    gate.listed("X", "POST_ONLY")

    assert gate.denial("X", "LIMIT_MAKER") is None
    assert gate.denial("X", "LIMIT") == "MARKET_POST_ONLY: symbol=X, type=LIMIT"


def test_a_closed_market_is_probed_every_ten_seconds() -> None:
    """The reject says closed although the list says TRADING."""
    clock = ManualClock()
    gate = MarketStatusGate(clock)
    gate.listed("X", "TRADING")
    gate.rejected_as_closed("X")

    denied = gate.denial("X", "LIMIT") is not None
    clock.advance(10.1)
    probes = [gate.denial("X", "LIMIT") is None, gate.denial("X", "LIMIT") is None]
    gate.accepted("X")

    assert denied
    assert probes == [True, False]
    assert gate.denial("X", "LIMIT") is None


def test_without_it_connected_means_tradable() -> None:
    """The naive trader hammers a closed market."""
    gate = NaiveMarketStatusGate(ManualClock())
    gate.listed("X", "HALT")

    assert gate.denial("X", "LIMIT") is None
