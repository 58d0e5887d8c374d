"""The judge's side: true books, and the levers of market, rules and limits."""

import pytest

from chaostrading.checkers.base import Books

BUY = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}


def test_books_fit_the_type_that_checkers_read(with_exchange):
    """Orders, fills, positions, balances and mids, numbers as text."""

    async def story(client):
        await client.signed("POST", "/api/v3/order", **BUY, newClientOrderId="mine")
        client.venue.note_mids()
        return (await client.judge("GET", "/paper/books"))[1]

    books = Books(**with_exchange(story))

    assert books.orders[0]["client_id"] == books.fills[0]["client_id"] == "mine"
    assert books.orders[0]["executed"] == "0.01000000"
    assert books.positions["BTCUSDT"] == "0.01000000"
    assert set(books.balances["USDT"]) == {"free", "locked"}
    assert {row[1] for row in books.mids} == {"BTCUSDT", "ETHUSDT", "BNBUSDT", "ETHBTC"}


def test_books_can_be_asked_from_a_moment_on(with_exchange):
    """Orders and fills before it are left out; positions count all."""

    async def story(client):
        await client.signed("POST", "/api/v3/order", **BUY)
        moment = client.venue.clock.monotonic()
        _, body = await client._send(
            "GET", "/paper/books", f"since_mono_s={moment}", "", {"Authorization": "Bearer T"}
        )
        return body

    books = with_exchange(story)

    assert (books["orders"], books["fills"]) == ([], [])
    assert books["positions"]["BTCUSDT"] == "0.01000000"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer T", "Origin": "http://evil.example"},
        {"Authorization": "Bearer T", "Host": "evil.example"},
    ],
)
def test_strangers_and_browsers_are_kept_out(with_exchange, headers):
    """403 without the token, with an Origin, or with a Host that is not loopback."""

    async def story(client):
        return (await client._send("GET", "/paper/books", "", "", headers))[0]

    assert with_exchange(story) == 403


def test_health_needs_no_token(with_exchange):
    """For those who wait until it serves."""

    async def story(client):
        return await client.get("/paper/health")

    status, body = with_exchange(story)

    assert (status, body["status"]) == (200, "ok")


def test_a_price_move_is_in_the_book_after_the_next_step(with_exchange):
    """+10 % at once."""

    async def story(client):
        await client.judge("POST", "/paper/market", {"symbol": "BTCUSDT", "move": "0.1"})
        client.venue.step("BTCUSDT", 0.001)
        return client.venue.engine.book("BTCUSDT").mid()

    assert 65_900 < with_exchange(story) < 66_100


def test_changed_rules_are_enforced_and_shown_at_once(with_exchange):
    """stepSize 0.1 refuses 0.01; HALT closes the market."""

    async def story(client):
        change = {"symbol": "BTCUSDT", "step_size": "0.1", "min_notional": "10"}
        await client.judge("POST", "/paper/rules", change)
        _, step = await client.signed("POST", "/api/v3/order", **BUY)
        await client.judge("POST", "/paper/rules", {"symbol": "BTCUSDT", "status": "HALT"})
        _, halt = await client.signed("POST", "/api/v3/order", **BUY)
        _, info = await client.get("/api/v3/exchangeInfo", symbol="BTCUSDT")
        return step["msg"], halt["msg"], info["symbols"][0]

    step, halt, info = with_exchange(story)

    assert (step, halt) == ("Filter failure: LOT_SIZE", "Market is closed.")
    assert info["status"] == "HALT"
    assert info["filters"][1]["stepSize"] == "0.10000000"


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/paper/market", {"symbol": "BTCEUR", "move": "0.1"}, "unknown symbol"),
        ("/paper/market", {"symbol": "BTCUSDT"}, "one of move"),
        ("/paper/market", {"symbol": "BTCUSDT", "move": "NaN"}, "finite"),
        ("/paper/market", {"symbol": "BTCUSDT", "move": "-1"}, "above -1"),
        ("/paper/market", {"symbol": "BTCUSDT", "jump": "1"}, "unknown market parameter"),
        ("/paper/rules", {"symbol": "BTCUSDT", "step_size": "0"}, "step_size"),
        ("/paper/rules", {"symbol": "BTCUSDT", "status": "OPEN"}, "unknown symbol status"),
        ("/paper/limits", {"speed": 1}, "unknown limit"),
    ],
)
def test_wrong_levers_are_refused_in_one_sentence(with_exchange, path, body, words):
    """400 and what is wrong."""

    async def story(client):
        return await client.judge("POST", path, body)

    status, answer = with_exchange(story)

    assert status == 400
    assert words in answer["error"]


def test_a_shutdown_notice_reaches_every_connection(with_exchange):
    """Each in its own dialect."""

    async def story(client):
        async with (
            client.session.ws_connect(client.url + "/ws") as raw,
            client.session.ws_connect(client.url + "/ws-api/v3") as api,
        ):
            _, answer = await client.judge("POST", "/paper/shutdown_notice")
            return answer, await raw.receive_json(timeout=5), await api.receive_json(timeout=5)

    answer, raw, api = with_exchange(story)

    assert answer == {"connections": 2}
    assert raw["e"] == api["event"]["e"] == "serverShutdown"
