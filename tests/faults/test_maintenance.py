"""The market does not trade."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Answer, Drop
from chaostrading.faults.registry import make

LIMIT = {"method": "POST", "path": "/api/v3/order", "query": "symbol=X&type=LIMIT&quantity=1"}
MAKER = {"method": "POST", "path": "/api/v3/order", "query": "symbol=X&type=LIMIT_MAKER&quantity=1"}
CANCEL = {"method": "DELETE", "path": "/api/v3/order", "query": "symbol=X&orderId=1"}
TRADE = b'{"e":"trade","E":1,"s":"X","p":"1"}'


def test_orders_are_refused_and_cancels_pass(frame, dice, state):
    """`Market is closed.`, while data goes on."""
    fault = make("maintenance", {})

    order = fault.decide(frame(**LIMIT), dice, state)

    assert order.status == 400
    assert order.body == b'{"code":-1013,"msg":"Market is closed."}'
    assert fault.decide(frame(**CANCEL), dice, state) == PASS
    assert fault.decide(frame(), dice, state) == PASS
    assert fault.decide(frame("message", path="/ws", payload=TRADE), dice, state) == PASS


def test_post_only_takes_orders_that_add_liquidity(frame, dice, state):
    """As venues do after an upgrade."""
    fault = make("maintenance", {"state": "POST_ONLY"})

    assert fault.decide(frame(**LIMIT), dice, state).status == 400
    assert fault.decide(frame(**MAKER), dice, state) == PASS


def test_cancels_can_be_refused(frame, dice, state):
    """The worst kind of maintenance."""
    fault = make("maintenance", {"cancels_allowed": False})

    assert fault.decide(frame(**CANCEL), dice, state).status == 400


def test_the_rules_say_that_the_market_is_halted(frame, dice, state):
    """The status of trading instruments, and no other byte."""
    fault = make("maintenance", {"state": "BREAK"})
    answer = frame(
        "answer", path="/api/v3/exchangeInfo", payload=b'{"symbol":"X","status":"TRADING"}'
    )

    assert fault.decide(answer, dice, state).payloads == (b'{"symbol":"X","status":"BREAK"}',)


def test_frozen_data_repeats_the_first_answer_and_keeps_streams_silent(frame, dice, state):
    """Each question has its own first answer."""
    fault = make("maintenance", {"public_data": "frozen"})

    first = fault.decide(frame(), dice, state)
    fault.decide(frame("answer", payload=b'{"lastUpdateId":1}'), dice, state)
    again = fault.decide(frame(), dice, state)
    other = fault.decide(frame(query="symbol=Y"), dice, state)

    assert (first, other) == (PASS, PASS)
    assert isinstance(again, Answer)
    assert again.body == b'{"lastUpdateId":1}'
    assert fault.decide(frame("message", path="/ws", payload=TRADE), dice, state) == Drop()


def test_data_that_is_off_is_refused(frame, dice, state):
    """Questions get an error, streams nothing."""
    fault = make("maintenance", {"public_data": "off"})

    assert fault.decide(frame(), dice, state).status == 400
    assert fault.decide(frame("message", path="/ws", payload=TRADE), dice, state) == Drop()


def test_open_orders_vanish_when_they_are_wiped(frame, dice, state):
    """From the given moment on; the exchange itself still has them."""
    fault = make("maintenance", {"orders_wiped_after_s": 10})
    path = "/api/v3/openOrders"

    early = fault.decide(frame("answer", path=path, payload=b"[{}]", now_s=1_009), dice, state)
    late = fault.decide(frame("answer", path=path, payload=b"[{}]", now_s=1_010), dice, state)

    assert early == PASS
    assert late.body == b"[]"


def test_refuses_bad_values():
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match="state must be one of HALT, BREAK, CANCEL_ONLY"):
        make("maintenance", {"state": "CLOSED"})
