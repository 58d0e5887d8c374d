"""Too many requests."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Answer, State
from chaostrading.faults.registry import make

ORDER = {
    "method": "POST",
    "path": "/api/v3/order",
    "query": "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01",
}


def test_answers_429_in_the_words_of_the_exchange(frame, dice, state):
    """Status, code, used weight and Retry-After are those of Binance."""
    fault = make("http_429", {"trigger": "always"})

    fate = fault.decide(frame(), dice, state)

    assert isinstance(fate, Answer)
    assert fate.status == 429
    assert dict(fate.headers)["Retry-After"] == "5"
    assert dict(fate.headers)["X-MBX-USED-WEIGHT-1M"] == "6100"
    assert fate.body.startswith(b'{"code":-1003,"msg":"Too much request weight used;')


def test_serves_the_first_requests_of_a_window(frame, dice, state):
    """Twenty requests within ten seconds are free, the next is refused."""
    fault = make("http_429", {})

    statuses = [
        getattr(fault.decide(frame(now_s=1_000 + 0.1 * n), dice, state), "status", 200)
        for n in range(22)
    ]

    assert statuses == [200] * 20 + [429, 429]


def test_serves_again_when_the_forbidden_time_was_kept(frame, dice, state):
    """A client that stays away for Retry-After seconds is served afterwards."""
    fault = make("http_429", {"requests": 1, "window_s": 1.0, "retry_after": "2"})
    fault.decide(frame(now_s=1_000.0), dice, state)
    fault.decide(frame(now_s=1_000.1), dice, state)

    fate = fault.decide(frame(now_s=1_002.2), dice, state)

    assert fate == PASS


def test_a_bucket_refills_with_time(frame, dice, state):
    """One token comes back every half second when ten refill in five."""
    fault = make("http_429", {"trigger": "bucket", "requests": 10, "window_s": 5.0})
    burst = [fault.decide(frame(now_s=1_000.0), dice, state) for _ in range(10)]

    later = fault.decide(frame(now_s=1_000.6), dice, state)
    at_once = fault.decide(frame(now_s=1_000.6), dice, state)

    assert burst == [PASS] * 10
    assert later == PASS
    assert at_once.status == 429


@pytest.mark.parametrize(
    ("retry_after", "header"),
    [
        ("0", "0"),
        ("86400", "86400"),
        ("soon", "soon"),
        ("", None),
        ("date:5", "Sun, 15 Jun 2025 15:06:45 GMT"),
    ],
)
def test_retry_after_is_written_as_asked(frame, dice, state, retry_after, header):
    """Seconds, zero, nonsense, nothing, or an HTTP date that counts from the wall clock."""
    fault = make("http_429", {"trigger": "always", "retry_after": retry_after})

    fate = fault.decide(frame(now_ms=1_750_000_000_000), dice, state)

    assert dict(fate.headers).get("Retry-After") == header


@pytest.mark.parametrize(
    ("body", "content_type", "start"),
    [
        ("json", "application/json;charset=UTF-8", b'{"code":-1003'),
        ("text", "text/plain", b"Too much request weight"),
        ("html", "text/html", b"<html>"),
        ("empty", None, b""),
    ],
)
def test_the_body_comes_in_four_kinds(frame, dice, state, body, content_type, start):
    """JSON as documented, bare text, a page of the edge, or nothing."""
    fault = make("http_429", {"trigger": "always", "body": body})

    fate = fault.decide(frame(), dice, state)

    assert dict(fate.headers).get("Content-Type") == content_type
    assert fate.body.startswith(start)
    assert bool(fate.body) is bool(start)


def test_the_order_count_limit_leaves_queries_and_cancels_alone(frame, dice, state):
    """-1015 counts new orders only."""
    fault = make("http_429", {"trigger": "always", "kind": "orders"})

    query = fault.decide(frame(), dice, state)
    cancel = fault.decide(frame(method="DELETE", path="/api/v3/order"), dice, state)
    order = fault.decide(frame(**ORDER), dice, state)

    assert (query, cancel) == (PASS, PASS)
    assert b"-1015" in order.body


def test_upgrades_count_as_requests(frame, dice, state):
    """Opening a WebSocket meets the limit, too."""
    fault = make("http_429", {"trigger": "always"})

    fate = fault.decide(frame(path="/ws/btcusdt@trade", query="", upgrade=True), dice, state)

    assert fate.status == 429


def test_a_websocket_api_call_gets_the_moment_of_return_in_milliseconds(frame, dice, state):
    """REST counts seconds, the WebSocket API names an epoch in milliseconds, with the call's id."""
    fault = make("http_429", {"trigger": "always"})
    call = frame(
        "message",
        path="/ws-api/v3",
        direction="up",
        payload=b'{"id":"a1","method":"order.place","params":{"symbol":"BTCUSDT"}}',
        now_ms=1_750_000_000_000,
    )

    fate = fault.decide(call, dice, state)

    assert isinstance(fate, Answer)
    assert fate.body.startswith(b'{"id":"a1","status":429,"error":{"code":-1003,')
    assert b'"retryAfter":1750000005000' in fate.body


def test_market_stream_messages_are_no_requests(frame, dice, state):
    """A subscription and the data it brings are not counted."""
    fault = make("http_429", {"trigger": "always"})
    subscribe = frame(
        "message",
        path="/ws",
        direction="up",
        payload=b'{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}',
    )

    assert fault.decide(subscribe, dice, state) == PASS


def test_going_on_while_told_to_stay_away_earns_a_ban(frame, dice, state):
    """The second request inside the forbidden time is one too many; its body says until when."""
    fault = make("http_429", {"trigger": "always", "ban_after": 2, "ban_s": 30.0})

    statuses = [
        fault.decide(frame(now_s=1_000.0 + n), dice, state).status for n in (0, 1, 2, 3, 31.9)
    ]

    assert statuses == [429, 429, 418, 418, 418]


def test_requests_under_way_when_the_limit_is_reached_are_forgiven(frame, dice, state):
    """Half a second of grace: nobody can obey an answer that has not arrived."""
    fault = make("http_429", {"trigger": "always", "ban_after": 1})

    statuses = [
        fault.decide(frame(now_s=1_000.0 + n), dice, state).status for n in (0, 0.1, 0.4, 0.6)
    ]

    assert statuses == [429, 429, 429, 418]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"retry_after": 5}, "http_429: retry_after must be of type str, was 5"),
        ({"retry_after": "5\r\nX: y"}, "http_429: retry_after must be one line"),
        ({"trigger": "never"}, "http_429: trigger must be one of always, after, bucket"),
        ({"window_s": 0}, "http_429: window_s must be within 0.1..3600, was 0.0"),
        ({"body": "xml"}, "http_429: body must be one of json, text, html, empty, was 'xml'"),
        ({"ban_s": 60, "ban_s_cap": 10}, "http_429: ban_s_cap must be within 60..259200, was 10.0"),
        ({"retryafter": "5"}, "unknown http_429 parameter 'retryafter', did you mean retry_after?"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the fault, the rule and the value."""
    with pytest.raises(InvalidInput) as caught:
        make("http_429", parameters)

    assert str(caught.value).startswith(message)


def test_same_frames_same_fates(frame):
    """Two runs over the same frames agree."""
    fault = make("http_429", {"requests": 3})
    frames = [frame(now_s=1_000.0 + n * 0.3) for n in range(30)]

    runs = [
        [fault.decide(one, dice, state) for one in frames]
        for dice, state in ((Dice(1), State(armed_s=1_000.0)), (Dice(1), State(armed_s=1_000.0)))
    ]

    assert runs[0] == runs[1]
