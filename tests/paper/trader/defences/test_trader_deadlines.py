"""Requests and intents end."""

from chaostrading.paper.trader.defences.deadlines import Deadlines, NaiveDeadlines


def test_every_class_of_request_has_a_deadline() -> None:
    """Three seconds for orders, a few for all others, known or not."""
    deadlines = Deadlines()

    assert deadlines.request_s("order") == 3.0
    assert deadlines.request_s("anything") == 3.5


def test_an_intent_and_its_timestamp_live_for_seconds() -> None:
    """A late order is dropped by us after 2 s, by the exchange after 3 s."""
    assert Deadlines.intent_life_s == 2.0
    assert Deadlines.recv_window_ms == 3_000


def test_without_them_a_request_waits_for_ever() -> None:
    """The naive trader has no timeout and sends hours later."""
    assert NaiveDeadlines().request_s("order") is None
    assert NaiveDeadlines.intent_life_s == 3_600.0
