"""The address is banned."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.registry import make

STREAM = {"path": "/ws/btcusdt@trade", "query": "", "upgrade": True}


def statuses(fault, frame, dice, state, times):
    return [
        getattr(fault.decide(frame(now_s=1_000 + at_s), dice, state), "status", 200)
        for at_s in times
    ]


def test_who_goes_on_after_a_429_is_banned(frame, dice, state):
    """The limit, the warning, one request too many, thirty seconds of 418."""
    fault = make("http_418_ban", {"requests": 2})

    seen = statuses(fault, frame, dice, state, (0, 0.1, 0.2, 1.0, 5.0, 30.9, 31.1))

    assert seen == [200, 200, 429, 418, 418, 418, 200]


def test_who_obeys_the_429_never_sees_the_418(frame, dice, state):
    """Five seconds of silence and the address is served again."""
    fault = make("http_418_ban", {"requests": 2})

    seen = statuses(fault, frame, dice, state, (0, 0.1, 0.2, 5.3, 5.4, 5.5, 10.6))

    assert seen == [200, 200, 429, 200, 200, 429, 200]


def test_the_ban_covers_every_request_of_the_address(frame, dice, state):
    """Upgrades to WebSocket and calls of the WebSocket API included."""
    fault = make("http_418_ban", {"trigger": "always"})
    statuses(fault, frame, dice, state, (0, 1))

    upgrade = fault.decide(frame(now_s=1_002.0, **STREAM), dice, state)
    call = fault.decide(
        frame(
            "message",
            path="/ws-api/v3",
            direction="up",
            payload=b'{"id":4,"method":"time"}',
            now_s=1_002.0,
        ),
        dice,
        state,
    )

    assert (upgrade.status, call.status) == (418, 418)
    assert call.body.startswith(b'{"id":4,"status":418,')


def test_body_and_header_say_until_when(frame, dice, state):
    """An epoch in milliseconds in the text, seconds in Retry-After."""
    fault = make("http_418_ban", {"trigger": "always", "ban_s": 30.0})
    statuses(fault, frame, dice, state, (0, 1))

    fate = fault.decide(frame(now_s=1_011.0, now_ms=1_750_000_011_000), dice, state)

    assert b"IP banned until 1750000031000" in fate.body
    assert dict(fate.headers)["Retry-After"] == "20"


def test_each_further_ban_is_twice_as_long_up_to_the_cap(frame, dice, state):
    """10, 20, 25 seconds; who waits one ban out and breaks the rule again pays more."""
    fault = make("http_418_ban", {"trigger": "always", "ban_s": 10.0, "ban_s_cap": 25.0})

    bans = [
        statuses(fault, frame, dice, state, (at_s, at_s + 1, at_s + 1 + length_s - 0.1))
        for at_s, length_s in ((0, 10), (12, 20), (34, 25))
    ]
    free = statuses(fault, frame, dice, state, (60.1,))

    assert bans == [[429, 418, 418]] * 3
    assert free == [429]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"after": 0}, "http_418_ban: after must be within 1..1e+06, was 0"),
        ({"ban_s": 0}, "http_418_ban: ban_s must be within 0.1..259200, was 0.0"),
        ({"ban_s": 200.0}, "http_418_ban: ban_s_cap must be within 200..259200, was 120.0"),
        ({"after": "1"}, "http_418_ban: after must be of type int, was '1'"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput) as caught:
        make("http_418_ban", parameters)

    assert str(caught.value) == message
