"""The private stream is trusted only while REST agrees."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.private_stream_continuity import (
    NaivePrivateStreamContinuity,
    PrivateStreamContinuity,
)


def test_no_trading_between_a_connect_and_its_reconciliation() -> None:
    """What happened while the stream was away is unknown until REST was read."""
    continuity = PrivateStreamContinuity(ManualClock())
    continuity.connected()

    before = continuity.may_trade
    continuity.reconciled()

    assert (before, continuity.may_trade) == (False, True)


def test_silence_after_an_accepted_order_is_noticed() -> None:
    """The stream must tell of our own order within 4 s."""
    clock = ManualClock()
    continuity = PrivateStreamContinuity(clock)
    continuity.expect_event("ct-1")
    clock.advance(4.1)

    before = continuity.silent()
    continuity.event("ct-1")

    assert (before, continuity.silent()) == (True, False)


def test_an_event_may_come_before_the_answer() -> None:
    """The stream is often faster than REST; nothing is expected then."""
    clock = ManualClock()
    continuity = PrivateStreamContinuity(clock)
    continuity.event("ct-1")

    continuity.expect_event("ct-1")
    clock.advance(60)

    assert not continuity.silent()


def test_without_it_the_stream_is_trusted_blindly() -> None:
    """The naive trader never asks REST and never misses anything."""
    clock = ManualClock()
    continuity = NaivePrivateStreamContinuity(clock)
    continuity.expect_event("ct-1")
    clock.advance(60)

    assert continuity.may_trade
    assert not continuity.silent()
    assert not continuity.checks_rest
