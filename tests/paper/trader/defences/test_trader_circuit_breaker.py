"""A failing endpoint class is left alone, and probed."""

from chaostrading.core.clock import ManualClock
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.answer import Outcome
from chaostrading.paper.trader.defences.circuit_breaker import (
    CircuitBreaker,
    NaiveCircuitBreaker,
)

FAILED = Outcome(kind="unknown", status=503)
TIMED_OUT = Outcome(kind="unknown", timed_out=True)
REJECTED = Outcome(kind="rejected", status=400)
OK = Outcome(kind="ok", status=200)


def opened(clock: ManualClock) -> CircuitBreaker:
    """A breaker that five failures have opened for orders."""
    breaker = CircuitBreaker(clock, Dice(1))
    for _ in range(5):
        breaker.note("order", FAILED)
    return breaker


def test_five_failures_in_a_row_open_it_for_their_class_only() -> None:
    """Cancels go on while orders are stopped."""
    breaker = opened(ManualClock())
    breaker.note("cancel", OK)

    assert not breaker.allow("order")
    assert breaker.allow("cancel")
    assert breaker.states() == {"cancel": "closed", "order": "open"}


def test_three_timeouts_are_enough() -> None:
    """A timeout costs more than an error."""
    breaker = CircuitBreaker(ManualClock(), Dice(1))

    for _ in range(3):
        breaker.note("order", TIMED_OUT)

    assert not breaker.allow("order")


def test_half_open_lets_one_probe_through_and_its_success_closes() -> None:
    """After about 5 s one request may leave, not two."""
    clock = ManualClock()
    breaker = opened(clock)
    clock.advance(5.6)

    probes = [breaker.allow("order"), breaker.allow("order")]
    breaker.note("order", OK)

    assert probes == [True, False]
    assert breaker.allow("order")


def test_when_one_class_comes_back_the_others_are_probed_at_once() -> None:
    """A single probe each; a class that was never open brings nobody's probe forward."""
    clock = ManualClock()
    breaker = opened(clock)
    for _ in range(5):
        breaker.note("query", FAILED)
    breaker.note("cancel", OK)
    before = breaker.allow("order")

    breaker.note("query", OK)

    assert not before
    assert [breaker.allow("order"), breaker.allow("order")] == [True, False]


def test_a_failed_probe_waits_again() -> None:
    """At most one probe in five seconds."""
    clock = ManualClock()
    breaker = opened(clock)
    clock.advance(5.6)
    breaker.allow("order")

    breaker.note("order", FAILED)
    clock.advance(4.9)

    assert not breaker.allow("order")


def test_every_other_failure_does_not_open_it() -> None:
    """Half of the requests still work: use them."""
    breaker = CircuitBreaker(ManualClock(), Dice(1))

    for _ in range(20):
        breaker.note("cancel", FAILED)
        breaker.note("cancel", OK)

    assert breaker.allow("cancel")


def test_rejections_are_answers() -> None:
    """An exchange that says no is alive."""
    breaker = CircuitBreaker(ManualClock(), Dice(1))

    for _ in range(20):
        breaker.note("order", REJECTED)

    assert breaker.allow("order")


def test_a_body_that_cannot_be_read_is_no_failure_of_the_endpoint() -> None:
    """Corrupted data is another trouble than a dead exchange."""
    breaker = CircuitBreaker(ManualClock(), Dice(1))

    for _ in range(20):
        breaker.note("order", Outcome(kind="unknown", status=200))

    assert breaker.allow("order")


def test_without_it_the_rate_stays() -> None:
    """The naive trader asks a dead endpoint at full speed."""
    breaker = NaiveCircuitBreaker(ManualClock(), Dice(1))

    for _ in range(50):
        breaker.note("order", FAILED)

    assert breaker.allow("order")
