from witness_play import play, sample, trading

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("breaker_comes_back", evidence, limits)


def test_a_pause_and_a_return_hold():
    """Stopped at 5 s, back 10 s after the fault."""
    finding = judge(play(trading(-20, 5), trading(30, 40)))

    assert finding.answer == "held"
    assert finding.observed == "trading paused for 26.0 s and was back 10.0 s after the fault"


def test_a_breaker_that_stays_open_is_broken():
    """Nobody let trading back in."""
    finding = judge(play(trading(-20, 5)), within_s=30)

    assert finding.answer == "broken"
    assert "was not back within 30 s" in finding.observed


def test_what_the_bot_says_counts_as_a_pause():
    """It halted for a moment only, but it said so."""
    said = sample(6, trading_state="halted")

    finding = judge(play(trading(-20, 40), said))

    assert finding.answer == "held"
    assert "it said halted" in finding.observed


def test_a_breaker_that_never_acted_is_unknown():
    """Trading went on as if nothing were; or the observation was too short; or no trading."""
    assert judge(play(trading(-20, 40))).answer == "unknown"
    assert judge(play(trading(-20, 5))).answer == "unknown"
    assert judge(play()).answer == "unknown"
