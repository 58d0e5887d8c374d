from typing import Any

from chaostrading.pressure.judge import judge


def samples(*levels: float, wanted: float = 85.0, ballast: int = 1) -> list[dict[str, Any]]:
    return [
        {
            "mono_s": 100.0 + n,
            "level_percent": level,
            "wanted_percent": wanted,
            "ballast_bytes": ballast,
        }
        for n, level in enumerate(levels)
    ]


def test_a_held_level_is_reached() -> None:
    """The ramp before it was first there does not count against it."""
    answer = judge("memory", samples(10, 50, 84.5, 85, 85.2, 85), 5.0, "hold", "its time was up")

    assert answer["reached"] is True
    assert answer["why_not"] == ""
    assert answer["reached_mono_s"] == 102.0
    assert answer["share_within"] == 1.0
    assert answer["median"] == 85.0


def test_a_level_never_reached_says_how_far_it_came() -> None:
    """Nothing was proven about a trader that was never pressed."""
    answer = judge("memory", samples(10, 50, 70), 5.0, "hold", "its time was up")

    assert answer["reached"] is False
    assert answer["why_not"] == "never reached: the highest level was 70.0 %, wanted 85 %"


def test_a_level_that_was_lost_again_is_not_reached() -> None:
    """One sample at the level is no pressure."""
    answer = judge("memory", samples(85, 85, 60, 60, 60), 5.0, "hold", "stopped")

    assert answer["reached"] is False
    assert answer["why_not"].startswith("not held: at the level in 40% of the window")


def test_a_level_that_was_there_before_is_not_ours() -> None:
    """A load that added nothing was no fault."""
    answer = judge("memory", samples(93, 93, 93, ballast=0), 93.0, "hold", "its time was up")

    assert answer["reached"] is False
    assert answer["why_not"] == ("already above: the level was 93.0 % before any load, wanted 85 %")


def test_more_than_wanted_is_pressure_but_not_exact() -> None:
    """A neighbour on top does not make the run worthless; the exact share tells it."""
    answer = judge("cpu", samples(90, 95, 96, 97, wanted=90.0), 5.0, "hold", "its time was up")

    assert answer["reached"] is True
    assert answer["share_within"] == 0.25


def test_lost_ballast_is_never_a_success() -> None:
    """A load that the kernel ended was not held, whatever the samples before said."""
    lost = "pressure lost: the ballast 12 was ended by SIGKILL"

    answer = judge("memory", samples(85, 85, 85), 5.0, "hold", lost)

    assert (answer["reached"], answer["why_not"]) == (False, lost)


def test_an_early_end_is_told() -> None:
    """Why the level was not reached is part of the sentence."""
    answer = judge("memory", samples(10, 20), 5.0, "hold", "memory runs short: max grew")

    assert answer["why_not"].endswith("; ended early: memory runs short: max grew")


def test_no_sample_is_not_reached() -> None:
    """A run that was stopped at once proves nothing."""
    answer = judge("cpu", [], 0.0, "hold", "stopped")

    assert (answer["reached"], answer["why_not"]) == (False, "no sample was taken (stopped)")


def test_a_lower_level_may_be_enough() -> None:
    """95 % is wanted, 90 % counts: a busy machine that allows 91 % has been pressed all the same,
    though not as exactly as asked."""
    samples = [
        {"mono_s": float(n), "level_percent": 91.0, "wanted_percent": 95.0, "duty": 1.0}
        for n in range(10)
    ]

    strict = judge("cpu", samples, 5.0, "hold", "stopped")
    enough = judge("cpu", samples, 5.0, "hold", "stopped", 90.0)

    assert (strict["reached"], enough["reached"]) == (False, True)
    assert (enough["share_within"], enough["share_at_least"]) == (0.0, 1.0)
    assert (strict["least_percent"], enough["least_percent"]) == (93.0, 90.0)
