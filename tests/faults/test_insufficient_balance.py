"""The account has not enough."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Reset
from chaostrading.faults.registry import make

BUY = {"method": "POST", "path": "/api/v3/order", "query": "symbol=X&side=BUY&quantity=1"}
SELL = {"method": "POST", "path": "/api/v3/order", "query": "symbol=X&side=SELL&quantity=1"}
CANCEL = {"method": "DELETE", "path": "/api/v3/order", "query": "symbol=X&orderId=1"}


def play(fault, frame, dice, state, *requests):
    return [
        getattr(fault.decide(frame(**request), dice, state), "status", 200) for request in requests
    ]


def test_three_orders_are_rejected_then_they_pass(frame, dice, state):
    """Queries are not counted."""
    fault = make("insufficient_balance", {})

    seen = play(fault, frame, dice, state, BUY, {}, BUY, SELL, BUY, BUY)

    assert seen == [400, 200, 400, 400, 200, 200]


def test_the_words_are_those_of_the_exchange(frame, dice, state):
    """-2010 at Binance, 51008 at OKX."""
    fault = make("insufficient_balance", {})
    okx = frame(venue="okx", method="POST", path="/api/v5/trade/order", body=b'{"instId":"X"}')

    assert b"insufficient balance for requested action" in (
        fault.decide(frame(**BUY), dice, state).body
    )
    assert b'"sCode":"51008"' in fault.decide(okx, dice, state).body


def test_a_cancel_frees_locked_funds(frame, dice, state):
    """It passes, and orders after it do."""
    fault = make("insufficient_balance", {"cause": "locked"})

    assert play(fault, frame, dice, state, BUY, CANCEL, BUY) == [400, 200, 200]


def test_a_fee_in_the_base_asset_hits_sells_only(frame, dice, state):
    """What was bought is a little less than what was ordered."""
    fault = make("insufficient_balance", {"cause": "fee", "rejections": 1})

    assert play(fault, frame, dice, state, BUY, SELL, SELL) == [200, 400, 200]


def test_after_a_lost_order_the_funds_are_gone(frame, dice, state):
    """The first order reaches the exchange and its answer does not come back."""
    fault = make("insufficient_balance", {"cause": "lost_order", "rejections": 1})

    first = fault.decide(frame(**BUY), dice, state)
    lost = fault.decide(frame("answer", payload=b"{}", **BUY), dice, state)
    later = play(fault, frame, dice, state, BUY, BUY)

    assert (first, lost) == (PASS, Reset())
    assert later == [400, 200]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"rejections": 0}, "rejections must be within 1..1e\\+06, was 0"),
        ({"cause": "poor"}, "cause must be one of plain, locked, fee, lost_order, was 'poor'"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("insufficient_balance", parameters)
