from witness_play import cancel, every, order, play, poll

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("errors_are_isolated", evidence, limits)


BEFORE = [every(1.0, -20, 0, poll), every(1.0, -20, 0, order)]
FAILING = every(1.0, 0, 20, cancel, status=503, fate="answer")


def test_other_endpoints_that_stay_in_use_hold():
    """Cancels fail; orders and polls go on as before."""
    evidence = play(BEFORE, FAILING, every(1.0, 0, 20, poll), every(1.2, 0, 20, order))

    finding = judge(evidence)

    assert finding.answer == "held"
    assert "the least POST /api/v3/order at 85% of its usual rate" in finding.observed


def test_an_endpoint_that_falls_silent_is_broken():
    """Because cancels fail the bot reads no account any more."""
    finding = judge(play(BEFORE, FAILING, every(1.0, 0, 20, order), poll(3)))

    assert finding.answer == "broken"
    assert "GET /api/v3/account to 5%" in finding.observed


def test_nothing_touched_or_nothing_to_compare_is_unknown():
    """The failing endpoint itself is not judged here."""
    assert judge(play(BEFORE)).answer == "unknown"
    assert judge(play(every(1.0, -20, 0, cancel), FAILING)).answer == "unknown"
