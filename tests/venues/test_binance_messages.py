"""What WebSocket messages of Binance mean."""

import pytest

from chaostrading.venues.base import Meaning
from chaostrading.venues.binance import BINANCE


@pytest.mark.parametrize(
    ("path", "payload", "endpoint", "stream", "symbol", "price", "sequence", "event_time_ms"),
    [
        (
            "/ws/bnbbtc@trade",
            b'{"e":"trade","E":1672515782136,"s":"BNBBTC","t":12345,"p":"0.00100","q":"100",'
            b'"T":1672515782136,"m":true,"M":true}',
            "trade", "bnbbtc@trade", "BNBBTC", "0.00100", 12345, 1672515782136,
        ),
        (
            "/ws",
            b'{"u":400900217,"s":"BNBUSDT","b":"25.3519","B":"31.21","a":"25.3652","A":"40.66"}',
            "bookTicker", "bnbusdt@bookTicker", "BNBUSDT", "25.3519", 400900217, None,
        ),
        (
            "/stream",
            b'{"stream":"bnbbtc@depth@100ms","data":{"e":"depthUpdate","E":1672515782136,'
            b'"s":"BNBBTC","U":157,"u":160,"b":[["0.0024","10"]],"a":[["0.0026","100"]]}}',
            "depthUpdate", "bnbbtc@depth@100ms", "BNBBTC", "", 160, 1672515782136,
        ),
        (
            "/ws/bnbbtc@depth",
            b'{"e":"depthUpdate","E":1672515782136,"s":"BNBBTC","U":157,"u":160,"b":[],"a":[]}',
            "depthUpdate", "bnbbtc@depth", "BNBBTC", "", 160, 1672515782136,
        ),
        (
            "/ws/bnbbtc@depth5",
            b'{"lastUpdateId":160,"bids":[["0.0024","10"]],"asks":[["0.0026","100"]]}',
            "depth", "bnbbtc@depth5", "BNBBTC", "0.0024", 160, None,
        ),
        (
            "/ws",
            b'{"e":"kline","E":1672515782136,"s":"BNBBTC","k":{"t":1,"T":2,"s":"BNBBTC","i":"1m",'
            b'"o":"0.0010","c":"0.0020","h":"0.0025","l":"0.0015","v":"1000","x":false}}',
            "kline", "bnbbtc@kline_1m", "BNBBTC", "0.0020", None, 1672515782136,
        ),
        (
            "/ws/!miniTicker@arr",
            b'[{"e":"24hrMiniTicker","E":1672515782136,"s":"BNBBTC","c":"0.0025","o":"0.0010"}]',
            "24hrMiniTicker", "!miniTicker@arr", "BNBBTC", "0.0025", None, 1672515782136,
        ),
    ],
)  # fmt: skip
def test_market_messages_are_read(
    path, payload, endpoint, stream, symbol, price, sequence, event_time_ms
):
    """Raw and combined, with or without a path that names the stream. A diff has no price: its
    levels may lie anywhere in the book."""
    meaning = BINANCE.read_message(path, "down", payload)

    assert meaning == Meaning(
        role="market",
        endpoint=endpoint,
        stream=stream,
        symbol=symbol,
        price=price,
        sequence=sequence,
        event_time_ms=event_time_ms,
    )


EXECUTION = (
    b'{"e":"executionReport","E":1499405658658,"s":"ETHBTC","c":"mUvoqJxFIILMdfAW5iGSOW",'
    b'"S":"BUY","o":"LIMIT","f":"GTC","q":"1.00000000","p":"0.10264410","C":"","x":"TRADE",'
    b'"X":"FILLED","i":4293153,"l":"1.00000000","z":"1.00000000","t":77}'
)


@pytest.mark.parametrize("payload", [EXECUTION, b'{"subscriptionId":0,"event":' + EXECUTION + b"}"])
def test_an_execution_report_is_read_raw_and_wrapped(payload):
    """The old listen-key stream and the WebSocket API carry the same event."""
    meaning = BINANCE.read_message("/ws/key", "down", payload)

    assert meaning.role == "private"
    assert (meaning.client_id, meaning.order_id, meaning.trade_id) == (
        "mUvoqJxFIILMdfAW5iGSOW",
        "4293153",
        "77",
    )
    assert (meaning.order_status, meaning.executed) == ("FILLED", "1.00000000")
    assert meaning.stream == ""


def test_after_a_cancel_the_client_id_is_that_of_the_order():
    """`c` is the id of the cancel then."""
    payload = EXECUTION.replace(b'"C":""', b'"C":"mine"').replace(b'"t":77', b'"t":-1')

    meaning = BINANCE.read_message("/ws/key", "down", payload)

    assert (meaning.client_id, meaning.trade_id) == ("mine", "")


@pytest.mark.parametrize(
    ("payload", "role", "endpoint"),
    [
        (b'{"e":"outboundAccountPosition","E":1,"u":1,"B":[]}', "private",
         "outboundAccountPosition"),
        (b'{"e":"balanceUpdate","E":1,"a":"BTC","d":"100"}', "private", "balanceUpdate"),
        (b'{"e":"listenKeyExpired","E":1,"listenKey":"k"}', "session", "listenKeyExpired"),
        (b'{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1}}', "session",
         "eventStreamTerminated"),
        (b'{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}}', "session",
         "serverShutdown"),
    ],
)  # fmt: skip
def test_account_and_session_events_are_told_apart(payload, role, endpoint):
    """Account events are private; the end of a stream is about the session."""
    meaning = BINANCE.read_message("/ws/key", "down", payload)

    assert (meaning.role, meaning.endpoint) == (role, endpoint)


def test_a_subscription_names_its_streams_and_never_a_listen_key():
    """Its answer is recognised by the id."""
    call = b'{"method":"SUBSCRIBE","params":["btcusdt@trade","pqia91ma19a5s61cv6a81va6"],"id":3}'

    asked = BINANCE.read_message("/ws", "up", call)
    told = BINANCE.read_message("/ws", "down", b'{"result":null,"id":3}')

    assert (asked.role, asked.streams, asked.request_id) == (
        "subscription",
        ("btcusdt@trade",),
        "3",
    )
    assert (told.role, told.request_id, told.code) == ("subscription", "3", "")


def test_an_order_over_the_websocket_api_reads_like_one_over_rest():
    """Same parameters, same meaning; the id is kept."""
    meaning = BINANCE.read_message(
        "/ws-api/v3",
        "up",
        b'{"id":"56374a46","method":"order.place","params":{"symbol":"BTCUSDT","side":"SELL",'
        b'"type":"LIMIT","price":"52000.00","quantity":"0.01000000","newClientOrderId":"a",'
        b'"apiKey":"secret","signature":"secret"}}',
    )

    assert meaning == Meaning(
        role="order",
        endpoint="order.place",
        symbol="BTCUSDT",
        side="SELL",
        order_type="LIMIT",
        price="52000.00",
        quantity="0.01000000",
        client_id="a",
        request_id="56374a46",
    )


def test_an_answer_of_the_websocket_api_carries_status_code_and_wait():
    """retryAfter is a moment; together with serverTime it becomes seconds."""
    limited = BINANCE.read_message(
        "/ws-api/v3",
        "down",
        b'{"id":7,"status":429,"error":{"code":-1003,"msg":"x","data":{"serverTime":1750000000000,'
        b'"retryAfter":1750000005000}},"rateLimits":[]}',
    )
    placed = BINANCE.read_message(
        "/ws-api/v3",
        "down",
        b'{"id":7,"status":200,"result":{"orderId":12,"clientOrderId":"a","status":"NEW",'
        b'"executedQty":"0.0"},"rateLimits":[]}',
    )

    assert (limited.status, limited.code, limited.retry_after_s) == (429, "-1003", 5.0)
    assert (placed.status, placed.order_id, placed.client_id, placed.order_status) == (
        200,
        "12",
        "a",
        "NEW",
    )


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize(
    "payload",
    [b"", b"null", b"[]", b"[1]", b'"x"', b"\x00\xff", b"{", b'{"e":5}',
     b'{"stream":"a","data":[]}', b'{"e":"kline","k":7}', b'{"method":{},"params":7}',
     b'{"id":1,"status":"x","error":3}'],
)  # fmt: skip
def test_nothing_raises(direction, payload):
    """Strange messages mean nothing in particular."""
    assert isinstance(BINANCE.read_message("/ws", direction, payload), Meaning)
