"""The private stream ends, or falls silent."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Drop, Replace
from chaostrading.faults.registry import make

EVENT = b'{"e":"outboundAccountPosition","E":1,"u":1,"B":[]}'
TRADE = b'{"e":"trade","E":1,"s":"X","p":"1"}'
KEYED = {"path": "/ws/listenkey1"}
API = {"path": "/ws-api/v3"}


def test_account_events_stop_and_market_data_goes_on(frame, dice, state):
    """Nothing else shows it."""
    fault = make("user_stream_expiry", {})

    assert fault.decide(frame("message", payload=EVENT, **KEYED), dice, state) == Drop()
    assert fault.decide(frame("message", payload=TRADE, path="/ws"), dice, state) == PASS
    assert fault.decide(frame("tick", **KEYED), dice, state) == PASS


@pytest.mark.parametrize(("heal", "fate"), [("new_session", PASS), ("lease", Drop())])
def test_a_new_connection_carries_them_again(frame, dice, state, heal, fate):
    """Unless nothing heals before the fault ends."""
    fault = make("user_stream_expiry", {"heal": heal})
    event = frame("message", payload=EVENT, connected_s=1_001.0, **KEYED)

    assert fault.decide(event, dice, state) == fate


def test_a_new_subscription_brings_them_back(frame, dice, state):
    """On the same connection of the WebSocket API."""
    fault = make("user_stream_expiry", {})
    subscribe = b'{"id":1,"method":"userDataStream.subscribe.signature","params":{}}'
    wrapped = b'{"subscriptionId":0,"event":' + EVENT + b"}"

    before = fault.decide(frame("message", payload=wrapped, **API), dice, state)
    fault.decide(frame("message", direction="up", payload=subscribe, **API), dice, state)
    after = fault.decide(frame("message", payload=wrapped, **API), dice, state)

    assert (before, after) == (Drop(), PASS)


@pytest.mark.parametrize(
    ("how", "path", "event"),
    [
        ("key_expired", "/ws/listenkey1",
         b'{"e":"listenKeyExpired","E":1750000000000,"listenKey":"listenkey1"}'),
        ("terminated", "/ws-api/v3",
         b'{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1750000000000}}'),
    ],
)  # fmt: skip
def test_the_client_is_told_once(frame, dice, state, how, path, event):
    """By an event of its own, in the dialect of the connection."""
    fault = make("user_stream_expiry", {"how": how})

    first = fault.decide(frame("tick", path=path), dice, state)
    second = fault.decide(frame("tick", path=path), dice, state)

    assert first == Replace(payloads=(event,))
    assert second == PASS


@pytest.mark.parametrize("path", ["/ws/btcusdt@trade", "/ws", "/stream"])
def test_market_connections_are_told_nothing(frame, dice, state, path):
    """They carry no account."""
    fault = make("user_stream_expiry", {"how": "key_expired"})

    assert fault.decide(frame("tick", path=path), dice, state) == PASS


def test_the_renewal_of_the_key_is_refused(frame, dice, state):
    """-1125; making a new key works."""
    fault = make("user_stream_expiry", {"how": "renewal_refused"})
    path = "/api/v3/userDataStream"

    renewal = fault.decide(frame(method="PUT", path=path, query="listenKey=l"), dice, state)
    new = fault.decide(frame(method="POST", path=path, query=""), dice, state)

    assert renewal.body == b'{"code":-1125,"msg":"This listenKey does not exist."}'
    assert new == PASS


def test_refuses_bad_values():
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match="how must be one of silent, key_expired, terminated"):
        make("user_stream_expiry", {"how": "loud"})
