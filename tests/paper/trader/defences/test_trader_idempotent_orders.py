"""One intent, one client id."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.idempotent_orders import (
    IdempotentOrders,
    NaiveIdempotentOrders,
)


def test_every_attempt_of_an_intent_has_the_same_id() -> None:
    """The id on the wire is the name of the intent, and short enough for Binance."""
    ids = IdempotentOrders(ManualClock())
    intent = ids.new_intent()

    attempts = {ids.client_id(intent, attempt) for attempt in range(3)}

    assert attempts == {intent}
    assert len(intent) <= 36


def test_no_two_intents_share_a_name_even_over_a_restart() -> None:
    """The start moment is part of the name."""
    clock = ManualClock()
    before = IdempotentOrders(clock).new_intent()
    clock.advance(1)

    after = IdempotentOrders(clock).new_intent()

    assert before != after


def test_without_it_each_retry_is_a_new_order() -> None:
    """The naive trader sends again without asking, under a new id."""
    ids = NaiveIdempotentOrders(ManualClock())

    assert ids.blind_retries > 0
    assert len({ids.client_id("ct-1", attempt) for attempt in range(3)}) == 3
