"""What Binance says when something is wrong."""

import json

import pytest

from chaostrading.venues.base import Words
from chaostrading.venues.binance import BINANCE

NOW_MS = 1_750_000_000_000


@pytest.mark.parametrize(
    ("words", "status", "row"),
    [
        (
            BINANCE.banned(until_ms=1_750_000_030_000, retry_after="30", body="json"),
            418,
            {
                "code": -1003,
                "msg": "Way too much request weight used; IP banned until 1750000030000. "
                "Please use WebSocket Streams for live updates to avoid bans.",
            },
        ),
        (
            BINANCE.error(status=400, code="-2013"),
            400,
            {"code": -2013, "msg": "Order does not exist."},
        ),
        (
            BINANCE.error(status=400, code="-2010", message="Duplicate order sent."),
            400,
            {"code": -2010, "msg": "Duplicate order sent."},
        ),
        (
            BINANCE.unknown_status(status=503),
            503,
            {
                "code": -1007,
                "msg": "Timeout waiting for response from backend server. "
                "Send status unknown; execution status unknown.",
            },
        ),
        (
            BINANCE.overloaded(status=503),
            503,
            {
                "code": -1008,
                "msg": "Server is currently overloaded with other requests. "
                "Please try again in a few minutes.",
            },
        ),
        (BINANCE.maintenance(state="HALT"), 400, {"code": -1013, "msg": "Market is closed."}),
        (
            BINANCE.maintenance(state="POST_ONLY"),
            400,
            {"code": -2010, "msg": "Order would immediately match and take."},
        ),
        (
            BINANCE.error_in_200(code="-1021"),
            200,
            {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."},
        ),
    ],
)
def test_errors_are_said_in_the_documented_words(words, status, row):
    """Status, code and text of the errors document."""
    assert words.status == status
    assert json.loads(words.body) == row
    assert dict(words.headers)["Content-Type"] == "application/json;charset=UTF-8"


def test_the_firewall_speaks_html_and_gives_no_time():
    """A page of the edge network; nothing says when to come back."""
    words = BINANCE.firewall(status=403)

    assert dict(words.headers)["Content-Type"] == "text/html"
    assert "Retry-After" not in dict(words.headers)
    assert b"<H1>403 ERROR</H1>" in words.body


def test_a_region_is_refused_in_json():
    """451 comes from the exchange and not from the edge."""
    words = BINANCE.firewall(status=451)

    assert words.status == 451
    assert json.loads(words.body)["code"] == 0


def test_the_edge_speaks_html():
    """520 is Cloudflare's word for an origin that makes no sense."""
    words = BINANCE.edge_error(status=520)

    assert words.status == 520
    assert b"Error code 520" in words.body


@pytest.mark.parametrize(
    ("retry_after", "moment"),
    [("30", 1_750_000_030_000), ("Sun, 15 Jun 2025 15:06:45 GMT", 1_750_000_005_000)],
)
def test_over_the_websocket_api_the_wait_becomes_a_moment(retry_after, moment):
    """Milliseconds since 1970 instead of seconds from now."""
    words = BINANCE.rate_limited(
        retry_after=retry_after, body="json", used_weight=6_100, now_ms=NOW_MS
    )

    frame = json.loads(BINANCE.ws_error(request_id="7", words=words, now_ms=NOW_MS))

    assert list(frame) == ["id", "status", "error", "rateLimits"]
    assert (frame["id"], frame["status"]) == (7, 429)
    assert frame["error"]["data"] == {"serverTime": NOW_MS, "retryAfter": moment}
    assert frame["rateLimits"][0]["count"] == 6_100


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (Words(status=520, body=b"<html>"), -1000),
        (Words(status=429, body=b""), -1003),
        (Words(status=400, body=b'{"code":-2010,"msg":"x"}'), -2010),
    ],
)
def test_a_page_becomes_a_code_inside_a_frame(words, code):
    """A WebSocket API cannot answer with a page."""
    frame = json.loads(BINANCE.ws_error(request_id="a", words=words, now_ms=NOW_MS))

    assert (frame["id"], frame["status"], frame["error"]["code"]) == ("a", words.status, code)
    assert "data" not in frame["error"]
