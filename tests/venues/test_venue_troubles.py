"""Rejections, rules and stamps, in the words and fields of each venue."""

import json

import pytest

from chaostrading.venues import VENUES, venue
from chaostrading.venues.base import Meaning
from chaostrading.venues.rules import edit_rules, edit_status, is_multiple, rules_of, scaled
from chaostrading.venues.stamps import nonce, sent_at
from chaostrading.venues.troubles import (
    TROUBLES,
    order_expired,
    replace_partial,
    stream_ended,
    trouble,
)

BINANCE = venue("binance")
RULES = (
    b'{"symbols":[{"symbol":"BTCUSDT","status":"TRADING","filters":[{"filterType":"PRICE_FILTER",'
    b'"minPrice":"0.01","tickSize":"0.01000000"},{"filterType":"LOT_SIZE","minQty":"0.00001000",'
    b'"stepSize":"0.00001000"},{"filterType":"MARKET_LOT_SIZE","stepSize":"0.00000000"},'
    b'{"filterType":"NOTIONAL","minNotional":"5.00000000"}]},{"symbol":"ETHUSDT","status":"BREAK",'
    b'"filters":[{"filterType":"LOT_SIZE","stepSize":"0.00010000"}]}]}'
)


@pytest.mark.parametrize("name", sorted(TROUBLES))
@pytest.mark.parametrize("venue_name", sorted(VENUES))
def test_every_trouble_can_be_said_by_every_venue(name, venue_name):
    """What a venue does not list is said in the generic words."""
    words = trouble(VENUES[venue_name], name)

    assert words.body


@pytest.mark.parametrize(
    ("name", "status", "code", "message"),
    [
        ("no_funds", 400, -2010, "Account has insufficient balance for requested action."),
        ("unknown_order", 400, -2011, "Unknown order sent."),
        ("order_absent", 400, -2013, "Order does not exist."),
        ("duplicate_order", 400, -2010, "Duplicate order sent."),
        ("step_size", 400, -1013, "Filter failure: LOT_SIZE"),
        ("min_notional", 400, -1013, "Filter failure: NOTIONAL"),
        ("time_early", 400, -1021,
         "Timestamp for this request was 1000ms ahead of the server's time."),
    ],
)  # fmt: skip
def test_binance_says_it_in_its_own_words(name, status, code, message):
    """Texts that bots compare with."""
    words = trouble(BINANCE, name)

    assert words.status == status
    assert json.loads(words.body) == {"code": code, "msg": message}


def test_a_partial_replacement_keeps_the_new_order_byte_for_byte():
    """409: the cancel is said to have failed, the new order stands as the exchange told it."""
    order = b'{"symbol":"BTCUSDT","orderId":12,"price":"0.10000000"}'
    answer = b'{"cancelResult":"SUCCESS","cancelResponse":{},"newOrderResponse":' + order + b"}"

    words = replace_partial(answer)

    assert words.status == 409
    assert order in words.body
    assert json.loads(words.body)["data"]["cancelResult"] == "FAILURE"


def test_private_streams_end_with_an_event_where_the_venue_has_one():
    """Binance has two; others have none."""
    expired = stream_ended(BINANCE, "key_expired", "/ws/abc", 5)
    terminated = stream_ended(BINANCE, "terminated", "/ws-api/v3", 5)

    assert expired == b'{"e":"listenKeyExpired","E":5,"listenKey":"abc"}'
    assert terminated == b'{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":5}}'
    assert stream_ended(venue("okx"), "key_expired", "/ws", 5) == b""


def test_an_expired_order_is_answered_as_accepted():
    """Status 200, EXPIRED_IN_MATCH, nothing executed."""
    order = Meaning(role="order", symbol="X", side="BUY", quantity="1.0", client_id="a")

    row = json.loads(order_expired(BINANCE, order, 1_750_000_000_000, "expire_taker").body)

    assert (row["status"], row["executedQty"], row["origQty"]) == (
        "EXPIRED_IN_MATCH",
        "0.00000000",
        "1.0",
    )


def test_rules_are_read_per_instrument():
    """A step of zero in a second filter does not count."""
    assert rules_of(BINANCE, RULES) == {
        "BTCUSDT": {
            "tick_size": "0.01000000",
            "step_size": "0.00001000",
            "min_notional": "5.00000000",
        },
        "ETHUSDT": {"step_size": "0.00010000"},
    }


def test_rules_of_one_instrument_are_edited_in_place():
    """The least quantity goes with the step; all other bytes stay."""
    edited = edit_rules(BINANCE, RULES, "BTCUSDT", {"step_size": lambda text: scaled(text, 100.0)})

    assert edited == RULES.replace(b'"0.00001000"', b'"0.00100000"')


def test_only_trading_instruments_get_another_status():
    """What was halted before stays as it was."""
    assert edit_status(BINANCE, RULES, "HALT") == RULES.replace(b'"TRADING"', b'"HALT"')


@pytest.mark.parametrize(
    ("text", "step", "expected"),
    [
        ("0.00100000", "0.001", True),
        ("0.0011", "0.001", False),
        ("5", "0", True),
        ("x", "0.1", False),
        ("NaN", "0.1", False),
    ],
)
def test_multiples_are_decimal(text, step, expected):
    """No floating point near a quantity."""
    assert is_multiple(text, step) is expected


@pytest.mark.parametrize(
    ("name", "query", "body", "headers", "expected"),
    [
        ("binance", "timestamp=1750000000000", b"", (), (1_750_000_000_000, 5_000)),
        ("binance", "", b"timestamp=1750000000000&recvWindow=60000", (),
         (1_750_000_000_000, 60_000)),
        ("binance", "", b'{"id":1,"method":"x","params":{"timestamp":1750000000000}}', (),
         (1_750_000_000_000, 5_000)),
        ("binance", "symbol=X", b"", (), None),
        ("bybit", "", b"", (("X-BAPI-TIMESTAMP", "1750000000000"), ("X-BAPI-RECV-WINDOW", "8000")),
         (1_750_000_000_000, 8_000)),
        ("okx", "", b"", (("OK-ACCESS-TIMESTAMP", "2025-06-15T15:06:40.000Z"),),
         (1_750_000_000_000, 30_000)),
        ("kraken", "", b"nonce=1", (), None),
    ],
)  # fmt: skip
def test_signed_requests_say_when_they_were_sent(name, query, body, headers, expected):
    """And how late they may be."""
    assert sent_at(name, query, body, headers) == expected


def test_a_nonce_is_read_where_there_is_one():
    """Form or JSON."""
    assert nonce("", b"nonce=1616492376594&pair=X") == 1_616_492_376_594
    assert nonce("", b'{"nonce":7}') == 7
    assert nonce("symbol=X", b"") is None
