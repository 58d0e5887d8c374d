"""The WebSocket API, over real sockets."""

from typing import Any

ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.01",
    "price": "50000",
}


def signed(client: Any, **params: Any) -> dict[str, Any]:
    params = {
        **params,
        "apiKey": client.key,
        "timestamp": int(client.venue.clock.wall() * 1000),
    }
    text = "&".join(f"{name}={params[name]}" for name in sorted(params))
    return {**params, "signature": client.sign(text)}


async def call(ws: Any, method: str, params: dict[str, Any], number: Any = 1) -> Any:
    await ws.send_json({"id": number, "method": method, "params": params})
    while True:
        answer = await ws.receive_json(timeout=5)
        if "id" in answer:
            return answer


def test_public_methods_answer_with_id_status_result_and_limits(with_exchange):
    """The id comes back as it was."""

    async def story(client):
        async with client.session.ws_connect(client.url + "/ws-api/v3") as ws:
            return await call(ws, "depth", {"symbol": "BTCUSDT", "limit": 5}, "abc")

    answer = with_exchange(story)

    assert (answer["id"], answer["status"]) == ("abc", 200)
    assert len(answer["result"]["bids"]) == 5
    assert answer["rateLimits"][0]["count"] == 7


def test_an_order_is_placed_queried_and_cancelled_by_messages(with_exchange):
    """Each request carries its own key and signature."""

    async def story(client):
        async with client.session.ws_connect(client.url + "/ws-api/v3") as ws:
            placed = (await call(ws, "order.place", signed(client, **ORDER)))["result"]
            name = {"symbol": "BTCUSDT", "orderId": placed["orderId"]}
            status = await call(ws, "order.status", signed(client, **name))
            found = await call(ws, "openOrders.status", signed(client))
            ended = await call(ws, "order.cancel", signed(client, **name))
            return placed, status["result"], found["result"], ended["result"]

    placed, status, found, ended = with_exchange(story)

    assert status["orderId"] == placed["orderId"] == found[0]["orderId"]
    assert ended["status"] == "CANCELED"


def test_a_session_that_has_logged_on_needs_no_more_signatures(with_exchange):
    """session.logon, then account.status with a timestamp only."""

    async def story(client):
        async with client.session.ws_connect(client.url + "/ws-api/v3") as ws:
            bare = {"timestamp": int(client.venue.clock.wall() * 1000)}
            before = await call(ws, "account.status", bare)
            logon = await call(ws, "session.logon", signed(client))
            after = await call(ws, "account.status", bare)
            return before, logon, after

    before, logon, after = with_exchange(story)

    assert (before["status"], before["error"]["code"]) == (401, -2014)
    assert logon["result"]["apiKey"] == "paper-key"
    assert after["result"]["accountType"] == "SPOT"


def test_account_events_are_wrapped_with_the_subscription(with_exchange):
    """userDataStream.subscribe.signature, and eventStreamTerminated at the end."""

    async def story(client):
        async with client.session.ws_connect(client.url + "/ws-api/v3") as ws:
            opened = await call(ws, "userDataStream.subscribe.signature", signed(client))
            await client.signed("POST", "/api/v3/order", **ORDER)
            events = [await ws.receive_json(timeout=5) for _ in range(2)]
            await ws.send_json({"id": 2, "method": "userDataStream.unsubscribe"})
            events.append(await ws.receive_json(timeout=5))
            return opened["result"], events

    opened, events = with_exchange(story)

    assert opened == {"subscriptionId": 0}
    assert [(row["subscriptionId"], row["event"]["e"]) for row in events] == [
        (0, "executionReport"),
        (0, "outboundAccountPosition"),
        (0, "eventStreamTerminated"),
    ]


def test_a_limit_is_told_with_absolute_times_in_milliseconds(with_exchange):
    """Not seconds as over HTTP."""

    async def story(client):
        await client.judge("POST", "/paper/limits", {"weight_per_minute": 2})
        async with client.session.ws_connect(client.url + "/ws-api/v3") as ws:
            return await call(ws, "ping", {})

    answer = with_exchange(story)

    data = answer["error"]["data"]
    assert (answer["status"], answer["error"]["code"]) == (429, -1003)
    assert 0 < data["retryAfter"] - data["serverTime"] <= 60_000


def test_nonsense_is_refused_and_the_connection_lives_on(with_exchange):
    """Bad JSON, an unknown method, then a ping."""

    async def story(client):
        async with client.session.ws_connect(client.url + "/ws-api/v3") as ws:
            await ws.send_str("{nonsense")
            bad = await ws.receive_json(timeout=5)
            unknown = await call(ws, "dance", {})
            return bad, unknown, await call(ws, "ping", {})

    bad, unknown, ping = with_exchange(story)

    assert (bad["id"], bad["error"]["code"]) == (None, -1135)
    assert unknown["status"] == 400
    assert ping["result"] == {}
