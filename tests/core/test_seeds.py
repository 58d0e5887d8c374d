"""Chance is repeatable and independent per name."""

import pytest

from chaostrading.core.seeds import Dice


def test_same_seed_and_name_throw_the_same():
    """Two dice of one seed and name give one sequence."""
    one, other = Dice(7, "lease"), Dice(7, "lease")

    thrown = [one.chance(0.5) for _ in range(50)]

    assert [other.chance(0.5) for _ in range(50)] == thrown


def test_a_fork_does_not_depend_on_how_often_its_parent_was_thrown():
    """A lease's fates stay the same when another part of the run throws more dice."""
    quiet, busy = Dice(7), Dice(7)
    for _ in range(100):
        busy.chance(0.5)

    assert busy.fork("a").uniform(0, 1) == quiet.fork("a").uniform(0, 1)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_shares_of_nothing_and_all_are_certain(share):
    """0 never happens, 1 always does."""
    dice = Dice(1)

    assert {dice.chance(share) for _ in range(1_000)} == {share == 1.0}


def test_half_is_about_half():
    """A share of one half hits between 4,700 and 5,300 of 10,000 (six sigma)."""
    dice = Dice(3)

    assert 4_700 < sum(dice.chance(0.5) for _ in range(10_000)) < 5_300
