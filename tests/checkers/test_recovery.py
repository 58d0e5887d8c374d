import pytest

from chaostrading.checkers.recovery import recovery
from chaostrading.core.errors import InvalidInput


def samples(text, step=1.0):
    """`.` is out of tolerance, `x` in tolerance, one every `step` seconds from 0."""
    return [(place * step, mark == "x") for place, mark in enumerate(text)]


def test_recovery_is_the_first_good_sample_that_a_full_hold_follows():
    """Good from 3 s on, held for 3 s."""
    result = recovery(samples("...xxxxxx"), cleared_s=0.0, bound_s=30.0)

    assert (result.seconds, result.censored, result.adapted) == (3.0, False, False)
    assert result.text() == "3.0 s (± 1.0 s)"


def test_a_relapse_within_the_hold_starts_the_clock_again():
    """A single good second is no recovery."""
    assert recovery(samples(".x.xx.xxxxx"), 0.0, 30.0).seconds == 6.0


def test_a_hold_that_was_not_watched_to_its_end_is_censored():
    """Two good seconds before the end of observation prove nothing."""
    result = recovery(samples("......xxx"), 0.0, 30.0)

    assert (result.seconds, result.censored, result.within_bound) == (None, True, False)
    assert result.text() == "> 30 s"


def test_later_than_the_bound_is_censored():
    """4 s with a bound of 3 s is not 4 s: it is more than 3 s."""
    assert recovery(samples("....xxxxxx"), 0.0, 3.0).censored
    assert not recovery(samples("...xxxxxx"), 0.0, 3.0).censored


def test_time_counts_from_the_fault_confirmed_gone():
    """What was good or bad before is not counted."""
    assert recovery(samples("xx....xxxxxx"), cleared_s=4.0, bound_s=10.0).seconds == 2.0


def test_a_target_that_was_well_when_the_fault_went_had_adapted():
    """It coped; a recovery of 0 s is not a measurement of recovery."""
    assert recovery(samples("xxxxxxxx"), 2.0, 10.0).adapted
    assert not recovery(samples("..xxxxxx"), 2.0, 10.0).adapted
    assert not recovery(samples("xxx.xxxxx"), 2.0, 10.0).adapted


def test_the_probe_interval_is_the_error_bar():
    """The largest step between the samples that decided."""
    late = [(0.0, False), (0.25, False), (2.0, True), (3.0, True), (5.0, True)]

    assert recovery(late, 0.0, 10.0).error_bar_s == 2.0
    assert recovery(samples("..xxxxxxxxxxxxx", 0.25), 0.0, 10.0).error_bar_s == 0.25


def test_no_samples_are_censored():
    """Nobody looked."""
    assert recovery([], 0.0, 10.0).censored


@pytest.mark.parametrize(("bound_s", "hold_s"), [(0.0, 3.0), (10.0, -1.0)])
def test_a_bound_or_hold_that_cannot_be_is_refused(bound_s, hold_s):
    """The message names both."""
    with pytest.raises(InvalidInput, match="bound_s must be above 0"):
        recovery([], 0.0, bound_s, hold_s)
