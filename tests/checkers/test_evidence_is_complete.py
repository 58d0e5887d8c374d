from witness_play import every, play, poll, refusal, sample

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("evidence_is_complete", evidence, limits)


WATCHED = every(0.25, 0, 20, sample)


def test_a_window_that_was_watched_holds():
    """Samples lie between the first and the last hit."""
    assert judge(play(WATCHED, refusal(1), refusal(5))).answer == "held"


def test_a_hole_in_the_record_is_unknown():
    """Record 3 of 5 is gone."""
    evidence = play([poll(at) for at in range(1, 6)], WATCHED, lose=[3])

    finding = judge(evidence)

    assert finding.answer == "unknown"
    assert "1 witness record missing" in finding.observed


def test_records_that_the_proxy_says_it_lost_are_unknown():
    """The proxy counts what it could not keep."""
    evidence = play(sample(1, witness_lost=0), WATCHED, sample(19, proxy={"witness_lost": 4}))

    assert judge(evidence).answer == "unknown"


def test_looking_away_while_it_bit_is_unknown():
    """All samples lie outside the half second of the fault."""
    assert judge(play(sample(-1), refusal(1), refusal(1.5), sample(9))).answer == "unknown"


def test_the_effect_of_a_single_hit_may_be_watched_instead():
    """One bad frame, and what came of it within five seconds."""
    evidence = play(WATCHED, refusal(1))

    assert judge(evidence).answer == "unknown"
    assert judge(evidence, after_s=5.0).answer == "held"
