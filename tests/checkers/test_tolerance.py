from witness_play import every, market, message, order, play, poll, sample, trading

from chaostrading.checkers.recovery import recovery
from chaostrading.checkers.tolerance import Tolerance


def learn(*rows, **kw):
    return Tolerance.from_baseline(play(*rows), **kw)


def test_a_target_that_trades_as_before_is_in_tolerance():
    """An order every 2 s in the baseline allows a silence of 3 s."""
    tolerance = learn(trading(-20, 10))

    assert tolerance.work_age_s == 3.0
    assert tolerance.in_tolerance(9.0)
    assert tolerance.in_tolerance(11.0)
    assert tolerance.complaint(12.0) == "no accepted orders for 4.0 s, usual is up to 3.0 s"


def test_an_order_that_the_exchange_refused_is_no_work():
    """Attempts do not count, accepted orders do."""
    refused = [order(at, f"r{at}", status=429, fate="answer") for at in range(10)]

    assert not learn(trading(), refused).in_tolerance(9.5)


def test_short_silences_are_never_held_against_the_target():
    """Ten orders a second do not make a pause of 0.3 s a fault."""
    assert learn(trading(-20, 0, 0.1)).work_age_s == 2.0


def test_new_errors_are_out_of_tolerance():
    """The baseline had none, so one within the last second is one too many."""
    tolerance = learn(trading(-20, 10), poll(5, status=503, fate="answer"))

    assert tolerance.in_tolerance(5.0)
    assert tolerance.complaint(5.6) == "1 errors within 1 s, usual is up to 0"
    assert tolerance.in_tolerance(6.2)


def test_errors_that_the_baseline_has_as_well_are_usual():
    """One rejected cancel a second is this bot's normal life."""
    usual = every(1.0, -20, 10, poll, status=400)

    assert learn(trading(-20, 10), usual).in_tolerance(9.0)


def test_a_stream_that_fell_silent_is_out_of_tolerance():
    """Twice a second in the baseline, and last heard of at 4.5 s."""
    tolerance = learn(trading(-20, 10), every(0.5, -20, 5, market))

    assert tolerance.in_tolerance(6.0)
    assert tolerance.complaint(7.0) == "btcusdt@bookTicker is 2.5 s old, usual is up to 2.0 s"


def test_data_that_the_fault_changed_is_no_data():
    """A frozen feed still sends frames."""
    frozen = every(0.5, 5, 10, message, stream="btcusdt@bookTicker", fate="replace", role="market")

    assert not learn(trading(-20, 10), every(0.5, -20, 5, market), frozen).in_tolerance(9.0)


def test_requests_stand_in_for_orders_where_there_are_none():
    """A bot that only reads is judged by what it reads."""
    tolerance = learn(every(1.0, -20, 3, poll))

    assert tolerance.what == "successful requests"
    assert tolerance.in_tolerance(3.0)
    assert not tolerance.in_tolerance(6.0)


def test_decisions_stand_in_for_orders_where_the_bot_counts_them():
    """They are what a trader cares for."""
    counted = [sample(at, decisions_total=at + 20) for at in range(-20, 5)]

    assert learn(every(1.0, -20, 10, poll), counted).what == "decisions"


def test_a_thin_baseline_says_why_nothing_can_be_said():
    """Two orders are no normal."""
    tolerance = learn(trading(-20, 0, 10.0), decisions_min=3)

    assert not tolerance.in_tolerance(-10.0)
    assert tolerance.why_not == (
        "the baseline of 20 s has 2 accepted orders, at least 3 are needed"
    )


def test_samples_feed_recovery():
    """Trading stops at 2 s and is back at 14 s, 4 s after the fault went."""
    tolerance = learn(trading(-20, 2), trading(14, 30))

    result = recovery(tolerance.samples(10.0, 25.0, 0.5), cleared_s=10.0, bound_s=30.0)

    assert result.seconds == 4.5
    assert result.error_bar_s == 0.5
