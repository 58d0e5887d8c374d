"""The matching engine: who trades with whom, at what price, and who pays."""

from decimal import Decimal

import pytest

from chaostrading.paper.exchange.orders import OrderChanged
from chaostrading.paper.exchange.rejections import Rejected


def test_the_better_price_trades_first_and_within_a_price_the_earlier_order(engine, ask):
    """Price-time priority: 59,999 before 60,000, and of two at 60,000 the first one."""
    late_but_better = ask("SELL", "0.1", "59999")
    first = engine.place("anna", ask("SELL", "0.1", "60000"))
    second = engine.place("anna", ask("SELL", "0.1", "60000"))
    better = engine.place("anna", late_but_better)

    taker = engine.place("ben", ask("BUY", "0.2", "60000"))

    assert [fill.price for fill in taker.fills] == [Decimal(59999), Decimal(60000)]
    assert (better.status, first.status, second.status) == ("FILLED", "FILLED", "NEW")


def test_a_trade_happens_at_the_makers_price_and_both_pay_a_fee_in_quote(engine, ask):
    """0.1 BTC at 60,000 is 6,000 USDT; a fee of 0.1 % is 6 USDT for each side."""
    engine.place("anna", ask("SELL", "0.1", "60000"))

    engine.place("ben", ask("BUY", "0.1", "61000"))

    ledger = engine.ledger
    assert ledger.free("ben", "USDT") == Decimal("93994")
    assert ledger.free("ben", "BTC") == Decimal("10.1")
    assert ledger.free("anna", "USDT") == Decimal("105994")
    assert ledger.locked("ben", "USDT") == 0


def test_a_resting_order_locks_its_money_and_a_cancel_gives_it_back(engine, ask):
    """A buy of 0.1 at 50,000 locks 5,000 USDT and the fee on it."""
    order = engine.place("anna", ask("BUY", "0.1", "50000"))
    locked = engine.ledger.locked("anna", "USDT")

    engine.cancel("anna", order)

    assert locked == Decimal("5005")
    assert engine.ledger.free("anna", "USDT") == Decimal(100_000)
    assert order.status == "CANCELED"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (("BUY", "5", "60000", {}), "Account has insufficient balance for requested action."),
        (("SELL", "11", "60000", {}), "Account has insufficient balance for requested action."),
        (("BUY", "0.000001", "60000", {}), "Filter failure: LOT_SIZE"),
        (("BUY", "0.00002", "60000", {}), "Filter failure: NOTIONAL"),
        (("BUY", "0.1", "60000.001", {}), "Filter failure: PRICE_FILTER"),
        (("BUY", "0.01", "400000", {}), "Filter failure: PERCENT_PRICE_BY_SIDE"),
        (("BUY", "121", "", {}), "Filter failure: MARKET_LOT_SIZE"),
        (
            ("SELL", "0.1", "59000", {"type": "STOP_LOSS_LIMIT", "stop_price": "60001"}),
            "Order would trigger immediately.",
        ),
    ],
)
def test_an_order_against_the_rules_is_refused_and_changes_nothing(engine, ask, request_, message):
    """Refused in Binance's words; no order, no lock."""
    side, quantity, price, more = request_

    with pytest.raises(Rejected, match=message):
        engine.place("anna", ask(side, quantity, price, **more))

    assert engine.orders("anna") == []
    assert engine.ledger.free("anna", "USDT") == Decimal(100_000)


def test_a_client_id_is_taken_only_while_its_order_is_open(engine, ask):
    """Binance refuses a second open order of the same id, and allows it again afterwards."""
    first = engine.place("anna", ask("BUY", "0.1", "50000", client_id="one"))
    with pytest.raises(Rejected, match="Duplicate order sent"):
        engine.place("anna", ask("BUY", "0.1", "50000", client_id="one"))

    engine.cancel("anna", first)
    second = engine.place("anna", ask("BUY", "0.1", "50000", client_id="one"))

    assert engine.find("anna", "BTCUSDT", None, "one") is second


@pytest.mark.parametrize(
    ("force", "status", "executed", "left_for_others"),
    [
        ("IOC", "EXPIRED", "0.1", "0"),
        ("FOK", "EXPIRED", "0", "0.1"),
        ("GTC", "PARTIALLY_FILLED", "0.1", "0"),
    ],
)
def test_time_in_force_decides_about_the_rest(
    engine, ask, force, status, executed, left_for_others
):
    """0.1 is there, 0.3 is wanted: IOC takes it and ends, FOK takes nothing, GTC rests."""
    maker = engine.place("anna", ask("SELL", "0.1", "60000"))

    order = engine.place("ben", ask("BUY", "0.3", "60000", time_in_force=force))

    assert (order.status, order.executed) == (status, Decimal(executed))
    assert maker.remaining == Decimal(left_for_others)


def test_a_market_order_takes_what_is_there_and_the_rest_expires(engine, ask):
    """A book with 0.1 BTC fills 0.1 of 0.3; what was locked for the rest comes back."""
    engine.place("anna", ask("SELL", "0.1", "60000"))

    order = engine.place("ben", ask("BUY", "0.3"))

    assert (order.status, order.executed) == ("EXPIRED", Decimal("0.1"))
    assert engine.ledger.locked("ben", "USDT") == 0


def test_a_market_order_by_quote_quantity_spends_no_more_than_that(engine, ask):
    """1,000 USDT at 60,000 buy 0.01666 BTC, in steps of 0.00001."""
    engine.place("anna", ask("SELL", "1", "60000"))

    order = engine.place("ben", ask("BUY", "", quote_quantity="1000"))

    assert order.executed == Decimal("0.01666")
    assert order.status == "FILLED"


def test_a_limit_maker_that_would_take_is_refused(engine, ask):
    """LIMIT_MAKER never takes."""
    engine.place("anna", ask("SELL", "0.1", "60000"))

    with pytest.raises(Rejected, match="would immediately match"):
        engine.place("ben", ask("BUY", "0.1", "60000", type="LIMIT_MAKER"))


@pytest.mark.parametrize(
    ("mode", "maker", "taker"),
    [
        ("EXPIRE_MAKER", "EXPIRED_IN_MATCH", "NEW"),
        ("EXPIRE_TAKER", "NEW", "EXPIRED_IN_MATCH"),
        ("EXPIRE_BOTH", "EXPIRED_IN_MATCH", "EXPIRED_IN_MATCH"),
        ("NONE", "FILLED", "FILLED"),
    ],
)
def test_self_trades_are_prevented_as_the_taker_asks(engine, ask, mode, maker, taker):
    """The new order's mode decides who expires."""
    resting = engine.place("anna", ask("SELL", "0.1", "60000"))

    order = engine.place("anna", ask("BUY", "0.1", "60000", self_trade=mode))

    assert (resting.status, order.status) == (maker, taker)


def test_a_stop_order_waits_for_its_price_and_then_trades(engine, ask):
    """A stop at 59,000 sleeps until a trade at 59,000, then sells at the market."""
    engine.place("anna", ask("BUY", "0.1", "59500"))
    stop = engine.place("ben", ask("SELL", "0.2", "", type="STOP_LOSS", stop_price="59500"))
    engine.place("anna", ask("BUY", "0.5", "59400"))
    asleep = stop.executed

    engine.place("ben", ask("SELL", "0.1", "59500"))

    assert asleep == 0
    assert (stop.status, stop.fills[0].price) == ("FILLED", Decimal(59400))


def test_an_amended_order_keeps_its_place(engine, ask):
    """Made smaller, it still trades before the one that came after it."""
    first = engine.place("anna", ask("SELL", "0.5", "60000"))
    second = engine.place("anna", ask("SELL", "0.5", "60000"))
    engine.amend("anna", first, Decimal("0.2"), "smaller")

    engine.place("ben", ask("BUY", "0.3", "60000"))

    assert (first.status, second.executed) == ("FILLED", Decimal("0.1"))
    assert engine.ledger.locked("anna", "BTC") == Decimal("0.4")


def test_an_amendment_cannot_make_an_order_larger(engine, ask):
    """Only smaller is allowed."""
    order = engine.place("anna", ask("SELL", "0.5", "60000"))

    with pytest.raises(Rejected, match="quantity increase"):
        engine.amend("anna", order, Decimal("0.6"), "")


def test_every_step_of_an_order_is_told_in_order(engine, ask):
    """NEW, then one TRADE per fill; the last one says FILLED."""
    engine.place("anna", ask("SELL", "0.1", "60000"))
    engine.place("anna", ask("SELL", "0.1", "60001"))
    engine.drain()

    engine.place("ben", ask("BUY", "0.2", "60001"))

    told = [
        (event.execution, event.status)
        for event in engine.drain()
        if isinstance(event, OrderChanged) and event.order.account == "ben"
    ]
    assert told == [("NEW", "NEW"), ("TRADE", "PARTIALLY_FILLED"), ("TRADE", "FILLED")]


def test_a_cancelled_or_foreign_order_cannot_be_cancelled(engine, ask):
    """Unknown order sent."""
    order = engine.place("anna", ask("BUY", "0.1", "50000"))

    with pytest.raises(Rejected, match="Unknown order sent"):
        engine.cancel("ben", order)
    engine.cancel("anna", order)
    with pytest.raises(Rejected, match="Unknown order sent"):
        engine.cancel("anna", order)
