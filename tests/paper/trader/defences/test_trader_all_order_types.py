"""Caps and types."""

from chaostrading.paper.trader.defences.all_order_types import AllOrderTypes, NaiveAllOrderTypes


def test_every_type_is_capped() -> None:
    """A market order is as large as a limit order."""
    assert all(AllOrderTypes().capped(kind) for kind in ("LIMIT", "MARKET", "STOP_LOSS_LIMIT"))


def test_without_it_only_limit_orders_are() -> None:
    """The naive trader thinks of one type."""
    assert NaiveAllOrderTypes().capped("LIMIT")
    assert not NaiveAllOrderTypes().capped("MARKET")
