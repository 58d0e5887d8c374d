"""RST, FIN and close frames are three different things, and cross the relay as what they are."""

import socket

import pytest
from proxy_bench import SWITCHING, UPGRADE, Bench, masked, text

from chaostrading.faults.base import Close, Drop, Hold, Reset
from chaostrading.proxy import frames

GET = b"GET /api/v3/time HTTP/1.1\r\nHost: e\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def last_end(bench: Bench) -> tuple[str, str, int | None]:
    bench.until(lambda: any(row["event"] == "closed" for row in bench.records("connection")))
    [row] = [row for row in bench.records("connection") if row["event"] == "closed"]
    return row["by"], row["how"], row["code"]


def test_a_reset_by_the_exchange_is_a_reset_for_the_client(bench: Bench) -> None:
    """ECONNRESET, not an end of file, and no answer."""
    client, exchange = bench.pair(GET)
    exchange.reset()

    assert client.how_it_ended() == "rst"

    assert last_end(bench) == ("upstream", "rst", None)
    assert bench.records("request")[0]["outcome"] == "upstream_failed"


def test_an_end_by_the_exchange_is_an_end_for_the_client(bench: Bench) -> None:
    """FIN without an answer, as a dying server sends it."""
    client, exchange = bench.pair(GET)
    exchange.close()

    assert client.how_it_ended() == "fin"

    assert last_end(bench) == ("upstream", "fin", None)
    assert bench.records("request")[0]["outcome"] == "upstream_failed"


def test_a_reset_by_the_client_is_a_reset_for_the_exchange(bench: Bench) -> None:
    """Also with a request in flight, which is recorded as left by its client."""
    client, exchange = bench.pair(GET)
    client.reset()

    assert exchange.how_it_ended() == "rst"

    assert last_end(bench) == ("client", "rst", None)
    assert bench.records("request")[0]["outcome"] == "client_gone"


def test_a_client_that_hangs_up_is_noted_and_the_answer_still_known(bench: Bench) -> None:
    """The exchange sees the FIN; its answer is recorded though nobody waits for it."""
    client, exchange = bench.pair(GET)
    client.close()
    assert exchange.how_it_ended() == "fin"
    assert bench.pending()[0]["outcome"] == "pending"

    exchange.send(OK)

    bench.until(lambda: bool(bench.records("request")))
    [record] = bench.records("request")
    assert (record["outcome"], record["status"], record["upstream_status"]) == (
        "client_gone", 0, 200,
    )  # fmt: skip
    assert last_end(bench) == ("client", "fin", None)


def test_a_client_that_ends_its_half_gets_its_answer(bench: Bench) -> None:
    """A half-close is no hang-up: what was asked for is still handed on."""
    client, exchange = bench.pair(GET)
    client.raw.shutdown(socket.SHUT_WR)
    assert exchange.how_it_ended() == "fin"

    exchange.send(OK)

    client.expect(OK)
    assert client.how_it_ended() == "fin"


def test_an_idle_keep_alive_connection_ends_on_both_sides(bench: Bench) -> None:
    """Whoever ends it, the other side is told at once."""
    client, exchange = bench.pair(GET)
    exchange.send(OK)
    client.expect(OK)

    client.close()

    assert exchange.how_it_ended() == "fin"
    bench.until(lambda: not bench.relay.links)


def test_a_close_frame_crosses_with_its_code_and_is_noted(bench: Bench) -> None:
    """The code that the client sees is the exchange's; the end is told as a close frame."""
    client, exchange = bench.websocket()
    closing = frames.build(frames.CLOSE, frames.close_payload(1012, "restart"))
    reply = masked(frames.close_payload(1012), frames.CLOSE)
    exchange.send(closing)
    client.expect(closing)
    client.send(reply)
    exchange.expect(reply)
    exchange.close()

    assert client.how_it_ended() == "fin"

    assert last_end(bench) == ("upstream", "close_frame", 1012)


def test_a_websocket_that_dies_without_close_frame_is_told_apart(bench: Bench) -> None:
    """FIN only: the client library will say 1006."""
    client, exchange = bench.websocket()
    exchange.close()

    assert client.how_it_ended() == "fin"

    assert last_end(bench) == ("upstream", "fin", None)


def test_a_fault_resets_a_websocket_on_its_tick(bench: Bench) -> None:
    """The client gets an RST, the exchange's leg is closed."""
    client, exchange = bench.websocket()
    bench.arm(Reset(), "tick")

    assert client.how_it_ended() == "rst"

    assert exchange.how_it_ended() == "fin"
    assert last_end(bench) == ("fault", "rst", None)


def test_a_fault_closes_a_websocket_with_a_code(bench: Bench) -> None:
    """Messages first, then the close frame with code and reason, then FIN."""
    client, exchange = bench.websocket()
    bench.arm(Close(code=1008, reason="bye", after=(b"last",)), "tick")

    client.expect(text(b"last") + b"\x88\x05\x03\xf0bye")

    assert client.how_it_ended() == "fin"
    assert exchange.how_it_ended() == "fin"
    assert last_end(bench) == ("fault", "close_frame", 1008)


def test_a_fault_closes_a_websocket_without_a_close_frame(bench: Bench) -> None:
    """A Close without a code is a bare FIN, also while the client is sending."""
    client, _ = bench.websocket()
    client.send(masked(b"one"))
    bench.arm(Close(), "tick")

    assert client.how_it_ended() == "fin"

    assert last_end(bench) == ("fault", "fin", None)


def test_a_reset_in_the_middle_of_a_frame_sends_its_first_bytes(bench: Bench) -> None:
    """The client has half a frame when the RST comes."""
    client, exchange = bench.websocket()
    bench.arm(Reset(sent=4), "message")
    exchange.send(text(b"hello"))

    client.expect(b"\x81\x05he")

    assert client.how_it_ended() == "rst"


def test_a_dropped_end_of_the_exchange_leaves_the_client_connected(bench: Bench) -> None:
    """Half open: the exchange is gone and the client is not told."""
    client, exchange = bench.websocket()
    bench.arm(Drop(), "fin message")
    exchange.close()

    assert client.is_silent(0.2)

    client.send(masked(b"is anybody there"))
    assert client.is_silent()


def test_a_dropped_end_of_the_client_leaves_the_exchange_connected(bench: Bench) -> None:
    """The other way round: the exchange goes on as if the client were there."""
    client, exchange = bench.websocket()
    bench.arm(Drop(), "fin message")
    client.close()

    assert exchange.is_silent(0.2)

    exchange.send(text(b"still here"))
    assert exchange.is_silent()


def test_a_held_end_is_told_when_the_lease_ends(bench: Bench) -> None:
    """What was withheld is given back at once."""
    client, exchange = bench.websocket()
    lease_id, _ = bench.arm(Hold(), "fin")
    exchange.close()
    assert client.is_silent()

    bench.remove(lease_id)

    assert client.how_it_ended() == "fin"


def test_a_connection_is_reset_as_soon_as_it_is_made(bench: Bench) -> None:
    """A fault on `connect` acts before a byte was read; the client may still be connecting."""
    bench.arm(Reset(), "connect")

    with pytest.raises(ConnectionResetError):
        bench.client().receive(1)


def test_a_connection_is_ended_as_soon_as_it_is_made(bench: Bench) -> None:
    """As a server does that accepts and closes."""
    bench.arm(Close(), "connect")

    assert bench.client().how_it_ended() == "fin"


def test_a_dropped_connection_is_open_and_mute(bench: Bench) -> None:
    """The client can connect and send, and nothing ever comes."""
    bench.arm(Drop(), "connect")
    client = bench.client()
    client.send(GET)

    assert client.is_silent(0.2)


def test_a_held_connection_begins_when_the_lease_ends(bench: Bench) -> None:
    """What the client has sent meanwhile is not lost."""
    lease_id, _ = bench.arm(Hold(), "connect")
    client = bench.client()
    client.send(GET)
    assert client.is_silent()

    bench.remove(lease_id)

    bench.accept().expect(GET)


def test_a_shut_door_refuses_and_is_opened_again(bench: Bench) -> None:
    """ECONNREFUSED while the lease is in force; connections that exist are left alone."""
    client, exchange = bench.pair(GET)
    lease_id, _ = bench.arm(kinds="connect", refuses_connections=True)
    with pytest.raises(ConnectionRefusedError):
        bench.client()
    exchange.send(OK)
    client.expect(OK)

    bench.remove(lease_id)

    def opened() -> bool:
        try:
            bench.client()
        except ConnectionRefusedError:
            return False
        return True

    bench.until(opened)


def test_an_upgrade_offers_no_compression(bench: Bench) -> None:
    """`Sec-WebSocket-Extensions` is the one header that does not reach the exchange."""
    client = bench.client()
    offer = b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    client.send((UPGRADE % b"/ws")[:-2] + offer)

    exchange = bench.accept()

    exchange.expect(UPGRADE % b"/ws")
    exchange.send(SWITCHING + text(b"at once"))
    client.expect(SWITCHING + text(b"at once"))
