import pytest
from witness_play import every, order, play, poll, refusal

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("no_requests_while_forbidden", evidence, limits)


BUSY = every(0.5, -20, 0, poll)


def test_a_bot_that_waits_out_the_told_time_holds():
    """Nothing comes between the answer and its Retry-After of 5 s."""
    evidence = play(BUSY, refusal(1, told=5), every(0.5, 6.1, 20, poll))

    finding = judge(evidence)

    assert finding.answer == "held"
    assert "10 would have been usual" in finding.observed


def test_a_bot_that_retries_at_once_is_broken_and_counted():
    """Requests later than the grace and earlier than the end of the wait are counted."""
    evidence = play(BUSY, refusal(1, told=5), every(1.0, 2, 6, refusal))

    finding = judge(evidence)

    assert finding.answer == "broken"
    assert finding.observed == (
        "4 requests fell into the forbidden window, the first 1.00 s after the exchange had said "
        "to stay away for 5 s"
    )
    assert finding.evidence[0]["t_s"] == 2.0
    assert finding.evidence[0]["status"] == 429


def test_a_request_already_on_its_way_is_forgiven():
    """Half a second after the refusal a request may have left before it was read."""
    evidence = play(BUSY, refusal(1, told=5), poll(1.4), every(0.5, 6.1, 20, poll))

    assert judge(evidence).answer == "held"


def test_an_escalated_ban_reaches_further_than_the_first_refusal():
    """A 418 of 30 s in the window of a 429 of 2 s forbids all 30 s."""
    evidence = play(BUSY, refusal(1, told=2), refusal(1.3, told=30, status=418), poll(10))

    finding = judge(evidence)

    assert finding.answer == "broken"
    assert "stay away for 30 s" in finding.observed


def test_a_huge_wait_is_honoured_to_the_end_of_the_observation():
    """An hour of Retry-After forbids everything that was watched."""
    evidence = play(BUSY, refusal(1, told=3600))

    assert judge(evidence).answer == "held"
    assert judge(play(BUSY, refusal(1, told=3600), poll(55))).answer == "broken"


@pytest.mark.parametrize("told", [None, 0.0])
def test_without_a_told_time_a_pause_is_expected(told):
    """Retry-After absent or 0 is no invitation."""
    hasty = play(BUSY, refusal(1, told=told), poll(1.7), refusal(5, told=told), poll(5.8))

    finding = judge(hasty)

    assert finding.answer == "broken"
    assert "to slow down" in finding.observed


def test_an_order_limit_forbids_orders_only():
    """-1015 counts orders: queries may go on."""
    limited = order(1, status=429, code="-1015", told=5, fate="answer")
    reading = play(BUSY, limited, poll(3), every(0.5, 7, 20, poll))
    ordering = play(BUSY, limited, order(3, "c2"))

    assert judge(reading).answer == "held"
    assert judge(ordering).answer == "broken"


def test_no_refusal_is_unknown():
    """A storm that refused nothing proves nothing."""
    assert judge(play(BUSY, every(0.5, 0, 20, poll))).answer == "unknown"


def test_silence_of_an_idle_bot_is_unknown():
    """One request in 20 s would hardly have come in 5 s anyway."""
    finding = judge(play(poll(-10), refusal(1, told=5), poll(15)))

    assert finding.answer == "unknown"
    assert "proves nothing" in finding.observed


def test_a_lost_record_makes_held_unknown():
    """The record that is missing may be the forbidden request."""
    evidence = play(BUSY, refusal(1, told=5), every(0.5, 6.1, 20, poll), lose=[45])

    finding = judge(evidence)

    assert finding.answer == "unknown"
    assert finding.observed == "1 witness record missing, so nothing is sure"
