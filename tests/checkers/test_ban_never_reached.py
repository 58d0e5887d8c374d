from witness_play import play, poll, refusal

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("ban_never_reached", evidence, limits)


def test_refusals_without_a_ban_hold():
    """The bot slowed down in time."""
    assert judge(play(refusal(1), refusal(7))).answer == "held"


def test_a_ban_is_broken():
    """418 after two refusals."""
    finding = judge(play(refusal(1), refusal(1.5), refusal(2, status=418)))

    assert finding.answer == "broken"
    assert "the first 2.0 s into the fault after 2 refusals" in finding.observed


def test_no_refusal_is_unknown():
    """Nobody was near a ban."""
    assert judge(play(poll(1))).answer == "unknown"
