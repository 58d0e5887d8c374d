"""Order events that never come."""

import pytest
from binance_samples import LISTEN_KEY, POSITION_EVENT, execution

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Drop, Replace
from chaostrading.faults.registry import make

NEW = execution("NEW", "NEW", trade=-1)
TRADE = execution()
CANCELED = execution("CANCELED", "CANCELED", trade=-1)


@pytest.fixture
def decided(frame, dice, state):
    return lambda fault, *payloads: [
        fault.decide(frame("message", path=LISTEN_KEY, payload=one), dice, state)
        for one in payloads
    ]


@pytest.mark.parametrize(
    ("parameters", "fates"),
    [
        ({}, [PASS, Drop(), PASS, PASS]),
        ({"events": ["NEW", "CANCELED"]}, [Drop(), PASS, Drop(), PASS]),
        ({"balances": True}, [PASS, Drop(), PASS, Drop()]),
    ],
)
def test_loses_the_events_it_was_told_to(decided, parameters, fates):
    """New, trade, canceled, balance."""
    fault = make("fill_lost", parameters)

    assert decided(fault, NEW, TRADE, CANCELED, POSITION_EVENT) == fates


def test_loses_so_many_and_no_more(decided):
    """The first three of four."""
    fault = make("fill_lost", {"first": 3})

    assert decided(fault, TRADE, TRADE, TRADE, TRADE) == [Drop(), Drop(), Drop(), PASS]


def test_may_attribute_a_fill_to_an_order_of_somebody_else(decided):
    """The client id is one that the client never used."""
    fault = make("fill_lost", {"foreign": True})

    (fate,) = decided(fault, TRADE)

    assert fate == Replace(payloads=(execution(client_id="other-1-tob"),))


def test_answers_tell_the_truth():
    """REST is not among its frames."""
    assert make("fill_lost", {}).kinds == {"message"}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"events": ["FILLED"]}, "events must be one of TRADE, NEW, CANCELED, REJECTED, EXPIRED"),
        ({"events": []}, "number of events must be within 1..5, was 0"),
        ({"first": -1}, "first must be within 0..100000, was -1"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("fill_lost", parameters)
