"""With nothing armed, HTTP crosses the relay byte for byte."""

import socket
import threading

import pytest
from proxy_bench import Bench

GET = (
    b"GET /api/v3/time?b=2&a=1&signature=abc HTTP/1.1\r\nhOsT: exchange\r\nX-MBX-APIKEY: k\r\n\r\n"
)
OK = b"HTTP/1.1 200 OK\r\nx-Odd:  spaced \r\nContent-Length: 2\r\n\r\n{}"

PAIRS = {
    "get": (GET, OK),
    "body with length": (
        b"POST /api/v3/order HTTP/1.1\r\nHost: e\r\nContent-Length: 5\r\n\r\na=1&b",
        OK,
    ),
    "body in chunks": (
        b"POST /x HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3;ext=1\r\nabc\r\n0\r\nTrailer: t\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
    ),
    "head": (
        b"HEAD /x HTTP/1.1\r\nHost: e\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n",
    ),
    "no content": (GET, b"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n"),
    "not modified": (GET, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n"),
    "interim answers": (
        GET,
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ),
    "continue": (
        b"POST /x HTTP/1.1\r\nHost: e\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ),
    "upgrade refused": (
        b"GET /ws HTTP/1.1\r\nHost: e\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\n{}",
    ),
    "blank line before": (b"\r\n" + GET, OK),
    "absolute form": (b"GET http://exchange/api/v3/time HTTP/1.1\r\nHost: e\r\n\r\n", OK),
    "no HTTP at all": (b"\x16\x03\x01 hello\r\n\r\n", b"\x15\x03\x01"),
}


@pytest.mark.parametrize(("request_bytes", "answer"), PAIRS.values(), ids=PAIRS.keys())
def test_bytes_cross_unchanged(bench: Bench, request_bytes: bytes, answer: bytes) -> None:
    """Start line, header case and order, query, body and chunking stay, both ways, twice."""
    client, exchange = bench.pair(request_bytes)
    exchange.send(answer)
    client.expect(answer)

    client.send(request_bytes)
    exchange.expect(request_bytes)
    exchange.send(answer)
    client.expect(answer)


@pytest.mark.parametrize(("request_bytes", "answer"), PAIRS.values(), ids=PAIRS.keys())
def test_bytes_cross_unchanged_one_by_one(
    bench: Bench, request_bytes: bytes, answer: bytes
) -> None:
    """Where the network cuts the bytes does not matter."""
    client = bench.client()
    client.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in request_bytes:
        client.send(bytes((byte,)))
    exchange = bench.accept()
    exchange.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    exchange.expect(request_bytes)
    for byte in answer:
        exchange.send(bytes((byte,)))

    client.expect(answer)


@pytest.mark.parametrize("kinds", ["request", "answer", "request answer"])
@pytest.mark.parametrize(
    ("request_bytes", "answer"),
    [pair for name, pair in PAIRS.items() if name not in ("no HTTP at all", "continue")],
    ids=[name for name in PAIRS if name not in ("no HTTP at all", "continue")],
)
def test_a_fault_that_passes_leaves_every_byte(
    bench: Bench, request_bytes: bytes, answer: bytes, kinds: str
) -> None:
    """A message that was collected for a fault goes on as it came if the fault passes."""
    bench.arm(kinds=kinds)

    client, exchange = bench.pair(request_bytes)
    exchange.send(answer)

    client.expect(answer)


def test_pipelined_requests_are_served_one_after_the_other(bench: Bench) -> None:
    """The second request goes up once the first is answered."""
    first, second = GET, GET.replace(b"time", b"ping")
    client, exchange = bench.pair(first)
    client.send(second)
    assert exchange.is_silent()

    exchange.send(OK)

    client.expect(OK)
    exchange.expect(second)


def test_a_large_body_streams_with_back_pressure(bench: Bench) -> None:
    """A client that does not read stops the exchange after a few megabytes; nothing is lost."""
    size = 64 * 1024 * 1024
    client, exchange = bench.pair(GET)
    exchange.raw.setblocking(False)
    exchange.raw.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
    sent, stuck = 0, 0
    block = b"x" * 65_536
    while stuck < 20:
        try:
            sent += exchange.raw.send(block)
            stuck = 0
        except BlockingIOError:
            stuck += 1
            bench.inside(lambda: None)

    assert sent < 32 * 1024 * 1024

    exchange.close()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size
    client.expect(head)
    assert len(client.receive(size)) == sent


def test_an_unreachable_exchange_is_a_502_that_says_so() -> None:
    """The body is JSON with the reason, and the request is recorded as upstream_failed."""
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    bench = Bench(upstream=f"http://127.0.0.1:{port}")
    client = bench.client()
    client.send(GET)

    answer = client.receive(100_000)

    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert b'{"error": "upstream http://127.0.0.1:' in answer
    [record] = bench.records("request")
    bench.close()
    assert (record["outcome"], record["status"]) == ("upstream_failed", 502)


def test_an_answer_without_length_ends_with_the_connection(bench: Bench) -> None:
    """The body is handed on until the exchange's FIN, which is handed on too."""
    client, exchange = bench.pair(GET)
    exchange.send(b"HTTP/1.1 200 OK\r\n\r\nhello")
    exchange.close()

    client.expect(b"HTTP/1.1 200 OK\r\n\r\nhello")

    assert client.how_it_ended() == "fin"
    [record] = bench.records("request")
    assert (record["outcome"], record["status"]) == ("answered", 200)


def test_each_client_has_a_connection_of_its_own(bench: Bench) -> None:
    """Two clients are two connections to the exchange, and stay so."""
    first, exchange_of_first = bench.pair(GET)
    second, exchange_of_second = bench.pair(GET)

    exchange_of_second.send(OK)

    second.expect(OK)
    assert first.is_silent()
    exchange_of_first.send(OK)
    first.expect(OK)


def test_nothing_is_opened_before_the_first_request(bench: Bench) -> None:
    """A client that only connects costs the exchange nothing."""
    bench.client()

    bench.door.settimeout(0.1)
    with pytest.raises(TimeoutError):
        bench.accept()


def test_the_host_header_is_rewritten_only_when_asked() -> None:
    """`--rewrite-host` puts the upstream's name there and leaves the header's own spelling."""
    bench = Bench(rewrite_host=True)
    client = bench.client()
    client.send(GET)
    exchange = bench.accept()
    host = bench.relay.upstream.removeprefix("http://").encode()

    exchange.expect(GET.replace(b"hOsT: exchange", b"hOsT: " + host))

    bench.close()


def test_an_upload_that_stops_half_way_reaches_the_exchange_as_it_is(bench: Bench) -> None:
    """Half a body goes up, then the FIN behind it."""
    bench.arm(kinds="request")
    client = bench.client()
    half = b"POST /x HTTP/1.1\r\nHost: e\r\nContent-Length: 10\r\n\r\nhalf"
    client.send(half)
    client.raw.shutdown(socket.SHUT_WR)
    exchange = bench.accept()

    exchange.expect(half)

    assert exchange.how_it_ended() == "fin"


def test_a_request_that_a_fault_wants_whole_is_asked_to_continue_by_the_relay(
    bench: Bench,
) -> None:
    """The exchange's own 100 is swallowed then, so that the client sees one."""
    bench.arm(kinds="request")
    head = b"POST /x HTTP/1.1\r\nHost: e\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    client = bench.client()
    client.send(head)
    client.expect(b"HTTP/1.1 100 Continue\r\n\r\n")
    client.send(b"a")
    exchange = bench.accept()
    exchange.expect(head + b"a")

    exchange.send(b"HTTP/1.1 100 Continue\r\n\r\n" + OK)

    client.expect(OK)


def test_a_body_too_large_for_a_fault_passes_and_is_a_miss(bench: Bench) -> None:
    """Above 16 MiB the answer streams on, and the lease counts a candidate that it missed."""
    size = 17 * 1024 * 1024
    lease_id, fault = bench.arm(kinds="answer")
    client, exchange = bench.pair(GET)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + bytes(size)
    sender = threading.Thread(target=exchange.send, args=(answer,))
    sender.start()

    assert client.receive(len(answer)) == answer

    sender.join()
    assert fault.seen == []
    assert bench.lease(lease_id)["misses"] == 1
