from witness_play import every, order, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("breaker_limits_probes", evidence, limits)


def fail(t):
    return order(t, f"x{t}", status=503, fate="answer")


BEFORE = every(2.0, -20, 0, order)


def test_a_few_probes_hold():
    """Three failures open the breaker; then one probe every 6 s."""
    assert judge(play(BEFORE, [fail(at) for at in (0, 1, 2, 8, 14)])).answer == "held"


def test_asking_on_is_broken():
    """One order a second into a dead endpoint."""
    finding = judge(play(BEFORE, [fail(at) for at in range(20)]))

    assert finding.answer == "broken"
    assert "POST /api/v3/order was asked 15 times" in finding.observed


def test_a_retry_per_failure_at_half_failures_is_broken_only_beyond_the_amplification():
    """Every second order fails: the usual rate is fine, three times the usual rate is not."""
    usual = [[fail(at), order(at + 1, f"y{at}")] for at in range(0, 20, 4)]
    storm = [[fail(at), order(at + 0.3, f"y{at}"), order(at + 0.6, f"z{at}")] for at in range(20)]

    assert judge(play(BEFORE, usual)).answer == "held"
    assert judge(play(BEFORE, storm)).answer == "broken"


def test_too_few_failures_are_unknown():
    """Two failures open no breaker."""
    assert judge(play(BEFORE, fail(1), fail(2))).answer == "unknown"
