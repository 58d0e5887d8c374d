"""Faults of network, market data and execution events through the real proxy, on real sockets.

Each play arms a fault, sees its harm at the client, and leaves it armed. Afterwards the lease is
removed, and a new connection and a request must get every byte as the exchange sent it.
"""

import asyncio

import aiohttp
import pytest
from binance_samples import (
    ACCOUNT,
    LISTEN_KEY,
    book_ticker,
    combined,
    diff,
    execution,
    kline,
    snapshot,
    trade,
)
from wire_rig import CANDLES, ORDERED, Rig

from chaostrading.faults.lease_request import Scope
from chaostrading.faults.registry import registered

TICKER, DEPTH = "/ws/btcusdt@bookTicker", "/ws/btcusdt@depth"
OTHER = b'{"id":1,"method":"SUBSCRIBE","params":["btcusdt@trade","ethusdt@trade"]}'


async def ws_close_frame(rig):
    socket = await rig.connect()
    rig.arm("ws_close_frame", {"code": 1012, "reason": "restart"})
    assert await rig.end(socket) == 1012
    assert await rig.refused() == 503
    assert await rig.ask() == snapshot(50_160)


async def ws_abrupt(rig):
    socket = await rig.connect()
    rig.arm("ws_abrupt")
    assert await rig.end(socket) == 1006
    assert await rig.refused() == 503
    assert "rst" in rig.how_it_ended()


async def ws_abrupt_in_the_middle_of_a_message(rig):
    socket = await rig.connect()
    rig.arm("ws_abrupt", {"mid_frame": True})
    await rig.push(trade(1))
    assert await rig.end(socket) == 1006


async def ws_half_open(rig):
    old = await rig.connect()
    rig.arm("ws_half_open")
    new = await rig.connect()
    await rig.push(trade(1))
    await old.ping(b"old")
    await new.ping(b"new")
    await rig.until(lambda: ("PING", b"new") in rig.heard)
    assert await rig.read(new) == [trade(1)]
    assert await rig.silent(old)
    assert ("PING", b"old") not in rig.heard
    assert not rig.how_it_ended()
    rig.relay.table.remove_all()
    assert "rst" in rig.how_it_ended()


async def ws_half_open_spares_a_new_websocket_on_an_old_connection(rig):
    old = await rig.connect()
    async with rig.client.get(rig.url + "/api/v3/depth") as answer:
        await answer.read()
    kept_alive = set(rig.relay.links)
    rig.arm("ws_half_open")
    new = await rig.connect()
    assert set(rig.relay.links) == kept_alive
    await rig.push(trade(1))
    assert await rig.read(new) == [trade(1)]
    assert await rig.silent(old)


async def ws_zombie(rig):
    old = await rig.connect("/stream")
    btc = combined("btcusdt@trade", trade(1))
    eth = combined("ethusdt@trade", trade(1, symbol="ETHUSDT"))
    rig.arm("ws_zombie", {"stream": "btcusdt@*"})
    await rig.push(btc, eth, path="/stream")
    await old.ping(b"hello")
    assert await rig.read(old) == [eth]
    assert (await old.receive(timeout=2)).type == aiohttp.WSMsgType.PONG
    new = await rig.connect("/stream")
    await rig.push(btc, path="/stream")
    assert await rig.read(new) == [btc]


async def ws_reconnect_refused(rig):
    socket = await rig.connect()
    rig.arm("ws_reconnect_refused", {"status": 429, "retry_after": "7"})
    assert await rig.end(socket) == 1006
    assert await rig.refused() == 429


async def ws_reconnect_refused_by_a_message(rig):
    rig.arm("ws_reconnect_refused", {"form": "message"})
    socket = await rig.connect()
    assert await rig.read(socket) == [
        b'[{"T":"error","code":406,"msg":"connection limit exceeded"}]'
    ]
    assert await rig.end(socket) == 1008


async def ws_planned_shutdown(rig):
    socket = await rig.connect("/stream")
    rig.arm("ws_planned_shutdown", {"limit_s": 1.1, "lead_s": 1.0})
    (notice,) = await rig.read(socket)
    assert notice.startswith(b'{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":')
    await rig.push(trade(1), path="/stream")
    assert await rig.read(socket) == [trade(1)]
    assert await rig.end(socket) == 1001


async def ws_ping_fault(rig):
    socket = await rig.connect()
    rig.arm("ws_ping_fault", {"timeout_s": 0.2})
    await rig.sockets[0][1].ping(b"are you there")
    assert (await socket.receive(timeout=2)).data == b"are you there"
    await socket.pong(b"are you there")
    assert await rig.end(socket) == 1008
    assert ("PONG", b"are you there") not in rig.heard


async def ws_ping_burst(rig):
    socket = await rig.connect()
    rig.arm("ws_ping_fault", {"form": "ping_burst", "burst": 3})
    pings = [await socket.receive(timeout=2) for _ in range(3)]
    assert [ping.type for ping in pings] == [aiohttp.WSMsgType.PING] * 3


async def ws_flap(rig):
    socket = await rig.connect()
    rig.arm("ws_flap", {"up_s": 1.0, "down_s": 1.0, "mode": "close"})
    assert await rig.end(socket) == 1001
    assert await rig.refused() == 503
    await asyncio.sleep(1.1)
    socket = await rig.connect()
    assert await rig.end(socket) == 1001


async def ws_partial_resubscribe(rig):
    socket = await rig.connect("/stream")
    rig.arm("ws_partial_resubscribe", {"streams_without_data": 1})
    assert await rig.end(socket) == 1006
    socket = await rig.connect("/stream")
    await socket.send_str(OTHER.decode())
    assert await rig.read(socket) == [b'{"result":null,"id":1}']
    both = [combined(f"{name}usdt@trade", trade(1)) for name in ("btc", "eth")]
    await rig.push(*both, *both, path="/stream")
    got = await rig.read(socket, 2)
    assert got in ([both[0]] * 2, [both[1]] * 2)


async def ws_replay_on_reconnect(rig):
    socket = await rig.connect(LISTEN_KEY)
    rig.arm("ws_replay_on_reconnect", {"cut_after_s": 0.2})
    await rig.push(execution(), path=LISTEN_KEY)
    assert await rig.end(socket) == 1006
    socket = await rig.connect(LISTEN_KEY)
    assert await rig.read(socket) == [execution()]


async def latency_rest(rig):
    rig.arm("latency_rest", {"delay_s": 1.0, "jitter_s": 0.0})
    waiting = asyncio.create_task(rig.ask("/api/v3/order", "POST"))
    await rig.until(lambda: ("POST", "/api/v3/order") in rig.served)
    assert not waiting.done()
    assert await waiting == ORDERED


async def latency_rest_before_the_exchange(rig):
    rig.arm("latency_rest", {"where": "request", "delay_s": 1.0, "jitter_s": 0.0})
    waiting = asyncio.create_task(rig.ask("/api/v3/order", "POST"))
    await asyncio.sleep(0.1)
    assert rig.served == []
    assert await waiting == ORDERED


async def latency_ws(rig):
    socket = await rig.connect()
    rig.arm("latency_ws", {"lag_s": 0.5})
    sent = [trade(number) for number in range(5)]
    await rig.push(*sent)
    begin_s = asyncio.get_running_loop().time()
    assert await rig.read(socket, 5) == sent
    assert asyncio.get_running_loop().time() - begin_s > 0.3


async def latency_ws_gives_back_at_once(rig):
    socket = await rig.connect()
    rig.arm("latency_ws", {"lag_s": 60.0})
    await rig.push(trade(1))
    await rig.until(lambda: rig.relay.table.in_force[0].hits == 1)
    rig.relay.table.remove_all()
    assert await rig.read(socket) == [trade(1)]


async def slow_drip(rig):
    rig.arm("slow_drip", {"bytes_per_s": 200.0})
    begin_s = asyncio.get_running_loop().time()
    assert await rig.ask() == snapshot(50_160)
    assert asyncio.get_running_loop().time() - begin_s > 0.2


async def dns_tls_connect(rig):
    rig.arm("dns_tls_connect", {"for_s": 1.0})
    waiting = asyncio.create_task(rig.ask())
    await asyncio.sleep(0.1)
    assert (waiting.done(), rig.served) == (False, [])
    assert await waiting == snapshot(50_160)


async def dns_tls_connect_by_reset(rig):
    rig.arm("dns_tls_connect", {"form": "reset"})
    with pytest.raises(aiohttp.ClientError):
        await rig.ask()
    assert rig.served == []


async def connect_refused(rig):
    socket = await rig.connect()
    rig.arm("connect_refused")
    assert await rig.end(socket) == 1006
    with pytest.raises(aiohttp.ClientConnectorError):
        await rig.ask()


async def stale_price(rig):
    socket = await rig.connect(TICKER)
    rig.arm("stale_price")
    await rig.push(book_ticker("100.00"), book_ticker("99.00"), book_ticker("98.00"), path=TICKER)
    assert await rig.read(socket, 3) == [book_ticker("100.00")] * 3


async def stale_price_with_fresh_stamps(rig):
    socket = await rig.connect()
    rig.arm("stale_price", {"variant": "b"})
    await rig.push(trade(1, "100.05"), trade(2, "95.00"))
    assert await rig.read(socket, 2) == [trade(1, "100.05"), trade(2, "100.05")]


async def sequence_gap(rig):
    socket = await rig.connect(DEPTH)
    rig.arm("sequence_gap", {"best_level": False})
    await rig.push(diff(1, 1), diff(2, 2), diff(3, 3), path=DEPTH)
    assert await rig.read(socket, 2) == [diff(2, 2), diff(3, 3)]


async def sequence_reset(rig):
    socket = await rig.connect(DEPTH)
    rig.arm("sequence_reset")
    await rig.push(diff(5_157, 5_160), path=DEPTH)
    assert await rig.read(socket) == [diff(4_157, 4_160)]
    assert await rig.ask() == snapshot(49_160)


async def snapshot_mismatch(rig):
    rig.arm("snapshot_mismatch", {"times": 2})
    answers = [await rig.ask() for _ in range(3)]
    assert answers == [snapshot(40_160), snapshot(40_160), snapshot(50_160)]


async def trade_dup_disorder(rig):
    socket = await rig.connect()
    rig.arm("trade_dup_disorder", {"duplicate_share": 0.0, "swap_share": 1.0}, max_hits=1)
    await rig.push(trade(1), trade(2))
    assert await rig.read(socket, 2) == [trade(2), trade(1)]


async def trade_dup_disorder_twice(rig):
    socket = await rig.connect()
    rig.arm("trade_dup_disorder", {"duplicate_share": 1.0, "swap_share": 0.0})
    await rig.push(trade(1))
    assert await rig.read(socket, 2) == [trade(1), trade(1)]


async def crossed_book(rig):
    socket = await rig.connect(DEPTH)
    rig.arm("crossed_book")
    await rig.push(diff(1, 2, [("99.90", "2.0")], [("100.00", "1.0")]), path=DEPTH)
    crossed = diff(1, 2, [("100.30", "1.00"), ("99.90", "2.0")], [("100.00", "1.0")])
    assert await rig.read(socket) == [crossed]


async def bad_price(rig):
    socket = await rig.connect()
    rig.arm("bad_price", {"values": ["nan", "0"]})
    await rig.push(trade(1), trade(2), trade(3))
    assert await rig.read(socket, 3) == [
        trade(1).replace(b'"100.05"', b"NaN"),
        trade(2, "0.00"),
        trade(3),
    ]


async def empty_or_one_sided(rig):
    rig.arm("empty_or_one_sided")
    assert await rig.ask() == snapshot(50_160, asks=())


async def wrong_symbol(rig):
    socket = await rig.connect(TICKER)
    rig.arm("wrong_symbol", {"form": "label", "other": "BTCUSD", "every": 2})
    await rig.push(book_ticker(), book_ticker(), path=TICKER)
    assert await rig.read(socket, 2) == [book_ticker(), book_ticker(symbol="BTCUSD")]


async def malformed_payload(rig):
    socket = await rig.connect()
    rig.arm("malformed_payload", {"every": 2})
    await rig.push(trade(1), trade(2))
    assert await rig.read(socket, 2) == [trade(1)[:55], trade(2)]


async def malformed_payload_as_binary(rig):
    socket = await rig.connect()
    rig.arm("malformed_payload", {"form": "opcode"})
    await rig.push(trade(1))
    message = await socket.receive(timeout=2)
    assert (message.type, message.data) == (aiohttp.WSMsgType.BINARY, trade(1))


async def malformed_payload_shorter_than_it_says(rig):
    rig.arm("malformed_payload", {"form": "content_length"})
    with pytest.raises((TimeoutError, aiohttp.ClientPayloadError)):
        await asyncio.wait_for(rig.ask(), 0.5)


async def candle_fault(rig):
    path = "/ws/btcusdt@kline_1m"
    socket = await rig.connect(path)
    rig.arm("candle_fault")
    await rig.push(kline(60_000), kline(60_000, closed=True), kline(120_000), path=path)
    assert await rig.read(socket, 2) == [kline(60_000), kline(120_000)]


async def candle_fault_in_answers(rig):
    rig.arm("candle_fault", {"form": "hole"})
    assert await rig.ask("/api/v3/klines?symbol=BTCUSDT") == b"[[1,2],[3,4],[7,8]]"
    assert len(CANDLES) > len(b"[[1,2],[3,4],[7,8]]")


async def account_data_wrong(rig):
    rig.arm("account_data_wrong")
    head, _, tail = ACCOUNT.partition(b"[{")
    assert await rig.ask("/api/v3/account") == head + b"[]" + tail.partition(b"}]")[2]


async def fill_duplicate(rig):
    socket = await rig.connect(LISTEN_KEY)
    rig.arm("fill_duplicate")
    await rig.push(execution(), path=LISTEN_KEY)
    assert await rig.read(socket, 2) == [execution()] * 2
    again = await rig.connect(LISTEN_KEY)
    assert await rig.read(again) == [execution()]


async def fill_lost(rig):
    socket = await rig.connect(LISTEN_KEY)
    rig.arm("fill_lost")
    new = execution("NEW", "NEW", trade=-1)
    await rig.push(execution(), new, path=LISTEN_KEY)
    assert await rig.read(socket) == [new]


async def fill_misorder(rig):
    socket = await rig.connect(LISTEN_KEY)
    rig.arm("fill_misorder", {"lead_s": 1.0})
    answer = asyncio.create_task(rig.ask("/api/v3/order", "POST"))
    await rig.until(lambda: ("POST", "/api/v3/order") in rig.served)
    await rig.push(execution(), path=LISTEN_KEY)
    assert await rig.read(socket) == [execution()]
    assert not answer.done()
    assert await answer == ORDERED


async def fill_misorder_after_a_cancel(rig):
    socket = await rig.connect(LISTEN_KEY)
    canceled = execution("CANCELED", "CANCELED", trade=-1)
    rig.arm("fill_misorder", {"form": "fill_after_cancel", "wait_s": 0.3})
    await rig.push(execution(), canceled, path=LISTEN_KEY)
    assert await rig.read(socket, 2) == [canceled, execution()]


async def fill_misorder_gives_back_what_it_held(rig):
    socket = await rig.connect(LISTEN_KEY)
    rig.arm("fill_misorder", {"form": "fill_after_cancel", "wait_s": 60.0})
    await rig.push(execution(), path=LISTEN_KEY)
    await rig.until(lambda: rig.relay.table.in_force[0].hits == 1)
    rig.relay.table.remove_all()
    assert await rig.read(socket) == [execution()]


PLAYS = [
    ws_close_frame, ws_abrupt, ws_abrupt_in_the_middle_of_a_message, ws_half_open,
    ws_half_open_spares_a_new_websocket_on_an_old_connection, ws_zombie,
    ws_reconnect_refused, ws_reconnect_refused_by_a_message, ws_planned_shutdown, ws_ping_fault,
    ws_ping_burst, ws_flap, ws_partial_resubscribe, ws_replay_on_reconnect, latency_rest,
    latency_rest_before_the_exchange, latency_ws, latency_ws_gives_back_at_once, slow_drip,
    dns_tls_connect, dns_tls_connect_by_reset, connect_refused, stale_price,
    stale_price_with_fresh_stamps, sequence_gap, sequence_reset, snapshot_mismatch,
    trade_dup_disorder, trade_dup_disorder_twice, crossed_book, bad_price, empty_or_one_sided,
    wrong_symbol, malformed_payload, malformed_payload_as_binary,
    malformed_payload_shorter_than_it_says, candle_fault, candle_fault_in_answers,
    account_data_wrong, fill_duplicate, fill_lost, fill_misorder, fill_misorder_after_a_cancel,
    fill_misorder_gives_back_what_it_held,
]  # fmt: skip


async def played(play):
    async with Rig() as rig:
        await play(rig)
        rig.relay.table.remove_all()
        await healed(rig)
        return rig.relay.table.rows()


async def healed(rig):
    """New connections and answers are those of the exchange, byte for byte."""
    await rig.door_open()
    socket = await rig.connect(TICKER)
    await rig.push(book_ticker("1.00"), book_ticker("2.00"), path=TICKER)
    assert await rig.read(socket, 2) == [book_ticker("1.00"), book_ticker("2.00")]
    assert await rig.ask() == snapshot(50_160)
    assert await rig.ask("/api/v3/account") == ACCOUNT


@pytest.mark.slow
@pytest.mark.parametrize("play", PLAYS, ids=[play.__name__ for play in PLAYS])
def test_harms_through_the_proxy_and_heals(play):
    """The client meets the fault, the lease counts hits, and nothing of it is left."""
    rows = asyncio.run(played(play))

    assert rows["leases"] == []
    assert all(row["hits"] >= 1 for row in rows["ended"])


async def narrowed():
    async with Rig() as rig:
        both = [await rig.connect(path) for path in (TICKER, "/ws/btcusdt@trade")]
        rig.arm("ws_close_frame", {"refuse_s": 0.0}, scope=Scope(path=TICKER))
        code = await rig.end(both[0])
        await rig.push(trade(1))
        return code, await rig.read(both[1])


@pytest.mark.slow
def test_a_scope_narrows_a_disconnect_to_one_connection():
    """One of two WebSockets ends, the other one goes on."""
    assert asyncio.run(narrowed()) == (1001, [trade(1)])


def test_every_fault_of_this_part_has_a_play():
    """The catalogue's F01 to F14 and F37 to F51 are all played."""
    numbers = {name: int(fault.catalogue[1:]) for name, fault in registered().items()}
    ours = {name for name, number in numbers.items() if number <= 14 or 37 <= number <= 51}

    assert ours <= {play.__name__ for play in PLAYS}
