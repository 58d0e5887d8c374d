"""Bybit, OKX, Kraken, Coinbase and the unknown exchange read and speak their own dialects."""

import json

import pytest

from chaostrading.venues import VENUES
from chaostrading.venues.base import Meaning

NOW_MS = 1_750_000_000_000

BYBIT_ORDER = (
    b'{"category":"spot","symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"0.10",'
    b'"price":"15600.50","orderLinkId":"a"}'
)
OKX_ORDER = (
    b'{"instId":"BTC-USDT","tdMode":"cash","clOrdId":"a","side":"buy","ordType":"limit",'
    b'"px":"2.15","sz":"2.0"}'
)
KRAKEN_ORDER = (
    b"nonce=1&pair=XBTUSD&type=buy&ordertype=limit&price=27500.10&volume=1.25&cl_ord_id=a"
)
COINBASE_ORDER = (
    b'{"client_order_id":"a","product_id":"BTC-USD","side":"BUY","order_configuration":'
    b'{"limit_limit_gtc":{"base_size":"0.001","limit_price":"10000.00","post_only":false}}}'
)


@pytest.mark.parametrize(
    ("venue", "path", "body", "symbol", "kind", "quantity", "price"),
    [
        ("bybit", "/v5/order/create", BYBIT_ORDER, "BTCUSDT", "Limit", "0.10", "15600.50"),
        ("okx", "/api/v5/trade/order", OKX_ORDER, "BTC-USDT", "limit", "2.0", "2.15"),
        ("kraken", "/0/private/AddOrder", KRAKEN_ORDER, "XBTUSD", "limit", "1.25", "27500.10"),
        ("coinbase", "/api/v3/brokerage/orders", COINBASE_ORDER, "BTC-USD", "limit_limit_gtc",
         "0.001", "10000.00"),
        ("generic", "/v1/order", b'{"symbol":"X","side":"buy","orderQty":"5","price":"1.0",'
         b'"clOrdID":"a","ordType":"Limit"}', "X", "Limit", "5", "1.0"),
    ],
)  # fmt: skip
def test_an_order_is_read(venue, path, body, symbol, kind, quantity, price):
    """Whatever the names of the fields are."""
    meaning = VENUES[venue].read_request("POST", path, "", body)

    assert meaning == Meaning(
        role="order",
        endpoint=path.rpartition("/")[2],
        symbol=symbol,
        side="BUY",
        order_type=kind,
        quantity=quantity,
        price=price,
        client_id="a",
    )


@pytest.mark.parametrize(
    ("venue", "method", "path", "role"),
    [
        ("bybit", "POST", "/v5/order/cancel", "cancel"),
        ("bybit", "POST", "/v5/order/cancel-all", "cancel"),
        ("bybit", "POST", "/v5/order/amend", "replace"),
        ("bybit", "GET", "/v5/order/realtime", "query"),
        ("bybit", "GET", "/v5/account/wallet-balance", "account"),
        ("bybit", "GET", "/v5/market/instruments-info", "rules"),
        ("bybit", "GET", "/v5/market/orderbook", "market"),
        ("bybit", "GET", "/v5/market/time", "time"),
        ("okx", "POST", "/api/v5/trade/cancel-order", "cancel"),
        ("okx", "POST", "/api/v5/trade/amend-order", "replace"),
        ("okx", "GET", "/api/v5/trade/orders-pending", "query"),
        ("okx", "GET", "/api/v5/account/balance", "account"),
        ("okx", "GET", "/api/v5/public/instruments", "rules"),
        ("okx", "GET", "/api/v5/market/books", "market"),
        ("okx", "GET", "/api/v5/public/time", "time"),
        ("kraken", "POST", "/0/private/CancelOrder", "cancel"),
        ("kraken", "POST", "/0/private/EditOrder", "replace"),
        ("kraken", "POST", "/0/private/OpenOrders", "query"),
        ("kraken", "POST", "/0/private/Balance", "account"),
        ("kraken", "GET", "/0/public/AssetPairs", "rules"),
        ("kraken", "GET", "/0/public/Depth", "market"),
        ("kraken", "GET", "/0/public/Time", "time"),
        ("coinbase", "POST", "/api/v3/brokerage/orders/batch_cancel", "cancel"),
        ("coinbase", "POST", "/api/v3/brokerage/orders/edit", "replace"),
        ("coinbase", "GET", "/api/v3/brokerage/orders/historical/batch", "query"),
        ("coinbase", "GET", "/api/v3/brokerage/accounts", "account"),
        ("coinbase", "GET", "/api/v3/brokerage/products", "rules"),
        ("coinbase", "GET", "/api/v3/brokerage/products/BTC-USD/candles", "market"),
        ("coinbase", "GET", "/api/v3/brokerage/time", "time"),
        ("generic", "DELETE", "/v1/order", "cancel"),
        ("generic", "GET", "/v1/orderbook/X", "market"),
        ("generic", "GET", "/v1/orders", "query"),
        ("generic", "GET", "/v1/positions", "account"),
        ("generic", "GET", "/v1/instruments", "rules"),
    ],
)
def test_endpoints_have_roles(venue, method, path, role):
    """Roles are what scopes and checkers go by."""
    assert VENUES[venue].read_request(method, path, "", b"").role == role


@pytest.mark.parametrize(
    ("venue", "body", "order_id", "code"),
    [
        ("bybit", b'{"retCode":0,"retMsg":"OK","result":{"orderId":"7","orderLinkId":"a"}}', "7",
         ""),
        ("bybit", b'{"retCode":10006,"retMsg":"Too many visits","result":{}}', "", "10006"),
        ("okx", b'{"code":"0","data":[{"ordId":"7","clOrdId":"a","sCode":"0"}]}', "7", ""),
        ("okx", b'{"code":"1","data":[{"ordId":"","sCode":"51008","sMsg":"x"}]}', "", "51008"),
        ("kraken", b'{"error":[],"result":{"txid":["O7"]}}', "O7", ""),
        ("kraken", b'{"error":["EAPI:Invalid nonce"]}', "", "EAPI:Invalid nonce"),
        ("coinbase", b'{"success":true,"success_response":{"order_id":"7"}}', "7", ""),
        ("coinbase", b'{"success":false,"error_response":{"error":"INSUFFICIENT_FUND"}}', "",
         "INSUFFICIENT_FUND"),
        ("generic", b'{"error":{"message":"x","name":"HTTPError"}}', "", "HTTPError"),
    ],
)  # fmt: skip
def test_an_answer_tells_order_id_and_code(venue, body, order_id, code):
    """An error in a 200 is an error."""
    meaning = VENUES[venue].read_answer(Meaning(role="order"), 200, {}, body, NOW_MS)

    assert (meaning.order_id, meaning.code) == (order_id, code)


@pytest.mark.parametrize(
    ("venue", "payload", "stream", "symbol", "price", "sequence", "event_time_ms"),
    [
        ("bybit", b'{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1750000000000,"data":'
         b'{"s":"BTCUSDT","b":[["16493.50","0.006"]],"a":[],"u":177,"seq":66}}',
         "orderbook.50.BTCUSDT", "BTCUSDT", "", 177, NOW_MS),
        ("bybit", b'{"topic":"orderbook.1.BTCUSDT","type":"snapshot","ts":1750000000000,"data":'
         b'{"s":"BTCUSDT","b":[["16493.50","0.006"]],"a":[],"u":1,"seq":66}}',
         "orderbook.1.BTCUSDT", "BTCUSDT", "16493.50", 1, NOW_MS),
        ("bybit", b'{"topic":"kline.1.BTCUSDT","data":[{"open":"1","close":"2","confirm":false}],'
         b'"ts":1750000000000}', "kline.1.BTCUSDT", "BTCUSDT", "2", None, NOW_MS),
        ("okx", b'{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":'
         b'[],"bids":[["8476.97","256","0","12"]],"ts":"1750000000000","seqId":123}]}',
         "books:BTC-USDT", "BTC-USDT", "", 123, NOW_MS),
        ("okx", b'{"arg":{"channel":"candle1m","instId":"BTC-USDT"},"data":[["1750000000000","1",'
         b'"3","0.5","2","9"]]}', "candle1m:BTC-USDT", "BTC-USDT", "2", None, NOW_MS),
        ("kraken", b'{"channel":"book","type":"snapshot","data":[{"symbol":"MATIC/USD","bids":'
         b'[{"price":0.56570,"qty":1098.3}],"asks":[],"timestamp":"2025-06-15T15:06:40.000000Z"}]}',
         "book:MATIC/USD", "MATIC/USD", "0.56570", None, NOW_MS),
        ("coinbase", b'{"channel":"l2_data","timestamp":"2025-06-15T15:06:40Z","sequence_num":1,'
         b'"events":[{"product_id":"BTC-USD","updates":[{"side":"bid","price_level":"1.00"}]}]}',
         "level2:BTC-USD", "BTC-USD", "", 1, NOW_MS),
        ("coinbase", b'{"channel":"ticker","timestamp":"2025-06-15T15:06:40Z","sequence_num":4,'
         b'"events":[{"type":"update","tickers":[{"product_id":"BTC-USD","price":"21932.98"}]}]}',
         "ticker:BTC-USD", "BTC-USD", "21932.98", 4, NOW_MS),
    ],
)  # fmt: skip
def test_a_market_message_is_read(venue, payload, stream, symbol, price, sequence, event_time_ms):
    """Stream, symbol, price as text, sequence and event time."""
    meaning = VENUES[venue].read_message("/ws", "down", payload)

    assert meaning.role == "market"
    assert (meaning.stream, meaning.symbol, meaning.price) == (stream, symbol, price)
    assert (meaning.sequence, meaning.event_time_ms) == (sequence, event_time_ms)


@pytest.mark.parametrize(
    ("venue", "payload", "status"),
    [
        ("bybit", b'{"topic":"order","data":[{"orderId":"7","orderLinkId":"a","orderStatus":'
         b'"Filled","cumExecQty":"1.0"}]}', "Filled"),
        ("okx", b'{"arg":{"channel":"orders","instType":"SPOT"},"data":[{"ordId":"7","clOrdId":"a",'
         b'"state":"filled","accFillSz":"1.0"}]}', "filled"),
        ("kraken", b'{"channel":"executions","data":[{"order_id":"7","cl_ord_id":"a",'
         b'"order_status":"filled","cum_qty":1.0}]}', "filled"),
        ("coinbase", b'{"channel":"user","events":[{"orders":[{"order_id":"7","client_order_id":'
         b'"a","status":"FILLED","cumulative_quantity":"1.0"}]}]}', "FILLED"),
    ],
)  # fmt: skip
def test_an_order_event_is_private(venue, payload, status):
    """With the ids, the status and what was executed."""
    meaning = VENUES[venue].read_message("/ws", "down", payload)

    assert meaning.role == "private"
    assert (meaning.order_id, meaning.client_id) == ("7", "a")
    assert (meaning.order_status, meaning.executed) == (status, "1.0")


@pytest.mark.parametrize(
    ("venue", "payload", "streams"),
    [
        ("bybit", b'{"op":"subscribe","args":["tickers.X"],"req_id":"1"}', ("tickers.X",)),
        ("okx", b'{"op":"subscribe","args":[{"channel":"books","instId":"X"}]}', ("books:X",)),
        ("kraken", b'{"method":"subscribe","params":{"channel":"ticker","symbol":["A/B"]}}',
         ("ticker:A/B",)),
        ("coinbase", b'{"type":"subscribe","product_ids":["A-B"],"channel":"level2"}',
         ("level2:A-B",)),
    ],
)  # fmt: skip
def test_a_subscription_names_its_streams(venue, payload, streams):
    """By the names that messages carry, too."""
    meaning = VENUES[venue].read_message("/ws", "up", payload)

    assert (meaning.role, meaning.streams) == ("subscription", streams)


@pytest.mark.parametrize(
    ("venue", "payload", "reply_id"),
    [
        ("bybit", b'{"reqId":"r","op":"order.create","args":[{"symbol":"X","qty":"1"}]}', "reqId"),
        ("okx", b'{"id":"r","op":"order","args":[{"instId":"X","sz":"1"}]}', "id"),
        ("kraken", b'{"method":"add_order","params":{"symbol":"X","order_qty":1},"req_id":"r"}',
         "req_id"),
    ],
)  # fmt: skip
def test_an_order_over_a_websocket_is_refused_with_its_own_id(venue, payload, reply_id):
    """The same trouble as over HTTP, in a frame that the bot can match."""
    dialect = VENUES[venue]
    words = dialect.rate_limited(retry_after="5", body="json", used_weight=0, now_ms=NOW_MS)

    asked = dialect.read_message("/ws", "up", payload)
    refused = dialect.ws_error(request_id=asked.request_id, words=words, now_ms=NOW_MS)
    told = dialect.read_message("/ws", "down", refused)

    assert (asked.role, asked.symbol, asked.quantity) == ("order", "X", "1")
    assert json.loads(refused)[reply_id] == "r"
    assert told.request_id == asked.request_id
    assert told.code


@pytest.mark.parametrize(
    ("venue", "status", "body"),
    [
        ("bybit", 200, {"retCode": 10006, "retMsg": "Too many visits. Exceeded the API Rate Limit.",
                        "result": {}, "retExtInfo": {}, "time": 0}),
        ("okx", 200, {"code": "50011", "data": [], "msg": "Too Many Requests"}),
        ("kraken", 200, {"error": ["EAPI:Rate limit exceeded"]}),
    ],
)  # fmt: skip
def test_the_rate_limit_inside_a_200_is_the_usual_error(venue, status, body):
    """Several exchanges say it so and not with 429."""
    words = VENUES[venue].error_in_200(code="")

    assert words.status == status
    assert json.loads(words.body) == body


def test_bybit_names_the_moment_of_return_in_milliseconds():
    """It comes with every answer and asks to stay away only when nothing is left."""
    bybit = VENUES["bybit"]
    words = bybit.rate_limited(retry_after="5", body="json", used_weight=0, now_ms=NOW_MS)
    headers = {name.lower(): value for name, value in words.headers}
    free = {"x-bapi-limit-status": "9", "x-bapi-limit-reset-timestamp": "1750000005000"}

    limited = bybit.read_answer(Meaning(), 429, headers, words.body, NOW_MS)
    served = bybit.read_answer(Meaning(), 200, free, b"{}", NOW_MS)

    assert headers["x-bapi-limit-reset-timestamp"] == "1750000005000"
    assert limited.retry_after_s == 5.0
    assert served.retry_after_s is None


@pytest.mark.parametrize(
    ("venue", "before", "after"),
    [
        ("bybit", b'{"data":{"b":[["1.0","5"]],"lastPrice":"2.0"}}',
         b'{"data":{"b":[["1.0!","5"]],"lastPrice":"2.0!"}}'),
        ("okx", b'{"data":[{"bids":[["1.0","5","0","1"]],"last":"2.0","sz":"3"}]}',
         b'{"data":[{"bids":[["1.0!","5","0","1"]],"last":"2.0!","sz":"3"}]}'),
        ("kraken", b'{"data":[{"bids":[{"price":0.10,"qty":5.0}],"checksum":7}]}',
         b'{"data":[{"bids":[{"price":0.10!,"qty":5.0}],"checksum":7}]}'),
        ("coinbase", b'{"events":[{"updates":[{"price_level":"1.0","new_quantity":"5"}]}]}',
         b'{"events":[{"updates":[{"price_level":"1.0!","new_quantity":"5"}]}]}'),
    ],
)  # fmt: skip
def test_prices_are_edited_in_place(venue, before, after):
    """And nothing else."""
    assert VENUES[venue].edit_price(before, lambda text: text + "!") == after


@pytest.mark.parametrize("venue", sorted(VENUES))
@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"7", b'"x"', b"\xff", b'{"data":[[]]}', b'{"events":[1],"channel":"x"}'],
)
def test_no_venue_raises_on_strange_bytes(venue, payload):
    """Reading never fails, in either direction."""
    dialect = VENUES[venue]

    found = [
        dialect.read_message("/ws", "down", payload),
        dialect.read_message("/ws", "up", payload),
        dialect.read_request("POST", "/order", "", payload),
        dialect.read_answer(Meaning(role="order"), 200, {}, payload, NOW_MS),
    ]

    assert all(isinstance(one, Meaning) for one in found)


@pytest.mark.parametrize("venue", sorted(VENUES))
@pytest.mark.parametrize("body", ["json", "text", "html", "empty"])
def test_every_venue_has_words_for_every_trouble(venue, body):
    """Limits and bans come as JSON, text, page or nothing; the rest comes at all."""
    dialect = VENUES[venue]
    said = [
        dialect.rate_limited(retry_after="1", body=body, used_weight=1, now_ms=NOW_MS, orders=True),
        dialect.banned(until_ms=NOW_MS, retry_after="1", body=body),
        dialect.firewall(status=403),
        dialect.error(status=400, code="1"),
        dialect.unknown_status(status=503),
        dialect.edge_error(status=520),
        dialect.overloaded(status=503),
        dialect.maintenance(state="HALT"),
        dialect.error_in_200(code=""),
    ]

    assert all(200 <= words.status < 600 for words in said)
    assert all(words.body for words in said[2:])
