"""What each fate does to HTTP requests and answers, seen from both sides and in the record."""

import gzip
import time

import pytest
from proxy_bench import SWITCHING, UPGRADE, Bench, text

from chaostrading.faults.base import Answer, Close, Delay, Drip, Drop, Fate, Hold, Replace, Reset
from chaostrading.faults.lease_request import Scope

ORDER = (
    b"POST /api/v3/order?symbol=BTCUSDT&side=BUY&quantity=1&newClientOrderId=a1 HTTP/1.1\r\n"
    b"Host: e\r\nContent-Length: 3\r\n\r\na=b"
)
PLACED_BODY = b'{"symbol":"BTCUSDT","orderId":28,"status":"NEW"}'
PLACED = b"HTTP/1.1 200 OK\r\nContent-Length: 48\r\n\r\n" + PLACED_BODY
LIMITED = Answer(status=429, headers=(("Retry-After", "7"),), body=b'{"code":-1003,"msg":"m"}')
LIMITED_BYTES = (
    b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 24\r\n\r\n"
    b'{"code":-1003,"msg":"m"}'
)


def the_request(bench: Bench) -> dict[str, object]:
    bench.until(lambda: bool(bench.records("request")))
    [record] = bench.records("request")
    return record


def test_a_request_answered_by_a_fault_never_reaches_the_exchange(bench: Bench) -> None:
    """The record holds what the client was told, and that nothing was forwarded."""
    bench.arm(LIMITED)
    client = bench.client()
    client.send(ORDER)

    client.expect(LIMITED_BYTES)

    record = the_request(bench)
    assert (record["outcome"], record["status"], record["code"]) == ("answered", 429, "-1003")
    assert (record["retry_after_s"], record["forwarded_s"]) == (7.0, None)
    assert record["upstream_status"] == 0
    bench.door.settimeout(0.05)
    with pytest.raises(TimeoutError):
        bench.accept()


def test_an_answer_replaced_by_a_fault_means_that_the_exchange_has_acted(bench: Bench) -> None:
    """The client sees 429; the record knows of the order that was placed."""
    bench.arm(LIMITED, "answer")
    client, exchange = bench.pair(ORDER)
    exchange.send(PLACED)

    client.expect(LIMITED_BYTES)

    record = the_request(bench)
    assert (record["status"], record["upstream_status"]) == (429, 200)
    assert record["answer"]["order_id"] == "28"  # type: ignore[index]
    assert bench.relay.stats.orders_accepted == 1


def test_the_connection_lives_on_after_an_injected_answer(bench: Bench) -> None:
    """Keep-alive goes on unless the fault says close."""
    lease_id, _ = bench.arm(LIMITED)
    client = bench.client()
    client.send(ORDER)
    client.expect(LIMITED_BYTES)
    bench.remove(lease_id)

    client.send(ORDER)

    bench.accept().expect(ORDER)


def test_an_injected_answer_may_close_the_connection(bench: Bench) -> None:
    """`close` says so in a header and does it."""
    bench.arm(Answer(status=503, close=True))
    client = bench.client()
    client.send(ORDER)

    client.expect(
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )

    assert client.how_it_ended() == "fin"


@pytest.mark.parametrize("kind", ["request", "answer"])
def test_a_delay_counts_from_arrival_and_is_never_early(bench: Bench, kind: str) -> None:
    """100 ms are at least 100 ms; the record shows on which side they were spent."""
    bench.arm(Delay(delay_s=0.1), kind)
    client = bench.client()
    begun_s = time.monotonic()
    client.send(ORDER)
    exchange = bench.accept()
    exchange.expect(ORDER)
    forwarded_after_s = time.monotonic() - begun_s
    exchange.send(PLACED)

    client.expect(PLACED)

    assert time.monotonic() - begun_s >= 0.1
    assert (forwarded_after_s >= 0.1) == (kind == "request")


def test_one_delayed_connection_does_not_delay_another(bench: Bench) -> None:
    """Nor what the admin API asks."""
    bench.arm(Delay(delay_s=30.0), scope=Scope(connection=1))
    slow = bench.client()
    slow.send(ORDER)
    bench.until(lambda: len(bench.pending()) == 1)

    quick, exchange = bench.pair(ORDER)
    exchange.send(PLACED)

    quick.expect(PLACED)


def test_a_delayed_request_arrives_although_its_client_has_hung_up(bench: Bench) -> None:
    """As in a slow network: bytes under way arrive, the FIN behind them."""
    bench.arm(Delay(delay_s=0.15))
    client = bench.client()
    client.send(ORDER)
    client.close()

    exchange = bench.accept()

    exchange.expect(ORDER)
    assert exchange.how_it_ended() == "fin"
    exchange.send(PLACED)
    record = the_request(bench)
    assert (record["outcome"], record["upstream_status"]) == ("client_gone", 200)


def test_a_held_request_is_forwarded_when_its_lease_ends(bench: Bench) -> None:
    """Removal gives it back at once."""
    lease_id, _ = bench.arm(Hold())
    client = bench.client()
    client.send(ORDER)
    bench.until(lambda: len(bench.pending()) == 1)

    assert bench.remove(lease_id) == [lease_id]

    bench.accept().expect(ORDER)


def test_a_held_request_is_dropped_when_its_client_hangs_up(bench: Bench) -> None:
    """It was never forwarded, and never will be."""
    lease_id, _ = bench.arm(Hold())
    client = bench.client()
    client.send(ORDER)
    bench.until(lambda: len(bench.pending()) == 1)
    client.close()

    record = the_request(bench)

    assert (record["outcome"], record["forwarded_s"]) == ("client_gone", None)
    bench.remove(lease_id)
    bench.door.settimeout(0.05)
    with pytest.raises(TimeoutError):
        bench.accept()


def test_a_held_answer_goes_out_after_its_time(bench: Bench) -> None:
    """`for_s` counts from the answer's arrival."""
    bench.arm(Hold(for_s=0.1), "answer")
    client, exchange = bench.pair(ORDER)
    begun_s = time.monotonic()
    exchange.send(PLACED)

    client.expect(PLACED)

    assert time.monotonic() - begun_s >= 0.1


def test_the_end_of_the_exchange_waits_behind_a_held_answer(bench: Bench) -> None:
    """A server that closes after its answer does not give the secret away."""
    lease_id, _ = bench.arm(Hold(), "answer")
    client, exchange = bench.pair(ORDER)
    exchange.send(PLACED)
    exchange.close()
    assert client.is_silent(0.2)

    bench.remove(lease_id)

    client.expect(PLACED)
    assert client.how_it_ended() == "fin"


@pytest.mark.parametrize(("then", "outcome"), [("drop", "dropped"), ("reset", "reset")])
def test_a_held_answer_may_never_go_out(bench: Bench, then: str, outcome: str) -> None:
    """At the end of the hold it is dropped, or the connection is reset."""
    lease_id, _ = bench.arm(Hold(then=then), "answer")  # type: ignore[arg-type]
    client, exchange = bench.pair(ORDER)
    exchange.send(PLACED)
    bench.until(lambda: bool(bench.lease(lease_id)["hits"]))

    bench.remove(lease_id)

    assert the_request(bench)["outcome"] == outcome
    assert client.is_silent() if then == "drop" else client.how_it_ended() == "rst"


@pytest.mark.parametrize("kind", ["request", "answer"])
def test_a_dropped_message_leaves_the_client_waiting(bench: Bench, kind: str) -> None:
    """Nothing comes and nothing is closed, even if the exchange closes."""
    bench.arm(Drop(), kind)
    client = bench.client()
    client.send(ORDER)
    if kind == "answer":
        exchange = bench.accept()
        exchange.expect(ORDER)
        exchange.send(PLACED)
        exchange.close()

    assert client.is_silent(0.2)

    assert the_request(bench)["outcome"] == "dropped"


def test_after_a_dropped_answer_the_connection_can_be_used_again(bench: Bench) -> None:
    """A new connection to the exchange is opened where the old one has ended."""
    lease_id, _ = bench.arm(Drop(), "answer")
    client, exchange = bench.pair(ORDER)
    exchange.send(PLACED)
    exchange.close()
    the_request(bench)
    bench.remove(lease_id)

    client.send(ORDER)

    again = bench.accept()
    again.expect(ORDER)
    again.send(PLACED)
    client.expect(PLACED)


@pytest.mark.parametrize("kind", ["request", "answer"])
@pytest.mark.parametrize(
    ("fate", "how", "outcome"), [(Close(), "fin", "dropped"), (Reset(), "rst", "reset")]
)
def test_a_connection_is_cut_by_its_request_or_answer(
    bench: Bench, kind: str, fate: Fate, how: str, outcome: str
) -> None:
    """FIN or RST, and the record says which."""
    bench.arm(fate, kind)
    client = bench.client()
    client.send(ORDER)
    if kind == "answer":
        exchange = bench.accept()
        exchange.expect(ORDER)
        exchange.send(PLACED)

    assert client.how_it_ended() == how

    record = the_request(bench)
    assert record["outcome"] == outcome
    assert record["touched"][0]["fate"] == type(fate).__name__.lower()  # type: ignore[index]


def test_an_answer_is_cut_off_in_the_middle(bench: Bench) -> None:
    """The first bytes arrive before the RST."""
    bench.arm(Reset(sent=60), "answer")
    client, exchange = bench.pair(ORDER)
    exchange.send(PLACED)

    client.expect(PLACED[:60])

    assert client.how_it_ended() == "rst"


def test_a_replaced_body_gets_its_own_length(bench: Bench) -> None:
    """All other headers stay as they were, in their order."""
    bench.arm(Replace(payloads=(b"{}",)), "answer")
    client, exchange = bench.pair(ORDER)
    exchange.send(
        b"HTTP/1.1 200 OK\r\nA: 1\r\nTransfer-Encoding: chunked\r\nB: 2\r\n\r\n"
        b"5\r\nhello\r\n0\r\n\r\n"
    )

    client.expect(b"HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nContent-Length: 2\r\n\r\n{}")


def test_a_wrong_length_may_be_kept_and_ends_the_connection(bench: Bench) -> None:
    """A truncated answer: the client waits for bytes that do not come, and gets FIN."""
    bench.arm(Replace(payloads=(PLACED_BODY[:10],), framing="keep"), "answer")
    client, exchange = bench.pair(ORDER)
    exchange.send(PLACED)

    client.expect(PLACED[: -len(PLACED_BODY)] + PLACED_BODY[:10])

    assert client.how_it_ended() == "fin"


def test_a_compressed_answer_is_shown_plain_and_sent_plain(bench: Bench) -> None:
    """The fault edits text; the client is not told of a coding that is gone."""
    _, fault = bench.arm(Replace(payloads=(b"edited",)), "answer")
    client, exchange = bench.pair(ORDER)
    packed = gzip.compress(PLACED_BODY)
    exchange.send(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
        + packed
    )

    client.expect(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nedited")

    assert fault.seen[0].payload == PLACED_BODY


def test_codings_that_cannot_be_edited_are_not_asked_for_while_answers_are(bench: Bench) -> None:
    """Only while a lease may touch the answer; otherwise the header is left alone."""
    request = b"GET /x HTTP/1.1\r\nHost: e\r\naccept-encoding: gzip, br, zstd\r\n\r\n"
    bench.arm(kinds="answer", scope=Scope(path="/x"))
    client = bench.client()
    client.send(request)

    bench.accept().expect(request.replace(b"gzip, br, zstd", b"gzip, deflate"))

    client = bench.client()
    client.send(request.replace(b"/x", b"/y"))
    bench.accept().expect(request.replace(b"/x", b"/y"))


def test_a_replaced_request_reaches_the_exchange(bench: Bench) -> None:
    """With its own length; the request line is left alone."""
    bench.arm(Replace(payloads=(b"c=longer",)))
    client = bench.client()
    client.send(ORDER)

    bench.accept().expect(ORDER.replace(b"Length: 3", b"Length: 8").replace(b"a=b", b"c=longer"))


def test_an_answer_drips_and_goes_at_once_when_the_lease_ends(bench: Bench) -> None:
    """The head comes first, then a trickle; nothing of it is lost at the end."""
    lease_id, _ = bench.arm(Drip(bytes_per_s=20.0), "answer")
    client, exchange = bench.pair(ORDER)
    exchange.send(PLACED)
    head_size = len(PLACED) - len(PLACED_BODY)
    client.expect(PLACED[:head_size])
    client.expect(PLACED_BODY[:1])
    assert bench.pending()

    bench.remove(lease_id)

    client.expect(PLACED_BODY[1:])
    assert the_request(bench)["outcome"] == "answered"


def test_the_first_lease_that_does_not_pass_wins(bench: Bench) -> None:
    """Leases are asked in the order of arming."""
    passing, _ = bench.arm()
    first, _ = bench.arm(LIMITED)
    second, _ = bench.arm(Answer(status=418))
    client = bench.client()
    client.send(ORDER)

    client.expect(LIMITED_BYTES)

    rows = [bench.lease(one) for one in (passing, first, second)]
    assert [(row["hits"], row["misses"]) for row in rows] == [(0, 1), (1, 0), (0, 0)]


def test_a_scope_that_does_not_match_is_told_what_went_past_it(bench: Bench) -> None:
    """The lease lists the endpoints that it did not match, with counts."""
    lease_id, _ = bench.arm(LIMITED, scope=Scope(method="DELETE", path="/api/v3/order"))
    client, exchange = bench.pair(ORDER)
    exchange.send(PLACED)
    client.expect(PLACED)

    assert bench.lease(lease_id)["unmatched"] == {"POST /api/v3/order": 1}


def test_a_scope_by_role_and_symbol_sees_what_the_request_means(bench: Bench) -> None:
    """The answer to an order carries what the order meant."""
    lease_id, fault = bench.arm(
        LIMITED, "answer", scope=Scope(role="order", symbol="BTC*", side="BUY")
    )
    client, exchange = bench.pair(ORDER)
    exchange.send(PLACED)

    client.expect(LIMITED_BYTES)

    assert fault.seen[0].meaning.client_id == "a1"
    assert fault.seen[0].meaning.order_id == "28"
    assert bench.lease(lease_id)["hits"] == 1


UPGRADE_REFUSED = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


@pytest.mark.parametrize("kind", ["request", "answer"])
def test_an_upgrade_is_refused_by_a_fault(bench: Bench, kind: str) -> None:
    """Before the exchange has seen it, or after it has agreed."""
    bench.arm(Answer(status=503, close=True), kind)
    client = bench.client()
    client.send(UPGRADE % b"/ws")
    if kind == "answer":
        exchange = bench.accept()
        exchange.expect(UPGRADE % b"/ws")
        exchange.send(SWITCHING)

    client.expect(UPGRADE_REFUSED)

    assert client.how_it_ended() == "fin"
    [refused] = [row for row in bench.records("connection") if row["event"] == "refused"]
    assert (refused["by"], refused["how"], refused["code"]) == ("fault", "status", 503)


def test_a_delayed_upgrade_is_an_upgrade_all_the_same(bench: Bench) -> None:
    """What the exchange sends meanwhile comes behind the 101."""
    bench.arm(Delay(delay_s=0.1), "answer")
    client, exchange = bench.pair(UPGRADE % b"/ws/btcusdt@trade")
    exchange.send(SWITCHING + text(b"first"))
    exchange.send(text(b"second"))

    client.expect(SWITCHING + text(b"first") + text(b"second"))
