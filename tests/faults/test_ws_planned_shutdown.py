"""The end of a connection's allowed life, announced or not."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Close, Replace
from chaostrading.faults.registry import make


@pytest.fixture
def ticks(frame, dice, state):
    """The fates of one connection at these times, in seconds since arming."""

    def fates(fault, times, connected_s=1_000.0, path="/ws"):
        return [
            fault.decide(
                frame("tick", now_s=1_000.0 + at, connected_s=connected_s, path=path), dice, state
            )
            for at in times
        ]

    return fates


def test_announces_then_closes_a_connection_that_is_old_enough(ticks):
    """Once at 110 s, closed with 1001 at 120 s."""
    fault = make("ws_planned_shutdown", {})

    fates = ticks(fault, (109.9, 110.0, 110.1, 119.9, 120.0))

    notice = Replace(payloads=(b'{"e":"serverShutdown","E":1750000000000}',), opcode=1)
    assert fates == [PASS, notice, PASS, PASS, Close(code=1001)]


@pytest.mark.parametrize(
    ("announce", "path", "payload"),
    [
        (
            "serverShutdown",
            "/stream",
            b'{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1750000000000}}',
        ),
        (
            "serverShutdown",
            "/ws-api/v3",
            b'{"event":{"e":"serverShutdown","E":1750000000000}}',
        ),
        (
            "notice",
            "/ws/v5/public",
            b'{"event":"notice","code":"64008","msg":"The connection will soon be closed for a '
            b'service upgrade. Please reconnect.","connId":"00000001"}',
        ),
    ],
)
def test_announces_in_the_wrapper_of_the_connection(ticks, announce, path, payload):
    """Combined streams, WebSocket API, and OKX's notice."""
    fault = make("ws_planned_shutdown", {"announce": announce})

    fates = ticks(fault, (115.0,), path=path)

    assert fates == [Replace(payloads=(payload,), opcode=1)]


def test_old_connections_are_announced_at_once_and_keep_the_lead(ticks):
    """A connection that has outlived the limit at arming still gets ten seconds."""
    fault = make("ws_planned_shutdown", {})

    fates = ticks(fault, (0.0, 9.9, 10.0), connected_s=1.0)

    assert [type(fate).__name__ for fate in fates] == ["Replace", "Pass", "Close"]


def test_may_close_without_announcement_or_announce_without_close(ticks):
    """Variants of the notice that clients cannot count on."""
    silent = make("ws_planned_shutdown", {"announce": "none"})
    harmless = make("ws_planned_shutdown", {"follow": "none"})

    closed = ticks(silent, (119.0, 120.0))
    left_open = ticks(harmless, (110.0, 125.0))

    assert closed == [PASS, Close(code=1001)]
    assert [type(fate).__name__ for fate in left_open] == ["Replace", "Pass"]


def test_all_at_once_spares_those_that_came_after_the_announcement(ticks):
    """At 120 s everything older than the announcement ends; its successor lives to 240 s."""
    fault = make("ws_planned_shutdown", {"all_at_once": True, "announce": "none"})

    old = ticks(fault, (119.9, 120.0), connected_s=1_050.0)
    successor = ticks(fault, (120.0, 239.9, 240.0), connected_s=1_112.0)

    assert old == [PASS, Close(code=1001)]
    assert successor == [PASS, PASS, Close(code=1001)]


def test_http_connections_have_no_age(frame, dice, state):
    """Only WebSockets end."""
    fault = make("ws_planned_shutdown", {})
    tick = frame("tick", now_s=2_000.0, connected_s=1.0, websocket=False)

    assert fault.decide(tick, dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"announce": "mail"}, "announce must be one of serverShutdown, notice, none"),
        ({"lead_s": 121.0}, r"lead_s must be within 0\.\.limit_s, was 121\.0"),
        ({"follow": "rst"}, "follow must be one of close, none, was 'rst'"),
        ({"code": 1006}, "code must be one that may stand in a close frame"),
        ({"limit_s": 0.0}, "limit_s must be within 0.1..86400, was 0.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("ws_planned_shutdown", parameters)
