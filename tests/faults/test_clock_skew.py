"""The exchange's clock and the client's do not agree."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make

NOW_MS = 1_750_000_000_000


def signed(frame, sent_ms, extra="", **others):
    query = f"symbol=X&side=BUY&quantity=1&timestamp={sent_ms}{extra}"
    return frame(method="POST", path="/api/v3/order", query=query, now_ms=NOW_MS, **others)


@pytest.mark.parametrize(
    ("offset_s", "sent_ms", "extra", "code"),
    [
        (-1.5, NOW_MS, "", b"1000ms ahead"),
        (-1.5, NOW_MS - 600, "", None),
        (-0.9, NOW_MS, "", None),
        (6.0, NOW_MS, "", b"outside of the recvWindow"),
        (6.0, NOW_MS, "&recvWindow=10000", None),
    ],
)
def test_signed_requests_are_refused_as_the_skewed_clock_would(
    frame, dice, state, offset_s, sent_ms, extra, code
):
    """More than a second ahead is refused whatever the window; late only beyond the window."""
    fault = make("clock_skew", {"offset_s": offset_s})

    fate = fault.decide(signed(frame, sent_ms, extra), dice, state)

    assert (fate != PASS) is (code is not None)
    assert (code or b"") in getattr(fate, "body", b"")


def test_public_requests_pass(frame, dice, state):
    """They carry no time."""
    assert make("clock_skew", {}).decide(frame(), dice, state) == PASS


def test_the_exchange_tells_the_skewed_time(frame, dice, state):
    """Body and Date header are shifted, other headers and bytes stay."""
    fault = make("clock_skew", {"offset_s": -30})
    answer = frame(
        "answer",
        path="/api/v3/time",
        query="",
        payload=b'{"serverTime":1750000000123}',
        headers=(("Date", "Sun, 15 Jun 2025 15:06:40 GMT"), ("X-Other", "1")),
        now_ms=NOW_MS,
    )

    fate = fault.decide(answer, dice, state)

    assert isinstance(fate, Replace)
    assert fate.payloads == (b'{"serverTime":1749999970123}',)
    assert fate.headers == (("Date", "Sun, 15 Jun 2025 15:06:10 GMT"), ("X-Other", "1"))


def test_market_messages_carry_the_skewed_time(frame, dice, state):
    """Event time and trade time; messages without a time pass."""
    fault = make("clock_skew", {"offset_s": 1})
    trade = b'{"e":"trade","E":1750000000000,"s":"X","t":1,"p":"1","T":1750000000000}'
    book = b'{"u":4,"s":"X","b":"25.3","B":"31.2","a":"25.4","A":"40.6"}'

    shifted = fault.decide(frame("message", path="/ws", payload=trade), dice, state)
    untouched = fault.decide(frame("message", path="/ws", payload=book), dice, state)

    assert shifted.payloads == (trade.replace(b"1750000000000", b"1750000001000"),)
    assert untouched == PASS


def test_the_offset_drifts(frame, dice, state):
    """Six seconds a minute are three after half of it."""
    fault = make("clock_skew", {"offset_s": 0, "drift_s_per_minute": 6, "date_header": False})
    answer = frame(
        "answer", path="/api/v3/time", payload=b'{"serverTime":1750000000000}', now_s=1_030.0
    )

    assert fault.decide(answer, dice, state).payloads == (b'{"serverTime":1750000003000}',)


def test_rejecting_and_lying_can_be_left_out(frame, dice, state):
    """A server that lies about its clock but accepts, and one that refuses but tells the truth."""
    liar = make("clock_skew", {"reject": False})
    honest = make("clock_skew", {"server_time": False, "date_header": False})
    answer = frame("answer", path="/api/v3/time", payload=b'{"serverTime":1750000000000}')

    assert liar.decide(signed(frame, NOW_MS), dice, state) == PASS
    assert honest.decide(answer, dice, state) == PASS


def test_refuses_bad_values():
    """At most a minute and a half either way."""
    with pytest.raises(InvalidInput, match=r"offset_s must be within -90..90, was 100.0"):
        make("clock_skew", {"offset_s": 100})
