"""Ending a lease gives back what it held, at once, whatever the connection is doing."""

import threading
import time
from collections.abc import Iterator

import pytest
from proxy_bench import Bench, Socket, text

from chaostrading.faults.base import Answer, Close, Delay, Drip, Drop, Fate, Hold, Replace, Reset

FATES: dict[str, Fate] = {
    "delay": Delay(delay_s=30.0),
    "hold": Hold(),
    "hold then drop": Hold(then="drop"),
    "hold then reset": Hold(then="reset"),
    "drop": Drop(),
    "replace": Replace(payloads=(b"x",), delay_s=30.0),
    "answer": Answer(status=503, body=b"x", delay_s=30.0),
    "drip": Drip(bytes_per_s=1.0, head_s=30.0),
    "close": Close(code=1001),
    "reset": Reset(),
}
KINDS = "request answer message ping pong close fin"


class Feed:
    """An exchange that sends a message every few milliseconds until told to stop."""

    def __init__(self, exchange: Socket) -> None:
        self._exchange = exchange
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        number = 0
        while not self._stopped.wait(0.002):
            number += 1
            try:
                self._exchange.send(text(b'{"number":%d}' % number))
            except OSError:
                return

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()


@pytest.fixture
def live(bench: Bench) -> Iterator[tuple[Socket, Socket]]:
    """A WebSocket with a live stream on it."""
    client, exchange = bench.websocket(b"/ws")
    feed = Feed(exchange)
    client.receive(20)
    yield client, exchange
    feed.stop()


def heals(bench: Bench, lease_id: str) -> None:
    """The lease is gone within a moment, and a new connection is served as if nothing was."""
    begun_s = time.monotonic()
    bench.remove(lease_id)
    took_s = time.monotonic() - begun_s
    request = b"GET /api/v3/time HTTP/1.1\r\nHost: e\r\n\r\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    client, exchange = bench.pair(request)
    exchange.send(answer)
    client.expect(answer)
    assert took_s < 1.0  # the promise is 0.1 s; the machine may be busy
    assert bench.lease(lease_id)["state"] == "ended"
    assert bench.relay.table.in_force == ()
    assert not [item for link in bench.relay.links.values() for item in link.held]


@pytest.mark.parametrize("fate", FATES.values(), ids=FATES.keys())
def test_heals_on_an_idle_connection(bench: Bench, fate: Fate) -> None:
    """Nothing is flowing; nothing is waited for."""
    bench.websocket(b"/ws")
    lease_id, _ = bench.arm(fate, KINDS)

    heals(bench, lease_id)


@pytest.mark.parametrize("fate", FATES.values(), ids=FATES.keys())
def test_heals_on_a_live_stream(bench: Bench, live: tuple[Socket, Socket], fate: Fate) -> None:
    """Messages are arriving all the time, and are being touched."""
    lease_id, _ = bench.arm(fate, KINDS)
    bench.until(lambda: bench.lease(lease_id)["hits"] > 0)

    heals(bench, lease_id)


@pytest.mark.parametrize("fate", FATES.values(), ids=FATES.keys())
def test_heals_when_the_client_has_been_killed(
    bench: Bench, live: tuple[Socket, Socket], fate: Fate
) -> None:
    """The case in which other proxies lock up: delayed data for a client that is gone."""
    client, _ = live
    lease_id, _ = bench.arm(fate, KINDS)
    bench.until(lambda: bench.lease(lease_id)["hits"] > 0)
    client.reset()

    heals(bench, lease_id)


@pytest.mark.slow
@pytest.mark.parametrize("fate", FATES.values(), ids=FATES.keys())
def test_heals_when_the_owner_is_silent(
    bench: Bench, live: tuple[Socket, Socket], fate: Fate
) -> None:
    """Nobody removes the lease: the proxy does, after `ttl_s`."""
    lease_id, _ = bench.arm(fate, KINDS, ttl_s=0.5)

    bench.until(lambda: bench.lease(lease_id)["state"] == "ended")

    assert bench.lease(lease_id)["reason"] == "owner_silent"
    heals(bench, lease_id)


def test_a_lease_ends_by_itself_and_releases_its_delays(bench: Bench) -> None:
    """At its duration, without anybody asking."""
    client, exchange = bench.websocket(b"/ws")
    lease_id, _ = bench.arm(Delay(delay_s=30.0), "message", duration_s=0.1)
    exchange.send(text(b"one") + text(b"two"))

    client.expect(text(b"one") + text(b"two"))

    assert bench.lease(lease_id)["reason"] == "duration"


def test_the_lever_ends_everything(bench: Bench) -> None:
    """All leases at once, and what they held comes back."""
    client, exchange = bench.websocket(b"/ws")
    bench.arm(Hold(), "message", only=lambda frame, dice, state: frame.payload == b"one")
    bench.arm(Delay(delay_s=30.0), "message")
    exchange.send(text(b"one") + text(b"two"))
    bench.until(lambda: all(row["hits"] for row in bench.inside(bench.relay.table.rows)["leases"]))

    bench.inside(lambda: bench.relay.table.lever(True, "drill"))

    assert sorted([client.receive(5), client.receive(5)]) == [text(b"one"), text(b"two")]
    ended = [row["reason"] for row in bench.records("lease") if row["event"] == "ended"]
    assert ended == ["lever", "lever"]


def test_hits_and_their_times_are_counted(bench: Bench) -> None:
    """First and last hit are monotonic times within the lease."""
    client, exchange = bench.websocket(b"/ws")
    lease_id, _ = bench.arm(Drop(), "message", max_hits=2)
    exchange.send(text(b"one") + text(b"two") + text(b"three"))

    client.expect(text(b"three"))

    row = bench.lease(lease_id)
    assert (row["hits"], row["reason"]) == (2, "max_hits")
    assert row["armed_mono_s"] <= row["first_hit_s"] <= row["last_hit_s"] <= time.monotonic()


def test_a_connection_leaves_nothing_behind(bench: Bench) -> None:
    """Links, states of leases and pending requests go with it."""
    lease_id, _ = bench.arm(Delay(delay_s=0.0), KINDS)
    client, exchange = bench.websocket(b"/ws")
    exchange.send(text(b"one"))
    client.expect(text(b"one"))

    client.close()
    exchange.close()

    bench.until(lambda: not bench.relay.links)
    [lease] = bench.relay.table.in_force
    assert lease._states == {}
    assert bench.pending() == []
    assert lease.id == lease_id
