from witness_play import every, market, order, play, poll

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("reads_continue", evidence, limits)


FAILING = every(2.0, 0, 20, order, status=503, fate="answer")


def test_reading_on_holds():
    """Orders fail, polls and the feed go on."""
    evidence = play(every(1.0, -20, 20, poll), every(0.5, -20, 20, market), FAILING)

    assert judge(evidence).answer == "held"


def test_a_bot_that_stops_reading_is_broken():
    """With its orders it gave up its eyes."""
    finding = judge(play(every(1.0, -20, 0, poll), poll(3), FAILING))

    assert finding.answer == "broken"
    assert finding.observed == "reads fell to 5% of the usual rate"


def test_nothing_touched_or_nothing_read_is_unknown():
    """A bot without reads in the baseline cannot lose them."""
    assert judge(play(every(1.0, -20, 20, poll))).answer == "unknown"
    assert judge(play(FAILING)).answer == "unknown"
