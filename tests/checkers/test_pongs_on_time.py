from witness_play import link, message, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("pongs_on_time", evidence, limits)


UP = link(-20, "upgraded", 1)


def ping(at, **kw):
    return message(at, opcode="ping", **kw)


def pong(at):
    return message(at, opcode="pong", direction="up")


def test_prompt_pongs_hold():
    """Both within half a second."""
    assert judge(play(UP, ping(1), pong(1.2), ping(11), pong(11.5))).answer == "held"


def test_a_missing_or_late_pong_is_broken():
    """None at all; or after 30 s."""
    finding = judge(play(UP, ping(1)))

    assert finding.answer == "broken"
    assert finding.observed == "1 of 1 ping were not answered within 20 s"
    assert judge(play(UP, ping(1), pong(31))).answer == "broken"


def test_a_swallowed_ping_or_a_dead_connection_is_unknown():
    """What did not arrive cannot be answered."""
    assert judge(play(UP, ping(1, fate="drop"))).answer == "unknown"
    assert judge(play(UP, ping(1), link(3, "closed", 1, by="fault"))).answer == "unknown"
    assert judge(play(UP)).answer == "unknown"
