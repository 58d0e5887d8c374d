"""What requests to Binance mean, and what the answers say."""

import pytest

from chaostrading.venues.base import Meaning
from chaostrading.venues.binance import BINANCE

NOW_MS = 1_750_000_000_000


@pytest.mark.parametrize(
    ("method", "path", "role", "endpoint"),
    [
        ("POST", "/api/v3/order", "order", "order"),
        ("DELETE", "/api/v3/order", "cancel", "order"),
        ("GET", "/api/v3/order", "query", "order"),
        ("POST", "/api/v3/order/test", "other", "order/test"),
        ("POST", "/api/v3/order/cancelReplace", "replace", "order/cancelReplace"),
        ("PUT", "/api/v3/order/amend/keepPriority", "replace", "order/amend/keepPriority"),
        ("POST", "/api/v3/orderList/oco", "order", "orderList/oco"),
        ("DELETE", "/api/v3/orderList", "cancel", "orderList"),
        ("DELETE", "/api/v3/openOrders", "cancel", "openOrders"),
        ("GET", "/api/v3/openOrders", "query", "openOrders"),
        ("GET", "/api/v3/myTrades", "query", "myTrades"),
        ("GET", "/api/v3/account", "account", "account"),
        ("GET", "/sapi/v1/capital/config/getall", "account", "capital/config/getall"),
        ("GET", "/api/v3/exchangeInfo", "rules", "exchangeInfo"),
        ("GET", "/api/v3/depth", "market", "depth"),
        ("GET", "/api/v3/klines", "market", "klines"),
        ("GET", "/api/v3/ticker/bookTicker", "market", "ticker/bookTicker"),
        ("GET", "/api/v3/time", "time", "time"),
        ("GET", "/api/v3/ping", "time", "ping"),
        ("POST", "/api/v3/userDataStream", "session", "userDataStream"),
        ("PUT", "/fapi/v1/listenKey", "session", "listenKey"),
        ("DELETE", "/fapi/v1/allOpenOrders", "cancel", "allOpenOrders"),
        ("PATCH", "/api/v3/order", "other", "order"),
        ("GET", "/nonsense", "other", "nonsense"),
    ],
)
def test_the_role_follows_from_method_and_path(method, path, role, endpoint):
    """The same path means different things for GET, POST and DELETE."""
    meaning = BINANCE.read_request(method, path, "", b"")

    assert (meaning.role, meaning.endpoint) == (role, endpoint)


@pytest.mark.parametrize(
    ("query", "body"),
    [
        (
            "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.01000&price=60000.10"
            "&newClientOrderId=a-1&timestamp=1&signature=s",
            b"",
        ),
        (
            "",
            b"symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.01000&price=60000.10"
            b"&newClientOrderId=a-1&timestamp=1&signature=s",
        ),
    ],
)
def test_an_order_is_read_from_query_or_form(query, body):
    """Numbers stay the text that they were."""
    meaning = BINANCE.read_request("POST", "/api/v3/order", query, body)

    assert meaning == Meaning(
        role="order",
        endpoint="order",
        symbol="BTCUSDT",
        side="BUY",
        order_type="LIMIT",
        quantity="0.01000",
        price="60000.10",
        client_id="a-1",
    )


def test_a_cancel_names_the_order_and_not_itself():
    """newClientOrderId of a cancel is the id of the cancel."""
    meaning = BINANCE.read_request(
        "DELETE", "/api/v3/order", "symbol=X&origClientOrderId=a-1&newClientOrderId=c-9", b""
    )

    assert meaning.client_id == "a-1"


@pytest.mark.parametrize(
    ("path", "query", "role", "streams"),
    [
        ("/ws/btcusdt@trade", "", "subscription", ("btcusdt@trade",)),
        ("/ws", "", "subscription", ()),
        ("/stream", "streams=btcusdt@depth/!ticker@arr", "subscription",
         ("btcusdt@depth", "!ticker@arr")),
        ("/ws/pqia91ma19a5s61cv6a81va65sdf19v8a65a1", "", "session", ()),
        ("/ws-api/v3", "", "session", ()),
    ],
)  # fmt: skip
def test_upgrades_say_what_they_subscribe(path, query, role, streams):
    """A listen key is a secret and never a stream's name."""
    meaning = BINANCE.read_request("GET", path, query, b"")

    assert (meaning.role, meaning.streams) == (role, streams)


def test_an_accepted_order_is_read_from_its_answer():
    """The request's own fields stay, the exchange's are added."""
    request = BINANCE.read_request("POST", "/api/v3/order", "symbol=BTCUSDT&quantity=1", b"")
    body = (
        b'{"symbol":"BTCUSDT","orderId":28,"clientOrderId":"x","transactTime":1750000000001,'
        b'"price":"0.00000000","origQty":"1.00000000","executedQty":"0.50000000",'
        b'"status":"PARTIALLY_FILLED","side":"SELL"}'
    )

    meaning = BINANCE.read_answer(request, 200, {}, body, NOW_MS)

    assert (meaning.order_id, meaning.order_status, meaning.executed) == (
        "28",
        "PARTIALLY_FILLED",
        "0.50000000",
    )
    assert (meaning.client_id, meaning.side, meaning.price) == ("x", "SELL", "")
    assert meaning.event_time_ms == 1_750_000_000_001


@pytest.mark.parametrize(
    ("status", "headers", "body", "code", "wait_s"),
    [
        (429, {"retry-after": "7"}, b'{"code":-1003,"msg":"Too much"}', "-1003", 7.0),
        (429, {}, b"<html>", "", None),
        (418, {}, b'{"code":-1003,"msg":"IP banned until 1750000030000. x"}', "-1003", 30.0),
        (400, {}, b'{"code":-2010,"msg":"Duplicate order sent."}', "-2010", None),
        (503, {}, b"", "", None),
    ],
)
def test_errors_and_waits_are_read(status, headers, body, code, wait_s):
    """From the header where there is one, else from the ban's text."""
    meaning = BINANCE.read_answer(Meaning(role="order"), status, headers, body, NOW_MS)

    assert (meaning.status, meaning.code, meaning.retry_after_s) == (status, code, wait_s)


@pytest.mark.parametrize(
    ("body", "price", "sequence"),
    [
        (b'{"lastUpdateId":160,"bids":[["0.0024","10"]],"asks":[["0.0026","100"]]}', "0.0024", 160),
        (b'{"symbol":"X","price":"4.00000200"}', "4.00000200", None),
        (b'{"symbol":"X","bidPrice":"4.0","bidQty":"431"}', "4.0", None),
        (b'[[1,"1","2","0.5","1.5","9",2,"9",1,"1","1","0"]]', "1.5", None),
    ],
)
def test_market_answers_tell_price_and_sequence(body, price, sequence):
    """Best bid, last price, or the close of the newest candle."""
    meaning = BINANCE.read_answer(Meaning(role="market"), 200, {}, body, NOW_MS)

    assert (meaning.price, meaning.sequence) == (price, sequence)


def test_used_weight_is_read_from_the_header():
    """Absent or broken means unknown."""
    assert BINANCE.used_weight({"x-mbx-used-weight-1m": "17"}) == 17
    assert BINANCE.used_weight({}) is None
    assert BINANCE.used_weight({"x-mbx-used-weight-1m": "?"}) is None
