import pytest
from witness_play import every, link, market, message, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("rotates_before_the_end", evidence, limits)


OLD = [
    link(-20, "upgraded", 1, path="/stream"),
    *every(1, -10, 5, market),
    message(1, fate="replace"),
]
"""Market data on connection 1, whose end is announced at 1 s."""
PRIVATE = [
    link(-20, "upgraded", 7, path="/ws-api/v3"),
    message(-5, connection=7, role="private"),
    message(1, connection=7, fate="replace"),
]


def successor(at, connection=2, path="/stream", data=True):
    """Another connection, with data half a second later."""
    rows = [link(at, "upgraded", connection, path=path)]
    return [*rows, market(at + 0.5, connection=connection)] if data else rows


def test_data_on_the_next_connection_before_the_old_one_ends_holds():
    """New at 2.5 s, old closed by the bot itself at 3 s."""
    finding = judge(play(OLD, successor(2), link(3, "closed", 1, by="client")))

    assert finding.answer == "held"
    assert finding.evidence[0]["gap_s"] == -0.5


def test_a_reconnect_after_the_end_is_broken():
    """A gap of 0.9 s in which the bot was blind."""
    finding = judge(play(OLD, link(5, "closed", 1, by="fault"), successor(5.4)))

    assert finding.answer == "broken"
    assert "the gap on /stream was 0.9 s" in finding.observed


def test_connected_is_not_enough():
    """The next connection was open in time, but its data came too late."""
    late = successor(2, data=False), market(6, connection=2)

    assert judge(play(OLD, late, link(5, "closed", 1, by="fault"))).answer == "broken"


def test_a_symbol_that_never_came_back_is_broken():
    """Only one of two symbols is on the next connection."""
    eth = market(0, "ethusdt@trade")
    finding = judge(play(OLD, eth, successor(2), link(3, "closed", 1)))

    assert finding.answer == "broken"
    assert "was never" in finding.observed


@pytest.mark.parametrize(("at", "answer"), [(4.0, "held"), (6.0, "broken")])
def test_a_private_connection_may_have_a_short_gap(at, answer):
    """Closed at 3 s: back within 2 s is fine, because REST tells what was missed."""
    ended = link(3, "closed", 7, path="/ws-api/v3")
    back = successor(at, 8, "/ws-api/v3", data=False)

    assert judge(play(PRIVATE, ended, back)).answer == answer


def test_an_announcement_that_nothing_followed_is_unknown():
    """The connection is still open at the end, or nothing was announced."""
    assert judge(play(OLD)).answer == "unknown"
    assert judge(play(market(-1), link(3, "closed", 1))).answer == "unknown"
