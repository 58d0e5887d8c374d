from witness_play import link, order, play, poll

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("retries_back_off", evidence, limits)


def fail(t, make=order, **kw):
    return make(t, status=503, fate="answer", took=0.0, **kw)


def test_repeats_after_growing_pauses_hold():
    """0.5, 1, 2 and 4 s."""
    evidence = play([fail(at) for at in (0, 0.5, 1.5, 3.5)], order(7.5))

    assert judge(evidence).answer == "held"


def test_repeats_without_a_pause_are_broken():
    """The same order three times in 0.1 s."""
    finding = judge(play(fail(1), fail(1.05), fail(1.1)))

    assert finding.answer == "broken"
    assert "2 repeats of POST /api/v3/order came without a pause, the shortest 0.05 s" in (
        finding.observed
    )


def test_a_fixed_pace_is_broken():
    """Every half second for ever."""
    finding = judge(play([fail(at) for at in (0, 0.5, 1.0, 1.5, 2.0, 2.5)]))

    assert finding.answer == "broken"
    assert "do not grow" in finding.observed


def test_one_immediate_repeat_is_forgiven():
    """Many clients repeat once at once on a broken connection."""
    assert judge(play(fail(1), fail(1.05), order(3))).answer == "held"


def test_a_poll_at_its_own_slow_pace_holds():
    """Every 5 s is pause enough."""
    assert judge(play([fail(at, poll) for at in (0, 5, 10, 15)])).answer == "held"


def test_the_usual_pace_of_a_poll_is_no_retry():
    """Every second before the fault and during it."""
    usual = [poll(at, took=0.0) for at in range(-20, 0)]

    assert judge(play(usual, [fail(at, poll) for at in range(10)])).answer == "held"


def test_a_repeat_that_is_seen_just_before_the_hang_up_has_no_pause():
    """Both leave the bot at once, on two connections."""
    held = [order(at, fate="hold", outcome="client_gone", connection=at) for at in (1, 4, 7, 10)]
    ends = [link(at + 3.01, "closed", connection=at, protocol="http") for at in (1, 4, 7)]

    finding = judge(play(held, ends))

    assert finding.answer == "broken"
    assert "came without a pause" in finding.observed


def test_no_failure_or_no_repeat_is_unknown():
    """Nothing was repeated."""
    assert judge(play(order(1), order(2))).answer == "unknown"
    assert judge(play(fail(1))).answer == "unknown"
