from witness_play import every, play, sample

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("memory_returns", evidence, limits)


BEFORE = every(1.0, -20, 0, sample, rss_bytes=100)
PEAK = every(1.0, 0, 20, sample, rss_bytes=180)


def test_memory_that_comes_back_holds():
    """From 180 to 110."""
    finding = judge(play(BEFORE, PEAK, every(1.0, 21, 60, sample, rss_bytes=110)))

    assert finding.answer == "held"
    assert finding.observed == "memory came back to +10% of the usual, the peak was +80%"


def test_memory_that_stays_is_broken():
    """It only ever grows."""
    assert judge(play(BEFORE, PEAK, every(1.0, 21, 60, sample, rss_bytes=170))).answer == "broken"


def test_memory_lost_with_the_process_is_broken():
    """A restart returns memory, too."""
    after = every(1.0, 21, 60, sample, rss_bytes=90)

    assert judge(play(BEFORE, sample(-1, pid=1), PEAK, after, sample(30, pid=2))).answer == "broken"


def test_no_readings_are_unknown():
    """Before and after are both needed."""
    assert judge(play(BEFORE)).answer == "unknown"
