from witness_play import every, order, play, sample

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("order_rate_capped", evidence, {"orders_max": 60, **limits})


LONG = {"fault_s": (0.0, 120.0), "end_s": 150.0}


def test_a_bot_at_its_cap_holds():
    """One order a second is 60 a minute."""
    finding = judge(play(every(1.0, 0, 120, order), **LONG))

    assert finding.answer == "held"
    assert "the busiest 60 s had 60 order attempts" in finding.observed


def test_more_than_the_cap_is_broken():
    """Two orders a second."""
    assert judge(play(every(0.5, 0, 120, order), **LONG)).answer == "broken"


def test_the_minute_slides():
    """50 at the end of one minute and 50 at the start of the next are 100 within a minute."""
    both = [every(0.1, 55, 60, order), every(0.1, 60, 65, order)]

    finding = judge(play(both, **LONG))

    assert finding.answer == "broken"
    assert "100 order attempts within 60 s, 60 are allowed, from 55.0 s on" in finding.observed


def test_rejected_attempts_count():
    """An order that the exchange refuses was sent all the same."""
    assert judge(play(every(0.5, 0, 120, order, status=400), **LONG)).answer == "broken"


def test_a_cap_that_was_not_tried_is_unknown_unless_signals_came():
    """Ten orders say nothing; ten orders from a hundred signals do."""
    few = every(6.0, 0, 60, order)
    denied = [sample(0, orders_denied_total=3), sample(60, orders_denied_total=90)]
    pushed = [sample(0, signals_total=0), sample(60, signals_total=100)]

    assert judge(play(few, **LONG)).answer == "unknown"
    assert judge(play(few, pushed, **LONG)).answer == "held"
    assert judge(play(few, denied, **LONG)).answer == "held"
