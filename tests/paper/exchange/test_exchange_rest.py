"""The HTTP dialect, over real sockets."""

import pytest

SIGNED = {"symbol": "BTCUSDT", "side": "BUY"}
LIMIT = {**SIGNED, "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01", "price": "50000"}
MARKET = {**SIGNED, "type": "MARKET", "quantity": "0.01"}
ORDER = "/api/v3/order"


def test_an_order_lives_from_post_to_delete(with_exchange):
    """Placed as a form, seen among the open ones, cancelled, and still known afterwards."""

    async def story(client):
        _, placed = await client.signed("POST", ORDER, as_form=True, **LIMIT)
        name = {"symbol": "BTCUSDT", "orderId": placed["orderId"]}
        _, open_orders = await client.signed("GET", "/api/v3/openOrders", symbol="BTCUSDT")
        _, cancelled = await client.signed("DELETE", ORDER, **name)
        _, queried = await client.signed("GET", ORDER, **name)
        return placed, open_orders, cancelled, queried

    placed, open_orders, cancelled, queried = with_exchange(story)

    assert (placed["status"], placed["price"], placed["fills"]) == ("NEW", "50000.00000000", [])
    assert [order["orderId"] for order in open_orders] == [placed["orderId"]]
    assert cancelled["origClientOrderId"] == placed["clientOrderId"]
    assert (cancelled["status"], queried["status"]) == ("CANCELED", "CANCELED")


def test_a_market_order_is_filled_at_once_and_its_trades_are_on_record(with_exchange):
    """Fills in the answer, the same trades in myTrades, the commission in the quote asset."""

    async def story(client):
        _, placed = await client.signed("POST", ORDER, **MARKET)
        _, trades = await client.signed("GET", "/api/v3/myTrades", symbol="BTCUSDT")
        return placed, trades

    placed, trades = with_exchange(story)

    assert placed["status"] == "FILLED"
    assert [fill["tradeId"] for fill in placed["fills"]] == [trade["id"] for trade in trades]
    assert {trade["commissionAsset"] for trade in trades} == {"USDT"}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"symbol": "BTCUSD"}, 400, -1121),
        ({"symbol": ""}, 400, -1102),
        ({"side": "HOLD"}, 400, -1117),
        ({"type": "MAYBE"}, 400, -1116),
        ({"timeInForce": "GTD"}, 400, -1115),
        ({"quantity": "NaN"}, 400, -1100),
        ({"quantity": "1e5"}, 400, -1100),
        ({"price": "-1"}, 400, -1100),
        ({"price": "0"}, 400, -1013),
        ({"price": "50000.000000001"}, 400, -1111),
        ({"price": "50000.001"}, 400, -1013),
        ({"stopPrice": "1"}, 400, -1106),
        ({"quantity": "5"}, 400, -2010),
        ({"newClientOrderId": "no spaces"}, 400, -1100),
        ({"timestamp": "1"}, 400, -1021),
        ({"recvWindow": "60001"}, 400, -1131),
        ({"icebergQty": "0.001"}, 400, -2010),
    ],
)
def test_bad_orders_are_refused_with_the_codes_of_binance(with_exchange, changes, status, code):
    """One thing wrong at a time."""

    async def story(client):
        return await client.signed("POST", ORDER, **{**LIMIT, **changes})

    answer = with_exchange(story)

    assert (answer[0], answer[1]["code"]) == (status, code)


def test_keys_and_signatures_are_really_checked(with_exchange):
    """401 -2014 without a key, 401 -2015 for a stranger's, 400 -1022 for a wrong secret."""

    async def story(client):
        bare = await client.get("/api/v3/account", timestamp="1")
        client.secret = "wrong"
        wrong = await client.signed("GET", "/api/v3/account")
        client.key = "stranger"
        stranger = await client.signed("GET", "/api/v3/account")
        return [(status, body["code"]) for status, body in (bare, wrong, stranger)]

    assert with_exchange(story) == [(401, -2014), (400, -1022), (401, -2015)]


def test_a_request_that_waits_longer_than_its_window_does_not_reach_the_engine(with_exchange):
    """The time is checked again before the matching engine, as the real exchange does."""

    async def story(client):
        await client.judge("POST", "/paper/limits", {"processing_ms": 80})
        late = await client.signed("POST", ORDER, **LIMIT, recvWindow="40")
        _, orders = await client.signed("GET", "/api/v3/allOrders", symbol="BTCUSDT")
        return late, orders

    (status, body), orders = with_exchange(story)

    assert (status, body["code"]) == (400, -1021)
    assert orders == []


def test_every_answer_tells_the_used_weight_and_orders_tell_the_order_count(with_exchange):
    """Weights add up; a resting order counts, a filled one gives its count back."""

    async def story(client):
        await client.get("/api/v3/ping")
        await client.get("/api/v3/depth", symbol="BTCUSDT")
        weight = client.headers["X-MBX-USED-WEIGHT-1M"]
        await client.signed("POST", ORDER, **LIMIT)
        resting = client.headers["X-MBX-ORDER-COUNT-10S"]
        await client.signed("POST", ORDER, **MARKET)
        return weight, resting, client.headers["X-MBX-ORDER-COUNT-10S"]

    assert with_exchange(story) == ("6", "1", "1")


def test_too_much_weight_is_429_with_retry_after_and_then_418(with_exchange):
    """The judge's own calls are never limited."""

    async def story(client):
        limits = {"weight_per_minute": 2, "ban_after": 1, "ban_s": 7}
        await client.judge("POST", "/paper/limits", limits)
        seen = []
        for _ in range(5):
            status, body = await client.get("/api/v3/ping")
            seen.append((status, body.get("code"), "Retry-After" in client.headers))
        banned_for = client.headers["Retry-After"]
        health, _ = await client.judge("GET", "/paper/books")
        return seen, banned_for, health

    seen, banned_for, health = with_exchange(story)

    ok, limited, banned = (200, None, False), (429, -1003, True), (418, -1003, True)
    assert seen == [ok, ok, limited, banned, banned]
    assert (banned_for, health) == ("7", 200)


def test_cancel_replace_tells_what_worked_and_what_did_not(with_exchange):
    """200 for both, 409 -2021 for one, 400 -2022 for none."""

    async def story(client):
        path, mode = "/api/v3/order/cancelReplace", {"cancelReplaceMode": "STOP_ON_FAILURE"}
        _, first = await client.signed("POST", ORDER, **LIMIT)
        both = await client.signed("POST", path, **LIMIT, **mode, cancelOrderId=first["orderId"])
        none = await client.signed("POST", path, **LIMIT, **mode, cancelOrderId=first["orderId"])
        second = both[1]["newOrderResponse"]["orderId"]
        half = await client.signed(
            "POST", path, **{**LIMIT, "quantity": "9"}, **mode, cancelOrderId=second
        )
        return both, none, half

    both, none, half = with_exchange(story)

    assert (both[0], both[1]["cancelResult"], both[1]["newOrderResult"]) == (200, *["SUCCESS"] * 2)
    assert (none[0], none[1]["code"]) == (400, -2022)
    assert none[1]["data"]["newOrderResult"] == "NOT_ATTEMPTED"
    assert (half[0], half[1]["code"]) == (409, -2021)
    assert half[1]["data"]["newOrderResponse"]["code"] == -2010


def test_a_replacement_that_fails_a_filter_leaves_the_old_order_alone(with_exchange):
    """Filters are checked before the cancel."""

    async def story(client):
        _, first = await client.signed("POST", ORDER, **LIMIT)
        refused = await client.signed(
            "POST",
            "/api/v3/order/cancelReplace",
            **{**LIMIT, "price": "50000.001"},
            cancelReplaceMode="STOP_ON_FAILURE",
            cancelOrderId=first["orderId"],
        )
        _, open_orders = await client.signed("GET", "/api/v3/openOrders", symbol="BTCUSDT")
        return refused[1]["msg"], len(open_orders)

    assert with_exchange(story) == ("Filter failure: PRICE_FILTER", 1)


def test_an_order_can_be_made_smaller_in_its_place(with_exchange):
    """PUT order/amend/keepPriority."""

    async def story(client):
        _, placed = await client.signed("POST", ORDER, **LIMIT)
        return await client.signed(
            "PUT",
            "/api/v3/order/amend/keepPriority",
            symbol="BTCUSDT",
            orderId=placed["orderId"],
            newQty="0.005",
        )

    status, body = with_exchange(story)

    assert status == 200
    assert body["amendedOrder"]["qty"] == "0.00500000"


def test_oco_orders_are_placed_and_cancelled_as_one(with_exchange):
    """Two orders in the list, both cancelled by cancelling the list."""

    async def story(client):
        _, placed = await client.signed(
            "POST",
            "/api/v3/orderList/oco",
            symbol="BTCUSDT",
            side="SELL",
            quantity="0.01",
            aboveType="LIMIT_MAKER",
            abovePrice="70000",
            belowType="STOP_LOSS",
            belowStopPrice="50000",
        )
        _, ended = await client.signed(
            "DELETE", "/api/v3/orderList", symbol="BTCUSDT", orderListId=placed["orderListId"]
        )
        return placed, ended

    placed, ended = with_exchange(story)

    assert len(placed["orderReports"]) == 2
    assert [report["status"] for report in ended["orderReports"]] == ["CANCELED", "CANCELED"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/exchangeInfo",
        "/api/v3/depth?symbol=BTCUSDT&limit=5",
        "/api/v3/trades?symbol=BTCUSDT",
        "/api/v3/historicalTrades?symbol=BTCUSDT",
        "/api/v3/aggTrades?symbol=BTCUSDT",
        "/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=3",
        "/api/v3/uiKlines?symbol=BTCUSDT&interval=1h&limit=3",
        "/api/v3/avgPrice?symbol=BTCUSDT",
        "/api/v3/ticker/24hr",
        "/api/v3/ticker/price?symbol=BTCUSDT",
        "/api/v3/ticker/bookTicker",
        "/api/v3/ticker/tradingDay?symbol=BTCUSDT",
        "/sapi/v1/system/status",
        "/fapi/v1/exchangeInfo",
        "/dapi/v1/exchangeInfo",
    ],
)
def test_public_questions_are_answered(with_exchange, path):
    """200, and prices and quantities with eight decimals."""

    async def story(client):
        for _ in range(40):
            client.venue.step("BTCUSDT", 0.125)
        return await client._send("GET", path.split("?")[0], path.partition("?")[2], "", {})

    status, body = with_exchange(story)

    assert status == 200
    prices = [
        row[name]
        for row in (body if isinstance(body, list) else [body])
        if isinstance(row, dict)
        for name in ("price", "lastPrice", "bidPrice", "p")
        if name in row
    ]
    assert all(len(price.partition(".")[2]) == 8 for price in prices)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/account",
        "/api/v3/rateLimit/order",
        "/sapi/v1/capital/config/getall",
        "/sapi/v1/asset/tradeFee",
        "/sapi/v1/margin/allPairs",
        "/sapi/v1/margin/isolated/allPairs",
    ],
)
def test_questions_about_the_account_are_answered(with_exchange, path):
    """200 with a key and a signature."""

    async def story(client):
        return await client.signed("GET", path)

    assert with_exchange(story)[0] == 200


def test_an_unknown_path_is_404_and_a_wrong_method_is_405(with_exchange):
    """As the edge of the real exchange does."""

    async def story(client):
        unknown, _ = await client.get("/api/v3/nothing")
        wrong, _ = await client.signed("PUT", ORDER)
        return unknown, wrong

    assert with_exchange(story) == (404, 405)
