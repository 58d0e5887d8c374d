"""A connection whose pong does not come is dead."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.heartbeat import Heartbeat, NaiveHeartbeat


def test_a_missing_pong_is_noticed_within_ten_seconds() -> None:
    """Ping after 5 s, dead 5 s later."""
    clock = ManualClock()
    heartbeat = Heartbeat(clock)
    clock.advance(5)

    payload = heartbeat.ping()
    clock.advance(5.1)

    assert payload == b"ct1"
    assert heartbeat.dead()


def test_a_pong_of_our_own_payload_keeps_it_alive() -> None:
    """Anybody's pong with another payload proves nothing."""
    clock = ManualClock()
    heartbeat = Heartbeat(clock)
    clock.advance(5)
    heartbeat.ping()

    heartbeat.ponged(b"other")
    clock.advance(5.1)
    before = heartbeat.dead()
    heartbeat.ponged(b"ct1")

    assert (before, heartbeat.dead()) == (True, False)


def test_without_it_a_dead_connection_is_waited_for() -> None:
    """The naive trader never pings and never gives up."""
    clock = ManualClock()
    heartbeat = NaiveHeartbeat(clock)
    clock.advance(3_600)

    assert heartbeat.ping() is None
    assert not heartbeat.dead()
