"""Executions that are told more than once."""

import pytest
from binance_samples import LISTEN_KEY, POSITION_EVENT, execution, trade

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make


@pytest.fixture
def event(frame):
    return lambda payload, **more: frame("message", path=LISTEN_KEY, payload=payload, **more)


def test_tells_an_execution_twice(event, dice, state):
    """The same bytes, one right behind the other."""
    fault = make("fill_duplicate", {})

    fate = fault.decide(event(execution()), dice, state)

    assert fate == Replace(payloads=(execution(), execution()))


def test_tells_it_again_when_the_client_comes_back(frame, event, dice, state):
    """On the new private connection, once, when it has had time to subscribe."""
    fault = make("fill_duplicate", {"form": "none"})
    told = fault.decide(event(execution()), dice, state)

    ticks = [
        fault.decide(
            frame("tick", path=LISTEN_KEY, connection=2, connected_s=1_010.0, now_s=now),
            dice,
            state,
        )
        for now in (1_010.1, 1_010.6, 1_010.7)
    ]

    assert told == PASS
    assert ticks == [PASS, Replace(payloads=(execution(),), opcode=1), PASS]


def test_tells_it_again_later(frame, event, dice, state):
    """On the connection that it came on."""
    fault = make("fill_duplicate", {"form": "later", "later_s": 10.0})
    fault.decide(event(execution()), dice, state)

    ticks = [
        fault.decide(frame("tick", connection=number, now_s=now), dice, state)
        for number, now in [(1, 1_009.9), (2, 1_010.0), (1, 1_010.0), (1, 1_010.1)]
    ]

    assert ticks == [PASS, PASS, Replace(payloads=(execution(),), opcode=1), PASS]


def test_gives_different_fills_one_trade_id(event, dice, state):
    """Order id and everything else stay those of the second fill."""
    fault = make("fill_duplicate", {"form": "same_trade_id"})

    fates = [
        fault.decide(event(execution(trade=number, order=number + 500)), dice, state)
        for number in (77, 78)
    ]

    assert fates == [PASS, Replace(payloads=(execution(trade=77, order=578),))]


def test_events_that_are_no_executions_come_once(event, dice, state):
    """New orders, balances and public trades."""
    fault = make("fill_duplicate", {})
    payloads = (execution("NEW", "NEW", trade=-1), POSITION_EVENT, trade())

    assert [fault.decide(event(one), dice, state) for one in payloads] == [PASS] * 3


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "thrice"}, "form must be one of twice, later, same_trade_id, none"),
        ({"later_s": 0.0}, "later_s must be within 0.1..3600, was 0.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("fill_duplicate", parameters)
