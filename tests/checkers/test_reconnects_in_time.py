from witness_play import lease, link, market, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("reconnects_in_time", evidence, limits)


UP = [link(-20, "upgraded", 1), market(-1)]
CUT = link(5, "closed", 1, by="fault", fate="reset")


def test_a_prompt_attempt_holds_even_if_it_is_refused():
    """The attempt counts, not its success."""
    finding = judge(play(UP, CUT, link(6, "refused", 2, by="fault")))

    assert finding.answer == "held"
    assert "1 connection lost, the first attempt came 1.00 s later" in finding.observed


def test_no_attempt_is_broken():
    """The bot waits for ever on a dead connection."""
    finding = judge(play(UP, CUT))

    assert finding.answer == "broken"
    assert "never tried again" in finding.observed


def test_a_late_attempt_is_broken():
    """25 s are more than 10 s."""
    assert judge(play(UP, CUT, link(30, "upgraded", 2))).answer == "broken"


def test_each_loss_needs_an_attempt_of_its_own():
    """Two sockets were cut and one came back."""
    second = [link(-20, "upgraded", 2), link(5.1, "closed", 2, by="fault", fate="reset")]

    assert judge(play(UP, CUT, second, link(6, "upgraded", 3))).answer == "broken"


def test_a_connection_opened_before_the_planned_end_counts():
    """A rotation opens the new socket first."""
    assert judge(play(UP, link(4, "upgraded", 2), CUT)).answer == "held"


def test_no_loss_or_too_short_an_observation_is_unknown():
    """Nothing was cut; or the limit was not over."""
    assert judge(play(UP)).answer == "unknown"
    assert judge(play(UP, CUT, end_s=8.0)).answer == "unknown"


def test_while_the_port_is_closed_the_time_does_not_run():
    """ECONNREFUSED is answered by the kernel: nobody can see those attempts."""
    closed = [lease(5, "armed", "connect_refused"), lease(20, "ended", "connect_refused")]

    assert judge(play(UP, closed, CUT, link(22, "upgraded", 2))).answer == "held"
    assert judge(play(UP, closed, CUT, link(45, "upgraded", 2))).answer == "broken"
