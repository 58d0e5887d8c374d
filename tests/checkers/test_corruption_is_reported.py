from witness_play import message, play, sample

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("corruption_is_reported", evidence, limits)


BAD = message(1, stream="btcusdt@bookTicker", fate="replace", role="market")


def test_a_counter_that_grows_holds():
    """The bot counted an error."""
    finding = judge(play(BAD, sample(0, errors_total=2), sample(5, errors_total=3)))

    assert finding.answer == "held"
    assert finding.observed == "errors_total grew from 2 to 3"


def test_a_counter_that_stands_still_is_broken():
    """Bad data, and nobody was told."""
    finding = judge(play(BAD, sample(0, alarms_total=0), sample(5, alarms_total=0)))

    assert finding.answer == "broken"


def test_no_counter_or_no_bad_data_is_unknown():
    """A foreign bot need not show any."""
    assert judge(play(BAD, sample(0), sample(5))).answer == "unknown"
    assert judge(play(sample(0, errors_total=2), sample(5, errors_total=3))).answer == "unknown"
