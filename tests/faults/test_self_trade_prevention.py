"""The order would have met one of the same account."""

import json

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Answer
from chaostrading.faults.registry import make

ORDER = {
    "method": "POST",
    "path": "/api/v3/order",
    "query": "symbol=X&side=SELL&type=LIMIT&quantity=1.0&price=2.0&newClientOrderId=a",
}


def test_the_new_order_is_accepted_and_expires(frame, dice, state):
    """Status 200, EXPIRED_IN_MATCH, nothing executed."""
    fate = make("self_trade_prevention", {}).decide(frame(**ORDER), dice, state)

    row = json.loads(fate.body)
    assert isinstance(fate, Answer)
    assert fate.status == 200
    assert (row["status"], row["executedQty"], row["clientOrderId"]) == (
        "EXPIRED_IN_MATCH",
        "0.00000000",
        "a",
    )
    assert row["selfTradePreventionMode"] == "EXPIRE_TAKER"


def test_a_query_for_it_gets_the_same_answer(frame, dice, state):
    """The exchange never saw the order and could not tell."""
    fault = make("self_trade_prevention", {})
    query = {"path": "/api/v3/order", "query": "symbol=X&origClientOrderId=a"}

    before = fault.decide(frame(**query), dice, state)
    told = fault.decide(frame(**ORDER), dice, state)
    after = fault.decide(frame(**query), dice, state)

    assert before == PASS
    assert after == told


def test_one_side_can_be_chosen(frame, dice, state):
    """The other passes."""
    fault = make("self_trade_prevention", {"side": "BUY"})

    assert fault.decide(frame(**ORDER), dice, state) == PASS


def test_refuses_bad_values():
    """A proxy cannot expire the resting order."""
    with pytest.raises(InvalidInput, match="mode must be one of expire_taker, expire_both"):
        make("self_trade_prevention", {"mode": "expire_maker"})
