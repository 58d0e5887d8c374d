"""The exchange is overloaded and sheds requests."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS
from chaostrading.faults.registry import make

ORDER = {"method": "POST", "path": "/api/v3/order", "query": "symbol=X&side=BUY&quantity=1"}
CANCEL = {"method": "DELETE", "path": "/api/v3/order", "query": "symbol=X&orderId=1"}


def test_sheds_orders_and_spares_cancels_and_queries(frame, dice, state):
    """-1008 at Binance, the well-known sentence of BitMEX elsewhere."""
    fault = make("overload_shed", {"shed_share": 1.0})

    binance = fault.decide(frame(**ORDER), dice, state)
    generic = fault.decide(frame(venue="generic", method="POST", path="/v1/order"), dice, state)

    assert binance.status == 503
    assert binance.body.startswith(b'{"code":-1008')
    assert b"The system is currently overloaded. Please try again later." in generic.body
    assert fault.decide(frame(**CANCEL), dice, state) == PASS
    assert fault.decide(frame(), dice, state) == PASS


def test_who_comes_again_too_soon_is_shed_again(frame, dice, state):
    """Half a second of pause is asked for; each attempt within it starts it anew."""
    fault = make("overload_shed", {"shed_share": 0.0})
    state.memory["pause_until_s"] = 1_000.5

    soon = fault.decide(frame(now_s=1_000.4, **ORDER), dice, state)
    sooner = fault.decide(frame(now_s=1_000.8, **ORDER), dice, state)
    later = fault.decide(frame(now_s=1_001.4, **ORDER), dice, state)

    assert (soon.status, sooner.status) == (503, 503)
    assert later == PASS


def test_half_of_the_orders_are_shed(frame, dice, state):
    """By seeded dice, when the pause is kept."""
    fault = make("overload_shed", {})

    fates = [fault.decide(frame(now_s=1_000.0 + n, **ORDER), dice, state) for n in range(200)]

    assert 70 < sum(fate != PASS for fate in fates) < 130


def test_cancels_and_body_can_be_chosen(frame, dice, state):
    """A raw body stands as it is."""
    fault = make("overload_shed", {"shed_share": 1.0, "cancels": True, "body": "busy"})

    assert fault.decide(frame(**CANCEL), dice, state).body == b"busy"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"status": 500}, "status must be one of 503, 429, was 500"),
        ({"shed_share": 50}, "shed_share must be within 0..1, was 50.0"),
        ({"pause_s": -1}, "pause_s must be within 0..60, was -1.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """A share is 0..1 and not a percentage."""
    with pytest.raises(InvalidInput, match=message):
        make("overload_shed", parameters)
