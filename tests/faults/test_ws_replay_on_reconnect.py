"""An exchange that tells old executions again to everybody who comes back."""

import pytest
from binance_samples import LISTEN_KEY, book_ticker, execution

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace, Reset
from chaostrading.faults.registry import make

OTHER_KEY = "/ws/zzzz91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8azzzz"


@pytest.fixture
def told(frame, dice, state):
    """A fault that has seen three executions on an old private connection."""

    def make_one(parameters):
        fault = make("ws_replay_on_reconnect", parameters)
        for trade in (1, 2, 3):
            event = frame("message", path=LISTEN_KEY, payload=execution(trade=trade))
            assert fault.decide(event, dice, state) == PASS
        return fault

    return make_one


@pytest.fixture
def tick(frame):
    return lambda now_s, connected_s, path=OTHER_KEY: frame(
        "tick", now_s=now_s, connected_s=connected_s, path=path, connection=int(connected_s)
    )


def test_tells_past_events_again_once_per_new_private_connection(told, tick, dice, state):
    """The newest ones, in their order, byte for byte, when it has had time to subscribe."""
    fault = told({"events": 2})

    fates = [fault.decide(tick(now, 1_020.0), dice, state) for now in (1_020.1, 1_020.5, 1_021.0)]

    replay = Replace(payloads=(execution(trade=2), execution(trade=3)), opcode=1)
    assert fates == [PASS, replay, PASS]


def test_may_flag_them_as_a_snapshot(told, tick, dice, state):
    """The flag is one more member; the rest stays."""
    fault = told({"events": 1, "flagged": True})

    fate = fault.decide(tick(1_030.0, 1_020.0), dice, state)

    assert fate.payloads == (b'{"snapshot":true,' + execution(trade=3)[1:],)


def test_resets_private_connections_after_a_while(told, tick, dice, state):
    """Ten seconds after arming, and only those that carry account events."""
    fault = told({})

    fates = [
        fault.decide(tick(1_009.9, 9.0, LISTEN_KEY), dice, state),
        fault.decide(tick(1_010.0, 9.0, LISTEN_KEY), dice, state),
        fault.decide(tick(1_010.0, 9.0, "/ws/btcusdt@bookTicker"), dice, state),
    ]

    assert fates == [PASS, Reset(), PASS]


def test_market_connections_get_nothing(told, tick, dice, state):
    """Only who asks for account events is told."""
    fault = told({})

    fate = fault.decide(tick(1_030.0, 1_020.0, "/ws/btcusdt@bookTicker"), dice, state)

    assert fate == PASS


def test_nothing_happens_without_events(frame, tick, dice, state):
    """There is nothing to replay, so no connection is cut for it."""
    fault = make("ws_replay_on_reconnect", {})
    fault.decide(frame("message", path="/ws", payload=book_ticker()), dice, state)

    assert fault.decide(tick(1_015.0, 9.0, LISTEN_KEY), dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"events": 0}, "events must be within 1..1000, was 0"),
        ({"cut_after_s": -1.0}, "cut_after_s must be within 0..86400, was -1.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("ws_replay_on_reconnect", parameters)
