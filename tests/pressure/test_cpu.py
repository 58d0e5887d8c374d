from chaostrading.pressure.cpu import PiLaw


def test_the_law_settles_on_the_target_beside_a_neighbour() -> None:
    """A neighbour that uses 30 % leaves 60 % to burn for a target of 90 %."""
    law = PiLaw()
    share = 0.0

    for _ in range(40):
        share = law.share(0.90 - (0.30 + share), 0.25)

    assert abs(share - 0.60) < 0.005


def test_a_good_first_guess_is_right_at_once() -> None:
    """What lacked in the first interval is burned from the second on."""
    law = PiLaw(first=0.60)

    assert law.share(0.0, 0.25) == 0.60


def test_the_law_does_not_wind_up_while_the_target_is_out_of_reach() -> None:
    """A minute above the target is forgotten as soon as the neighbour goes."""
    law = PiLaw()
    for _ in range(240):
        assert law.share(0.60 - 0.95, 0.25) == 0.0

    assert law.share(0.60, 0.25) > 0.5


def test_the_share_stays_within_what_can_be_burned() -> None:
    """A burner can only add, and no more than all."""
    law = PiLaw(first=3.0)

    assert law.share(5.0, 1.0) == 1.0
    assert law.share(-9.0, 1.0) == 0.0


def test_a_quota_may_be_asked_for_twice() -> None:
    """Half a core and one burner: it may burn a whole core, and the kernel cuts it to the quota."""
    law = PiLaw(first=0.9, most=2.0)

    shares = [law.share(0.05, 0.25) for _ in range(40)]

    assert 1.0 < shares[20] < shares[30] <= 2.0
