"""WebSocket through the relay: untouched bytes, fates of messages, requests over WebSocket."""

import time

import pytest
from proxy_bench import Bench, masked, text

from chaostrading.faults.base import Answer, Delay, Drop, Fate, Hold, Replace
from chaostrading.faults.lease_request import Scope
from chaostrading.proxy import frames

TRADE = b'{"e":"trade","E":1750000000123,"s":"BTCUSDT","t":7,"p":"50000.10","q":"1"}'
OTHER = b'{"e":"trade","E":1750000000123,"s":"ETHUSDT","t":8,"p":"3000.10","q":"1"}'
REPORT = b'{"e":"executionReport","E":1750000000123,"s":"BTCUSDT","c":"a1","X":"FILLED","i":5}'
PLACE = (
    b'{"id":"1","method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY",'
    b'"newClientOrderId":"a1"}}'
)
PLACED = b'{"id":"1","status":200,"result":{"symbol":"BTCUSDT","orderId":9,"status":"NEW"}}'
LIMITED = b'{"id":"1","status":429,"error":{"code":-1003,"msg":"m"}}'

FRAMES = {
    "text": text(TRADE),
    "empty": text(b""),
    "binary": frames.build(frames.BINARY, bytes(70_000)),
    "fragments": (
        frames.build(0, b"abc", first=0x01)
        + frames.build(0, b"def", first=0x00)
        + frames.build(0, b"", first=0x80)
    ),
    "ping and pong": frames.build(frames.PING, b"123") + frames.build(frames.PONG, b"123"),
    "reserved bits": frames.build(frames.TEXT, b"x", first=0xC1),
}


@pytest.mark.parametrize("data", FRAMES.values(), ids=FRAMES.keys())
@pytest.mark.parametrize("kinds", ["", "message", "message ping pong close"])
def test_frames_cross_unchanged_when_nobody_touches_them(
    bench: Bench, data: bytes, kinds: str
) -> None:
    """With nothing armed, and with a fault that looks at every one of them and passes."""
    if kinds:
        bench.arm(kinds=kinds)
    client, exchange = bench.websocket()

    for _ in range(2):
        exchange.send(data)
        client.expect(data)


def test_a_ping_does_not_wait_for_fragments_that_are_looked_at(bench: Bench) -> None:
    """While a fault wants messages, fragments wait for their message and pings do not."""
    bench.arm(kinds="message")
    client, exchange = bench.websocket()
    begin, end = frames.build(0, b"ab", first=0x01), frames.build(0, b"cd", first=0x80)
    ping = frames.build(frames.PING, b"p")

    exchange.send(begin + ping + end)

    client.expect(ping + begin + end)


@pytest.mark.parametrize("armed", [False, True])
def test_frames_of_clients_keep_their_masks(bench: Bench, armed: bool) -> None:
    """Masked bytes go up as they came."""
    if armed:
        bench.arm(kinds="message")
    client, exchange = bench.websocket()

    client.send(masked(b"hello") + masked(b"p", frames.PING))

    exchange.expect(masked(b"hello") + masked(b"p", frames.PING))


def test_arming_in_the_middle_of_a_frame_touches_the_next_one(bench: Bench) -> None:
    """The frame whose beginning has gone on is completed; only then fates apply."""
    client, exchange = bench.websocket()
    whole = text(TRADE)
    exchange.send(whole[:20])
    client.expect(whole[:20])
    bench.arm(Drop(), "message")

    exchange.send(whole[20:] + text(TRADE) + frames.build(frames.PING, b"end"))

    client.expect(whole[20:] + frames.build(frames.PING, b"end"))


def test_arming_in_the_middle_of_a_fragmented_message_touches_the_next_one(bench: Bench) -> None:
    """A message cannot be half dropped."""
    client, exchange = bench.websocket()
    begin, end = frames.build(0, b"ab", first=0x01), frames.build(0, b"cd", first=0x80)
    exchange.send(begin)
    client.expect(begin)
    bench.arm(Drop(), "message")

    exchange.send(end + begin + end + frames.build(frames.PING, b"end"))

    client.expect(end + frames.build(frames.PING, b"end"))


def test_the_last_hit_does_not_change_the_order_of_what_follows(bench: Bench) -> None:
    """The lease ends between two frames of one piece, the last of which is not whole."""
    client, exchange = bench.websocket()
    bench.arm(Drop(), "message", max_hits=1)

    exchange.send(text(b"one") + text(b"two") + text(b"three")[:3])

    client.expect(text(b"two") + text(b"three")[:3])
    exchange.send(text(b"three")[3:] + text(b"four"))
    client.expect(text(b"three")[3:] + text(b"four"))


def test_disarming_in_the_middle_of_a_frame_lets_its_beginning_go(bench: Bench) -> None:
    """What was kept back to be looked at whole is not lost."""
    client, exchange = bench.websocket()
    lease_id, _ = bench.arm(kinds="message")
    whole = text(TRADE)
    fragment = frames.build(0, b"ab", first=0x01)
    exchange.send(fragment + frames.build(frames.PING, b"x") + whole[:1])
    client.expect(frames.build(frames.PING, b"x"))

    bench.remove(lease_id)

    client.expect(fragment + whole[:1])
    exchange.send(whole[1:])
    client.expect(whole[1:])


@pytest.mark.parametrize(
    ("fate", "arrives"),
    [
        (Drop(), b""),
        (Replace(payloads=()), b""),
        (Replace(payloads=(b"a", b"b")), text(b"a") + text(b"b")),
        (Replace(payloads=(b"a",), opcode=frames.BINARY), frames.build(frames.BINARY, b"a")),
        (Answer(status=429, body=b"no"), text(b"no")),
    ],
)
def test_a_message_is_dropped_or_replaced(bench: Bench, fate: Fate, arrives: bytes) -> None:
    """The frames before and behind it keep their places."""
    client, exchange = bench.websocket()
    bench.arm(fate, "message", only=lambda frame, dice, state: frame.payload == b"two")
    exchange.send(text(b"one") + text(b"two") + text(b"three"))

    client.expect(text(b"one") + arrives + text(b"three"))


def test_a_fragmented_message_is_shown_whole(bench: Bench) -> None:
    """The fault sees one payload, the client gets one frame."""
    client, exchange = bench.websocket()
    _, fault = bench.arm(Replace(payloads=(b"new",)), "message")

    exchange.send(frames.build(0, b"ab", first=0x01) + frames.build(0, b"cd", first=0x80))

    client.expect(text(b"new"))
    assert fault.seen[0].payload == b"abcd"


def test_a_replaced_message_of_a_client_is_masked_again(bench: Bench) -> None:
    """Servers close on unmasked frames."""
    client, exchange = bench.websocket()
    bench.arm(Replace(payloads=(b"new",)), "message")

    client.send(masked(b"old"))

    exchange.expect(masked(b"new"))


def test_delayed_messages_keep_their_order_and_are_never_early(bench: Bench) -> None:
    """What follows a delayed message waits behind it."""
    client, exchange = bench.websocket()
    bench.arm(
        Delay(delay_s=0.1), "message", only=lambda frame, dice, state: frame.payload == b"one"
    )
    begun_s = time.monotonic()
    exchange.send(text(b"one"))
    exchange.send(text(b"two"))

    client.expect(text(b"one") + text(b"two"))

    assert time.monotonic() - begun_s >= 0.1


def test_the_end_of_a_delay_lease_gives_a_burst_in_order(bench: Bench) -> None:
    """Nothing is lost, nothing changes places."""
    client, exchange = bench.websocket()
    lease_id, _ = bench.arm(Delay(delay_s=30.0), "message")
    exchange.send(text(b"one") + text(b"two"))
    exchange.send(text(b"three"))
    bench.until(lambda: bench.lease(lease_id)["hits"] == 3)

    bench.remove(lease_id)

    client.expect(text(b"one") + text(b"two") + text(b"three"))


def test_held_messages_of_one_stream_let_others_pass(bench: Bench) -> None:
    """A zombie stream: pings and other streams go on; held messages come back in order."""
    client, exchange = bench.websocket(b"/stream?streams=btcusdt@trade/ethusdt@trade")
    bitcoin = b'{"stream":"btcusdt@trade","data":' + TRADE + b"}"
    ether = b'{"stream":"ethusdt@trade","data":' + OTHER + b"}"
    ping = frames.build(frames.PING, b"1")
    lease_id, _ = bench.arm(Hold(), "message", scope=Scope(stream="btcusdt@*"))
    exchange.send(text(bitcoin) + text(ether) + ping + text(bitcoin + b" "))

    client.expect(text(ether) + ping)

    bench.remove(lease_id)
    client.expect(text(bitcoin) + text(bitcoin + b" "))


def test_a_stream_that_the_connection_does_not_carry_is_not_looked_for(bench: Bench) -> None:
    """The frames stay on the fast path, and the lease is told of what went past it."""
    client, exchange = bench.websocket(b"/ws/btcusdt@trade")
    lease_id, fault = bench.arm(Drop(), "message", scope=Scope(stream="dogeusdt@*"))
    exchange.send(text(TRADE))

    client.expect(text(TRADE))

    bench.until(lambda: bench.lease(lease_id)["unmatched"] == {"message btcusdt@trade": 1})
    assert fault.seen == []


@pytest.mark.parametrize("opcode", [frames.PING, frames.PONG])
def test_pings_and_pongs_are_frames_of_their_own(bench: Bench, opcode: int) -> None:
    """They can be dropped without a message being missed."""
    client, exchange = bench.websocket()
    bench.arm(Drop(), frames.NAMES[opcode])

    exchange.send(frames.build(opcode, b"x") + text(b"data"))
    client.send(masked(b"x", opcode) + masked(b"data"))

    client.expect(text(b"data"))
    exchange.expect(masked(b"data"))


def test_a_tick_injects_messages(bench: Bench) -> None:
    """As the exchange might have sent them; recorded as made by a fault."""
    client, _ = bench.websocket()

    lease_id, _ = bench.arm(Replace(payloads=(b"hello",)), "tick", max_hits=1)

    client.expect(text(b"hello"))

    assert bench.lease(lease_id)["reason"] == "max_hits"
    [record] = bench.records("message")
    assert record["touched"][0]["lease"] == lease_id


def test_a_request_over_websocket_is_recorded_as_a_request(bench: Bench) -> None:
    """WS-API: the answer is found by id, whatever comes between."""
    client, exchange = bench.websocket(b"/ws-api/v3")
    client.send(masked(PLACE))
    exchange.expect(masked(PLACE))
    assert bench.pending()[0]["meaning"]["client_id"] == "a1"
    exchange.send(text(b'{"id":"2","status":200,"result":{}}') + text(PLACED))
    client.receive(len(text(PLACED)))

    bench.until(lambda: len(bench.records("request")) == 2)

    [upgrade, order] = bench.records("request")
    assert upgrade["upstream_status"] == 101
    assert (order["protocol"], order["outcome"], order["status"]) == ("ws", "answered", 200)
    assert order["answer"]["order_id"] == "9"
    assert bench.relay.stats.orders == bench.relay.stats.orders_accepted == 1


def test_a_request_over_websocket_is_answered_by_a_fault(bench: Bench) -> None:
    """The same fate as over REST: the exchange never sees it."""
    client, exchange = bench.websocket(b"/ws-api/v3")
    bench.arm(
        Answer(status=429, body=LIMITED),
        "message",
        only=lambda frame, dice, state: frame.direction == "up",
    )
    client.send(masked(PLACE))

    client.expect(text(LIMITED))

    assert exchange.is_silent()
    record = bench.records("request")[-1]
    assert (record["status"], record["code"], record["forwarded_s"]) == (429, "-1003", None)


def test_an_answer_over_websocket_is_lost_by_a_fault(bench: Bench) -> None:
    """The scope knows what the answer answers: an order, though it does not say so."""
    client, exchange = bench.websocket(b"/ws-api/v3")
    bench.arm(Drop(), "message", scope=Scope(role="order", direction="down"))
    client.send(masked(PLACE))
    exchange.expect(masked(PLACE))
    exchange.send(text(PLACED) + text(b"end"))

    client.expect(text(b"end"))

    record = bench.records("request")[-1]
    assert (record["outcome"], record["upstream_status"], record["status"]) == ("dropped", 200, 0)
    assert bench.relay.stats.orders_accepted == 1


def test_private_events_are_recorded_one_by_one_among_market_data(bench: Bench) -> None:
    """They are found in a stream of trades, and no payload is kept."""
    client, exchange = bench.websocket(b"/ws")
    burst = text(TRADE) * 50 + text(REPORT) + text(TRADE) * 50
    exchange.send(burst)
    client.expect(burst)

    bench.until(lambda: bool(bench.records("market")))

    [record] = bench.records("message")
    assert record["meaning"]["endpoint"] == "executionReport"
    assert record["meaning"]["client_id"] == "a1"
    slices = bench.records("market")
    assert sum(one["count"] for one in slices) == 100
    assert (slices[0]["stream"], slices[0]["price"]) == ("btcusdt@trade", "50000.10")


def test_subscriptions_are_followed(bench: Bench) -> None:
    """Leases with a stream in their scope reach a connection from its subscription on."""
    client, exchange = bench.websocket(b"/ws")
    subscribe = masked(b'{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}')
    client.send(subscribe)
    exchange.expect(subscribe)
    bench.arm(Drop(), "message", scope=Scope(stream="btcusdt@trade"))

    exchange.send(text(TRADE) + text(OTHER))

    client.expect(text(OTHER))
    assert any(row["event"] == "subscribed" for row in bench.records("connection"))
