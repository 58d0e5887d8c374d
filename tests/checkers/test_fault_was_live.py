from witness_play import play, poll, refusal, sample

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("fault_was_live", evidence, limits)


def test_touched_frames_hold():
    """Ten hits of ten."""
    finding = judge(play([refusal(at) for at in range(1, 11)]), hits_min=10)

    assert finding.answer == "held"
    assert "the first 1.0 s and the last 10.0 s" in finding.observed


def test_pressure_counts_as_hits():
    """A fault on memory touches no frame."""
    evidence = play([sample(at, pressure_level=0.9, pressure_wanted=0.85) for at in range(5)])

    assert judge(evidence, hits_min=5).answer == "held"


def test_attempts_count_as_hits():
    """An attempt on the bot touches no frame either."""
    evidence = play(parameters={"risk_bypass_attempt": {"attempts": [{"mono_s": 1.0}]}})

    assert judge(evidence).answer == "held"


def test_too_few_hits_are_unknown_never_broken():
    """A quiet run says nothing about the bot."""
    assert judge(play(poll(1))).answer == "unknown"
    assert judge(play(refusal(1)), hits_min=10).answer == "unknown"
