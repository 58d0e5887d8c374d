"""A fill counts once."""

from decimal import Decimal

from chaostrading.paper.trader.defences.fill_accounting import (
    Fill,
    FillAccounting,
    NaiveFillAccounting,
)

FILL = Fill(
    symbol="BTCUSDT",
    trade_id=7,
    client_id="ct-1",
    side="BUY",
    quantity=Decimal("0.5"),
    price=Decimal(100),
    base_fee=Decimal("0.001"),
)


def test_the_same_trade_counts_once_whoever_tells_of_it() -> None:
    """REST and stream both tell; the position moves once, less the fee in the base asset."""
    fills = FillAccounting()

    told = [fills.add(FILL), fills.add(FILL)]

    assert told == [True, False]
    assert fills.position("BTCUSDT") == Decimal("0.499")
    assert fills.executed("ct-1") == Decimal("0.5")


def test_trades_known_from_before_a_restart_do_not_count_again() -> None:
    """A replay on reconnect changes nothing."""
    fills = FillAccounting(known=[("BTCUSDT", 7)])

    assert not fills.add(FILL)
    assert fills.position("BTCUSDT") == 0


def test_without_it_a_replay_doubles_the_position() -> None:
    """The naive trader adds every event."""
    fills = NaiveFillAccounting()

    fills.add(FILL)
    fills.add(FILL)

    assert fills.position("BTCUSDT") == Decimal("0.998")
    assert not fills.checks_rest
