from witness_play import play, poll, refusal

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("backoff_grows", evidence, limits)


def test_doubling_pauses_hold():
    """1, 2, 4 and 8 s between refusals without a told time."""
    evidence = play([refusal(at) for at in (0, 1, 3, 7, 15)])

    finding = judge(evidence)

    assert finding.answer == "held"
    assert "1.00, 2.00, 4.00, 8.00 s" in finding.observed


def test_a_fixed_pace_is_broken():
    """One retry a second, for ever, is no backoff."""
    finding = judge(play([refusal(at) for at in range(6)]))

    assert finding.answer == "broken"
    assert "do not grow" in finding.observed


def test_a_burst_counts_as_one_attempt():
    """Three requests that left together are not three retries without a pause."""
    times = (0, 0.05, 0.1, 1.1, 3.1, 7.1, 15.1)

    assert judge(play([refusal(at) for at in times])).answer == "held"


def test_a_bot_that_never_pauses_is_not_one_long_burst():
    """Twenty refusals a second, without and with a told time."""
    storm = [0.05 * number for number in range(200)]

    assert judge(play([refusal(at) for at in storm])).answer == "broken"
    assert judge(play([refusal(at, told=2) for at in storm])).answer == "broken"


def test_a_retry_before_its_told_time_is_broken():
    """The wait that was told counts, not growth."""
    finding = judge(play(refusal(0, told=5), refusal(2, told=5)))

    assert finding.answer == "broken"
    assert finding.observed == (
        "1 retry came too early, the first 2.00 s after a refusal that told the bot to wait 5 s"
    )


def test_waiting_as_told_holds():
    """5 s were told and 5 s were waited: the pauses need not grow."""
    assert judge(play(refusal(0, told=5), refusal(5.1, told=5), refusal(10.2, told=5))).answer == (
        "held"
    )


def test_too_few_retries_are_unknown():
    """One retry shows no growth; no refusal shows nothing."""
    assert judge(play(refusal(0), refusal(1))).answer == "unknown"
    assert judge(play(poll(1))).answer == "unknown"
