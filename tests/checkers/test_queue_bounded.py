from witness_play import every, play, sample

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("queue_bounded", evidence, limits)


def test_a_short_queue_holds():
    """Never more than 40."""
    assert judge(play(every(1.0, 0, 20, sample, queue_depth=40))).answer == "held"


def test_a_queue_that_grows_without_bound_is_broken():
    """5000 is more than 1000."""
    grown = [sample(at, target={"queue_depth": at * 250}) for at in range(21)]

    finding = judge(play(grown))

    assert finding.answer == "broken"
    assert finding.observed == "21 readings, the longest queue was 5000, 20.0 s into the fault"


def test_a_bot_that_does_not_show_its_queue_is_unknown():
    """A foreign bot need not."""
    assert judge(play(every(1.0, 0, 20, sample, cpu=1))).answer == "unknown"
