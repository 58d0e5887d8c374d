"""Connected is not the same as receiving."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.resubscribe_and_confirm import (
    NaiveResubscribeAndConfirm,
    ResubscribeAndConfirm,
)

STREAMS = ("btcusdt@bookTicker", "btcusdt@trade")


def test_a_connection_is_confirmed_by_data_of_each_busy_stream() -> None:
    """Trades may be missing in a quiet market, the book ticker may not."""
    confirm = ResubscribeAndConfirm(ManualClock(), STREAMS, first=False)

    before = confirm.confirmed
    confirm.seen("btcusdt@bookTicker")

    assert (before, confirm.confirmed) == (False, True)


def test_a_silent_stream_is_asked_for_again_and_then_given_up() -> None:
    """SUBSCRIBE after 4 s, a new connection after 12 s."""
    clock = ManualClock()
    confirm = ResubscribeAndConfirm(clock, STREAMS, first=False)

    steps = [confirm.next_step()[0]]
    clock.advance(4.1)
    steps.append(confirm.next_step()[0])
    clock.advance(8)
    steps.append(confirm.next_step()[0])

    assert steps == ["wait", "subscribe", "reconnect"]


def test_a_stream_that_falls_silent_later_is_subscribed_again() -> None:
    """On the same connection first."""
    confirm = ResubscribeAndConfirm(ManualClock(), STREAMS, first=False)

    assert confirm.repair(STREAMS[:1]) == STREAMS[:1]


def test_every_stream_is_named_on_each_connection() -> None:
    """The first and all later connections subscribe to everything."""
    confirm = ResubscribeAndConfirm(ManualClock(), STREAMS, first=False)

    assert confirm.to_open() == STREAMS


def test_without_it_a_reconnect_forgets_the_streams() -> None:
    """The naive trader subscribes once in its life and calls every connection good."""
    confirm = NaiveResubscribeAndConfirm(ManualClock(), STREAMS, first=False)

    assert confirm.to_open() == ()
    assert confirm.repair(STREAMS) == ()
    assert confirm.confirmed
