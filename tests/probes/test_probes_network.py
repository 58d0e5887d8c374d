"""Numbers about connections and time on the wire, from a short story and a proxy's counters."""

from types import SimpleNamespace

import pytest
from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.checkers.base import Evidence
from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import Unreachable
from chaostrading.probes import network
from chaostrading.records.types import ConnectionEvent, MarketSlice, RequestRecord

STATS = {
    "mono_s": 100.0,
    "connections": {"http": 3, "websocket": 2},
    "streams": {
        "btcusdt@trade": {"last_s": 99.5},
        "ethusdt@trade": {"last_s": 90.0},
        "ethusdt@depth": {"last_s": None},
    },
}


def request(at_s, took_s=0.1, role="order", path="/api/v3/order", **more):
    """A request that was answered."""
    return RequestRecord(
        seq=0, mono_s=at_s, wall_s=at_s, path=path, meaning={"role": role},
        **{"outcome": "answered", "status": 200, "answered_s": at_s + took_s, **more},
    )  # fmt: skip


def event(at_s, what, connection, by="client"):
    """Something that happened to a WebSocket."""
    return ConnectionEvent(
        seq=0, mono_s=at_s, wall_s=at_s, connection=connection, event=what, path="/ws", by=by
    )


@pytest.fixture
def wire(monkeypatch):
    """Let the armed run have seen these records; the fault lasts from 10 to 20, now is 30."""

    def seen(*records):
        evidence = Evidence(
            records=records, baseline_s=(0.0, 10.0), fault_s=(10.0, 20.0), end_s=30.0
        )
        proxy = SimpleNamespace(stats=lambda: STATS)
        clock = ManualClock(monotonic=30.0)
        run = SimpleNamespace(
            evidence=lambda: evidence, proxy=proxy, clock=clock, hold=clock.advance,
            cleared_s=lambda: 20.0,
        )  # fmt: skip
        monkeypatch.setattr(session, "current", lambda: run)

    return seen


def test_open_websockets_are_counted_by_the_proxy(wire):
    """Not those of HTTP."""
    wire()

    assert network.websockets_open() == 2


@pytest.mark.parametrize(("stream", "age_s"), [("*", 10.0), ("btcusdt@*", 0.5)])
def test_the_age_is_that_of_the_stream_that_is_silent_longest(wire, stream, age_s):
    """A stream that has never sent has no age."""
    wire()

    assert network.stream_age_s(stream) == age_s


def test_a_stream_that_was_never_seen_has_no_age(wire):
    """No number is better than a wrong one."""
    wire()

    with pytest.raises(ActivityFailed, match="like 'adausdt@"):
        network.stream_age_s("adausdt@*")


def test_latency_is_that_of_the_targets_own_requests(wire):
    """The slowest of the last 10 s; older ones and those still under way do not count."""
    pending = request(29.0, outcome="pending", answered_s=None)
    wire(request(5.0, 9.0), request(21.0, 7.5), request(25.0), pending)

    assert network.request_latency_ms() == 7_500.0
    assert network.request_latency_ms(share=0.5) == 100.0
    assert network.requests_in_flight() == 1


def test_latency_can_be_asked_of_some_requests(wire):
    """By role or by path."""
    wire(request(25.0, 0.2), request(25.0, 0.4, role="account", path="/api/v3/account"))

    assert network.request_latency_ms(role="order,cancel") == 200.0
    assert network.request_latency_ms(path="*/account") == 400.0
    with pytest.raises(ActivityFailed, match="no request was answered"):
        network.request_latency_ms(role="cancel")


@pytest.mark.parametrize("share", [0.0, 1.5])
def test_a_percentile_is_a_share(wire, share):
    """Percent would be a hundred times too much."""
    wire()

    with pytest.raises(ActivityFailed, match="share must be above 0 and at most 1"):
        network.request_latency_ms(share=share)


def test_losses_and_attempts_count_from_the_first_fault(wire):
    """What the target closes itself is no loss."""
    data = MarketSlice(seq=0, mono_s=9.0, wall_s=9.0, connection=1, stream="btcusdt@trade")
    wire(
        event(1.0, "upgraded", 1), event(2.0, "upgraded", 2), data,
        event(11.0, "closed", 1, by="fault"), event(12.0, "closed", 2),
        event(13.0, "refused", 3), event(14.0, "upgraded", 4),
    )  # fmt: skip

    assert network.websockets_lost() == 1
    assert network.reconnect_attempts() == 2


@pytest.mark.parametrize(("at_s", "seconds"), [(15.0, 0.0), (26.5, 6.5), (29.0, 9.0)])
def test_connections_are_back_when_as_many_are_open_as_before(wire, at_s, seconds):
    """Two before the fault; one of them lived on, the other was replaced."""
    wire(
        event(1.0, "upgraded", 1), event(2.0, "upgraded", 2),
        event(11.0, "closed", 1, by="fault"), event(at_s, "upgraded", 3),
    )  # fmt: skip

    assert network.websockets_back_seconds(settle_s=3.0) == seconds


def test_a_connection_that_never_comes_back_is_named(wire):
    """After the time that it was given."""
    wire(event(1.0, "upgraded", 1), event(11.0, "closed", 1, by="fault"))

    with pytest.raises(ActivityFailed, match="0 of 1 WebSockets are open 30 s after the fault"):
        network.websockets_back_seconds()


def test_a_proxy_that_does_not_answer_fails_the_probe(wire, monkeypatch):
    """In one line."""

    def silent():
        raise Unreachable("proxy at http://127.0.0.1:1: GET /stats failed")

    run = SimpleNamespace(proxy=SimpleNamespace(stats=silent))
    monkeypatch.setattr(session, "current", lambda: run)

    with pytest.raises(ActivityFailed, match="GET /stats failed"):
        network.websockets_open()


def test_without_a_run_nothing_is_told():
    """A probe outside a guarded run has nobody to ask."""
    with pytest.raises(ActivityFailed, match="guard has not armed this run"):
        network.requests_in_flight()
