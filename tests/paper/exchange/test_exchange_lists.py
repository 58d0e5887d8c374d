"""Order lists: one cancels the other, one triggers the other."""

from decimal import Decimal

import pytest

from chaostrading.paper.exchange.lists import place_oco, place_oto
from chaostrading.paper.exchange.rejections import Rejected


def sell_oco(engine, ask):
    return place_oco(
        engine,
        "anna",
        "",
        ask("SELL", "0.1", "61000", type="LIMIT_MAKER"),
        ask("SELL", "0.1", "58000", type="STOP_LOSS_LIMIT", stop_price="59000"),
    )


def test_an_oco_locks_its_quantity_once(engine, ask):
    """Two orders of 0.1 hold 0.1 BTC, for only one of them can trade."""
    sell_oco(engine, ask)

    assert engine.ledger.locked("anna", "BTC") == Decimal("0.1")


def test_a_fill_of_one_leg_ends_the_other(engine, ask):
    """The limit leg trades, the stop leg expires, the list is done."""
    placed = sell_oco(engine, ask)

    engine.place("ben", ask("BUY", "0.1", "61000"))

    assert [order.status for order in placed.orders] == ["FILLED", "EXPIRED"]
    assert placed.status == "ALL_DONE"
    assert engine.ledger.locked("anna", "BTC") == 0


def test_a_triggered_stop_ends_the_limit_leg_and_keeps_the_money(engine, ask):
    """A trade at 59,000 sets the stop leg to work with what the limit leg held."""
    placed = sell_oco(engine, ask)
    engine.place("anna", ask("BUY", "0.01", "59000"))

    engine.place("ben", ask("SELL", "0.01", "59000"))

    assert [order.status for order in placed.orders] == ["EXPIRED", "NEW"]
    assert engine.ledger.locked("anna", "BTC") == Decimal("0.1")


def test_cancelling_one_leg_cancels_the_list(engine, ask):
    """Both end as CANCELED and the money is free again."""
    placed = sell_oco(engine, ask)

    engine.cancel("anna", placed.orders[1])

    assert [order.status for order in placed.orders] == ["CANCELED", "CANCELED"]
    assert engine.ledger.free("anna", "BTC") == Decimal(10)


def test_an_oco_with_prices_on_the_wrong_side_is_refused(engine, ask):
    """Above must be above the last price and below must be below it."""
    with pytest.raises(Rejected, match="relationship of the prices"):
        place_oco(
            engine,
            "anna",
            "",
            ask("SELL", "0.1", "59000", type="LIMIT_MAKER"),
            ask("SELL", "0.1", "58000", type="STOP_LOSS_LIMIT", stop_price="59500"),
        )
    assert engine.ledger.locked("anna", "BTC") == 0


def test_the_second_order_of_an_oto_is_placed_when_the_first_is_filled(engine, ask):
    """PENDING_NEW until then, and nothing is locked for it."""
    placed = place_oto(engine, "anna", "", ask("BUY", "0.1", "59000"), ask("SELL", "0.1", "62000"))
    before = (placed.orders[1].status, engine.ledger.locked("anna", "BTC"))

    engine.place("ben", ask("SELL", "0.1", "59000"))

    assert before == ("PENDING_NEW", Decimal(0))
    assert [order.status for order in placed.orders] == ["FILLED", "NEW"]
    assert engine.ledger.locked("anna", "BTC") == Decimal("0.1")
