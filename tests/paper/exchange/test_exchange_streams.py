"""The WebSocket streams, over real sockets."""

import asyncio
import json
from decimal import Decimal

import aiohttp
import pytest
from aiohttp import WSMsgType

from chaostrading.core.clock import ManualClock


async def receive(ws, wanted=lambda message: True):
    """The next message that is wanted, as JSON."""
    while True:
        message = await ws.receive(timeout=5)
        assert message.type is WSMsgType.TEXT, message
        found = json.loads(message.data)
        if wanted(found):
            return found


def event(kind):
    return lambda message: message.get("e") == kind


def trade(client):
    client.venue.engine.take("BTCUSDT", "BUY", Decimal("0.01"))
    client.venue.publish()


def test_a_raw_stream_sends_trades_as_they_happen(with_exchange):
    """/ws/btcusdt@trade."""

    async def story(client):
        async with client.session.ws_connect(client.url + "/ws/btcusdt@trade") as ws:
            trade(client)
            return await receive(ws)

    found = with_exchange(story)

    assert (found["e"], found["s"], found["q"]) == ("trade", "BTCUSDT", "0.01000000")


def test_a_combined_stream_wraps_events_with_their_name(with_exchange):
    """/stream?streams=a/b."""

    async def story(client):
        url = client.url + "/stream?streams=btcusdt@aggTrade/ethusdt@trade"
        async with client.session.ws_connect(url) as ws:
            trade(client)
            return await receive(ws)

    found = with_exchange(story)

    assert found["stream"] == "btcusdt@aggTrade"
    assert found["data"]["e"] == "aggTrade"


def test_streams_are_subscribed_listed_and_left_on_an_open_connection(with_exchange):
    """ccxt opens /ws/0 and sends SUBSCRIBE."""

    async def story(client):
        async with client.session.ws_connect(client.url + "/ws/0") as ws:
            answers = []
            for number, (method, params) in enumerate(
                [
                    ("SUBSCRIBE", ["btcusdt@trade", "btcusdt@bookTicker"]),
                    ("UNSUBSCRIBE", ["btcusdt@trade"]),
                    ("LIST_SUBSCRIPTIONS", []),
                    ("DANCE", []),
                ]
            ):
                await ws.send_json({"method": method, "params": params, "id": number})
                answers.append(await receive(ws, lambda message: "id" in message))
            return answers

    answers = with_exchange(story)

    assert answers[:3] == [
        {"result": None, "id": 0},
        {"result": None, "id": 1},
        {"result": ["btcusdt@bookTicker"], "id": 2},
    ]
    assert "error" in answers[3]


@pytest.mark.slow
def test_depth_updates_chain_and_lead_from_the_snapshot_to_the_true_book(with_exchange):
    """Binance's own recipe for a local book ends with the book that REST shows."""

    async def story(client):
        async with client.session.ws_connect(client.url + "/ws/btcusdt@depth@100ms") as ws:
            _, snapshot = await client.get("/api/v3/depth", symbol="BTCUSDT", limit="1000")
            book = {side: dict(snapshot[name]) for side, name in (("b", "bids"), ("a", "asks"))}
            last, chained = snapshot["lastUpdateId"], []
            for _ in range(5):
                for _ in range(3):
                    client.venue.step("BTCUSDT", 0.125)
                update = await receive(ws)
                if update["u"] <= last:
                    continue
                chained.append(update["U"] <= last + 1)
                last = update["u"]
                for side in ("b", "a"):
                    for price, quantity in update[side]:
                        book[side][price] = quantity
            _, after = await client.get("/api/v3/depth", symbol="BTCUSDT", limit="1000")
            standing = {
                side: {price: q for price, q in levels.items() if float(q)}
                for side, levels in book.items()
            }
            return chained, standing, after, last

    chained, standing, after, last = with_exchange(story)

    assert chained
    assert all(chained)
    assert last == after["lastUpdateId"]
    assert standing == {"b": dict(after["bids"]), "a": dict(after["asks"])}


@pytest.mark.slow
def test_the_last_frame_of_a_candle_is_closed_and_equal_to_rests_candle(with_exchange):
    """x:true carries what klines answers for that minute."""

    async def story(client):
        clock = client.venue.clock
        async with client.session.ws_connect(client.url + "/ws/btcusdt@kline_1m") as ws:
            trade(client)
            forming = await receive(ws, event("kline"))
            clock.advance(60)
            closed = await receive(ws, lambda message: message["k"]["x"])
            _, rows = await client.get(
                "/api/v3/klines", symbol="BTCUSDT", interval="1m", startTime=closed["k"]["t"]
            )
            return forming["k"], closed["k"], rows[0]

    class Running(ManualClock):
        """Moved by hand, but pauses are real, so that the beat does not spin."""

        async def pause(self, seconds: float) -> None:
            await asyncio.sleep(max(0.0, seconds))

    forming, closed, row = with_exchange(story, clock=Running())

    assert forming["x"] is False
    names = ("t", "o", "h", "l", "c", "v", "T", "q", "n", "V", "Q")
    assert [closed[name] for name in names] == row[:11]


@pytest.mark.parametrize(
    ("stream", "keys"),
    [
        ("btcusdt@bookTicker", {"u", "s", "b", "B", "a", "A"}),
        ("btcusdt@depth5@100ms", {"lastUpdateId", "bids", "asks"}),
        ("btcusdt@depth20", {"lastUpdateId", "bids", "asks"}),
        ("btcusdt@depth", {"e", "E", "s", "U", "u", "b", "a"}),
        ("btcusdt@miniTicker", {"e", "E", "s", "c", "o", "h", "l", "v", "q"}),
    ],
)
@pytest.mark.slow
def test_each_kind_of_stream_sends_its_own_shape(with_exchange, stream, keys):
    """Within about a second."""

    async def story(client):
        async with client.session.ws_connect(f"{client.url}/ws/{stream}") as ws:
            client.venue.step("BTCUSDT", 0.125)
            return await receive(ws)

    assert set(with_exchange(story)) == keys


@pytest.mark.slow
def test_all_mini_tickers_come_as_one_list(with_exchange):
    """!miniTicker@arr has every symbol."""

    async def story(client):
        async with client.session.ws_connect(client.url + "/ws/!miniTicker@arr") as ws:
            return json.loads((await ws.receive(timeout=5)).data)

    assert {row["s"] for row in with_exchange(story)} == {"BTCUSDT", "ETHUSDT", "BNBUSDT", "ETHBTC"}


@pytest.mark.slow
def test_a_client_that_does_not_answer_pings_is_disconnected(with_exchange):
    """An unsolicited pong does not help: the payload must be the ping's."""

    async def story(client):
        limits = {"ping_every_s": 0.1, "pong_within_s": 0.3}
        await client.judge("POST", "/paper/limits", limits)
        url = client.url + "/ws/btcusdt@trade"
        async with client.session.ws_connect(url, autoping=False) as ws:
            first = await ws.receive(timeout=5)
            await ws.pong(b"something else")
            while True:
                message = await ws.receive(timeout=5)
                if message.type is not WSMsgType.PING:
                    return first, message

    first, last = with_exchange(story)

    assert first.type is WSMsgType.PING
    assert first.data
    assert (last.type, last.data) == (WSMsgType.CLOSE, 1008)


@pytest.mark.slow
def test_a_client_that_answers_pings_stays_connected(with_exchange):
    """Eight pings answered over more than two deadlines; trades still arrive."""

    async def story(client):
        limits = {"ping_every_s": 0.1, "pong_within_s": 0.3, "messages_per_s": 100}
        await client.judge("POST", "/paper/limits", limits)
        url = client.url + "/ws/btcusdt@trade"
        async with client.session.ws_connect(url, autoping=False) as ws:
            for _ in range(8):
                await ws.pong((await ws.receive(timeout=5)).data)
            trade(client)
            while (message := await ws.receive(timeout=5)).type is WSMsgType.PING:
                pass
            return json.loads(message.data)

    assert with_exchange(story)["e"] == "trade"


def test_more_than_five_messages_a_second_end_the_connection(with_exchange):
    """Control messages count as well."""

    async def story(client):
        async with client.session.ws_connect(client.url + "/ws") as ws:
            for number in range(6):
                await ws.send_json({"method": "LIST_SUBSCRIPTIONS", "id": number})
            seen = [await ws.receive(timeout=5) for _ in range(6)]
            return [message.type for message in seen]

    assert with_exchange(story) == [WSMsgType.TEXT] * 5 + [WSMsgType.CLOSE]


@pytest.mark.slow
def test_a_connection_ends_with_its_life_and_is_told_before(with_exchange):
    """serverShutdown first, then close 1001."""

    async def story(client):
        await client.judge("POST", "/paper/limits", {"connection_life_s": 1})
        async with client.session.ws_connect(client.url + "/stream") as ws:
            told = await receive(ws)
            return told, await ws.receive(timeout=5)

    told, end = with_exchange(story)

    assert (told["stream"], told["data"]["e"]) == ("!serverShutdown", "serverShutdown")
    assert (end.type, end.data) == (WSMsgType.CLOSE, 1001)


def test_too_many_connection_attempts_are_refused_at_the_door(with_exchange):
    """The upgrade is answered 429 with Retry-After."""

    async def story(client):
        await client.judge("POST", "/paper/limits", {"connections_per_5m": 1})
        async with client.session.ws_connect(client.url + "/ws"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await client.session.ws_connect(client.url + "/ws")
            return caught.value.status, "Retry-After" in caught.value.headers

    assert with_exchange(story) == (429, True)


def test_a_listen_key_brings_order_updates_and_balances(with_exchange):
    """The older dialect: POST userDataStream, then /ws/<listenKey>."""

    async def story(client):
        _, answer = await client._send(
            "POST", "/api/v3/userDataStream", "", "", {"X-MBX-APIKEY": client.key}
        )
        async with client.session.ws_connect(f"{client.url}/ws/{answer['listenKey']}") as ws:
            await client.signed(
                "POST",
                "/api/v3/order",
                symbol="BTCUSDT",
                side="SELL",
                type="MARKET",
                quantity="0.01",
            )
            return [await receive(ws) for _ in range(3)]

    new, filled, position = with_exchange(story)

    assert [new["x"], new["X"]] == ["NEW", "NEW"]
    assert [filled["x"], filled["X"], filled["l"]] == ["TRADE", "FILLED", "0.01000000"]
    assert {row["a"] for row in position["B"]} == {"BTC", "USDT"}


@pytest.mark.slow
def test_a_consumer_that_does_not_read_is_dropped_and_the_others_are_not(with_exchange):
    """The slow one's queue is bounded; the exchange ends its connection and serves on."""

    async def story(client):
        host, port = client.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
        writer.write(
            f"GET /ws/btcusdt@trade HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        url = client.url + "/ws/btcusdt@bookTicker"
        async with client.session.ws_connect(url) as other:
            for _ in range(4000):
                client.hub.streams.publish("btcusdt@trade", str, "x" * 10_000)
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1 << 30)
            writer.close()
            client.venue.step("BTCUSDT", 0.125)
            return await receive(other)

    assert with_exchange(story)["s"] == "BTCUSDT"
