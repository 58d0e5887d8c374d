"""A slot is free when its order is proven gone."""

from chaostrading.paper.trader.answer import Outcome
from chaostrading.paper.trader.defences.cancel_guard import CancelGuard, NaiveCancelGuard

UNKNOWN_ORDER = Outcome(kind="cancel_rejected", status=400, code=-2011)


def test_unknown_order_sent_leads_to_a_question() -> None:
    """-2011 may mean filled, cancelled, or still alive."""
    assert CancelGuard().after_cancel(UNKNOWN_ORDER) == "ask"


def test_a_failed_cancel_leads_to_a_question() -> None:
    """Neither 503 nor a timeout frees the slot."""
    assert CancelGuard().after_cancel(Outcome(kind="unknown", status=503)) == "ask"


def test_a_confirmed_cancel_frees_the_slot() -> None:
    """The exchange said it."""
    assert CancelGuard().after_cancel(Outcome(kind="ok", status=200)) == "gone"


def test_without_it_every_cancel_worked() -> None:
    """The naive trader places the next order beside a living one."""
    assert NaiveCancelGuard().after_cancel(UNKNOWN_ORDER) == "gone"
