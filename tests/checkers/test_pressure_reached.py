from witness_play import every, play, sample

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("pressure_reached", evidence, limits)


def test_pressure_that_was_held_holds():
    """85 % wanted, 88 % read all the time; the ramp is not counted."""
    ramp = every(1.0, 0, 5, sample, pressure_level=0.3, pressure_wanted=0.85)
    held = every(1.0, 5, 20, sample, pressure_level=0.88, pressure_wanted=0.85)

    assert judge(play(ramp, held)).answer == "held"


def test_pressure_that_was_not_reached_is_unknown_never_broken():
    """The stressor failed, not the bot."""
    weak = every(1.0, 0, 20, sample, pressure_level=0.6, pressure_wanted=0.85)

    finding = judge(play(weak))

    assert finding.answer == "unknown"
    assert finding.observed == "the level was 0.6 to 0.6, as wanted in 0% of the readings"


def test_no_reading_is_unknown():
    """Nobody measured."""
    assert judge(play()).answer == "unknown"
