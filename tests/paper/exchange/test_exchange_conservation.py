"""The exchange never loses and never invents: money and fills are conserved, whatever is asked."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaostrading.core.clock import ManualClock
from chaostrading.paper.exchange.engine import Engine
from chaostrading.paper.exchange.lists import place_oco
from chaostrading.paper.exchange.orders import OrderRequest
from chaostrading.paper.exchange.rejections import Rejected
from chaostrading.paper.exchange.rules import DEFAULT_RULES

ACCOUNTS = ("anna", "ben")
ASSETS = ("USDT", "BTC", "ETH")

prices = st.integers(59_980, 60_020).map(Decimal)
quantities = st.integers(1, 60_000).map(lambda number: Decimal(number) / 100_000)
steps = st.lists(
    st.tuples(
        st.sampled_from(ACCOUNTS),
        st.sampled_from(
            ["LIMIT", "LIMIT", "LIMIT", "MARKET", "QUOTE", "STOP_LOSS", "STOP_LOSS_LIMIT",
             "TAKE_PROFIT_LIMIT", "LIMIT_MAKER", "OCO", "CANCEL", "AMEND", "HOUSE", "TAKE"]
        ),
        st.sampled_from(["BUY", "SELL"]),
        prices,
        prices,
        quantities,
        st.sampled_from(["GTC", "IOC", "FOK"]),
        st.sampled_from(["NONE", "EXPIRE_MAKER", "EXPIRE_TAKER", "EXPIRE_BOTH"]),
    ),
    min_size=5,
    max_size=60,
)  # fmt: skip


def act(engine, account, kind, side, price, stop, quantity, force, self_trade):
    def ask(**more):
        values = {"type": kind, "quantity": quantity, "self_trade": self_trade, **more}
        return OrderRequest(symbol="BTCUSDT", side=side, **values)

    open_orders = engine.open_orders(account)
    if kind == "LIMIT":
        engine.place(account, ask(price=price, time_in_force=force))
    elif kind == "LIMIT_MAKER":
        engine.place(account, ask(price=price))
    elif kind == "MARKET":
        engine.place(account, ask())
    elif kind == "QUOTE":
        engine.place(account, ask(type="MARKET", quantity=None, quote_quantity=quantity * 9000))
    elif kind == "STOP_LOSS":
        engine.place(account, ask(stop_price=stop))
    elif kind in ("STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"):
        engine.place(account, ask(stop_price=stop, price=price, time_in_force=force))
    elif kind == "OCO":
        high, low = max(price, stop), min(price, stop)
        limit = ask(type="LIMIT_MAKER", price=high if side == "SELL" else low)
        leg = ask(type="STOP_LOSS", stop_price=low if side == "SELL" else high)
        above, below = (limit, leg) if side == "SELL" else (leg, limit)
        place_oco(engine, account, "", above, below)
    elif kind == "CANCEL" and open_orders:
        engine.cancel(account, open_orders[0])
    elif kind == "AMEND" and open_orders:
        engine.amend(account, open_orders[-1], quantity, "")
    elif kind == "HOUSE":
        engine.quote("BTCUSDT", side, price, quantity)
    elif kind == "TAKE":
        engine.take("BTCUSDT", side, quantity)


def check(engine, totals):
    for asset in ASSETS:
        assert engine.ledger.total(asset) == totals[asset]
        for account in ACCOUNTS:
            assert engine.ledger.free(account, asset) >= 0
    for account in ACCOUNTS:
        held = {asset: Decimal(0) for asset in ASSETS}
        for order in engine.orders(account):
            asset = "USDT" if order.side == "BUY" else "BTC"
            held[asset] += order.locked
            assert sum((fill.quantity for fill in order.fills), Decimal(0)) == order.executed
            assert order.locked >= 0
            assert order.open or order.locked == 0
        assert {asset: engine.ledger.locked(account, asset) for asset in ASSETS} == held
    book = engine.book("BTCUSDT")
    bid, ask = book.best("BUY"), book.best("SELL")
    assert bid is None or ask is None or bid[0] < ask[0]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(steps)
def test_money_is_conserved_and_locks_match_orders_after_every_step(story):
    """Over any story: totals stay, nobody is overdrawn, locks belong to open orders, no cross."""
    engine = Engine(DEFAULT_RULES, ManualClock())
    for account in ACCOUNTS:
        engine.open_account(account, {"USDT": Decimal(60_000), "BTC": Decimal(1)})
    totals = {asset: engine.ledger.total(asset) for asset in ASSETS}

    for step in story:
        with suppress(Rejected):
            act(engine, *step)
        check(engine, totals)
