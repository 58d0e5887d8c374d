from witness_play import every, link, market, play, poll

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("reconnects_are_paced", evidence, limits)


UP = [link(-20, "upgraded", 1), market(-1)]
CUT = link(5, "closed", 1, by="fault", fate="reset")


def refusals(*times):
    return [link(at, "refused", 10 + place, by="fault") for place, at in enumerate(times)]


def test_growing_pauses_hold():
    """1, 2 and 4 s, then success."""
    finding = judge(play(UP, CUT, refusals(6, 7, 9, 13), link(21, "upgraded", 2)))

    assert finding.answer == "held"
    assert "5 attempts for 1 lost connection, pauses 1.00, 2.00, 4.00 s" in finding.observed


def test_a_tight_loop_is_broken():
    """Ten attempts a second."""
    tight = [link(5 + 0.1 * n, "refused", 10 + n, by="fault") for n in range(60)]

    assert judge(play(UP, CUT, tight)).answer == "broken"


def test_a_fixed_pace_is_broken():
    """One attempt a second does not grow."""
    finding = judge(play(UP, CUT, refusals(6, 7, 8, 9, 10, 11)))

    assert finding.answer == "broken"
    assert "do not grow" in finding.observed


def test_two_connections_have_each_a_pace_of_their_own():
    """1, 2 and 4 s each, half a second apart: the pauses of both together do not grow."""
    other = [
        link(at, "refused", 30 + place, by="fault", path="/ws-api/v3")
        for place, at in enumerate((6.9, 7.9, 9.9, 13.9))
    ]

    assert judge(play(UP, CUT, refusals(6, 7, 9, 13), other)).answer == "held"
    assert judge(play(UP, CUT, refusals(6, 7, 8, 9), other)).answer == "broken"


def test_pauses_that_the_exchange_asked_for_need_not_grow():
    """429 with a Retry-After of 2 s, and an attempt every 2.2 s; without the header it is flat."""

    def handshakes(told):
        return [
            poll(6 + 2.2 * n, "/ws", "session", status=429, told=told, connection=10 + n)
            for n in range(5)
        ]

    assert judge(play(UP, CUT, handshakes(2.0))).answer == "held"
    assert judge(play(UP, CUT, handshakes(None))).answer == "broken"
    assert judge(play(UP, CUT, handshakes(3.0))).answer == "broken"


def test_giving_up_is_broken():
    """After the fifth attempt nothing comes for two minutes."""
    finding = judge(play(UP, CUT, refusals(6, 7, 9, 13, 21), end_s=150.0))

    assert finding.answer == "broken"
    assert "no attempt for 129 s" in finding.observed


def test_three_connections_for_one_stream_are_broken():
    """A leak of sockets: each reconnect leaves one behind."""
    many = [
        [link(24, "upgraded", number), every(0.5, 25, 30, market, connection=number)]
        for number in (2, 3, 4)
    ]

    finding = judge(play(UP, CUT, *many))

    assert finding.answer == "broken"
    assert "btcusdt@bookTicker was open on more than 2 connections" in finding.observed


def test_nothing_lost_is_unknown():
    """No outage, no pace."""
    assert judge(play(UP)).answer == "unknown"


def test_a_socket_that_closes_right_after_its_handshake_is_a_failed_attempt():
    """Each handshake succeeds, then comes an error message and a close, thirty times in 3 s."""
    loop = [
        (link(5 + n / 10, "upgraded", 10 + n), link(5.05 + n / 10, "closed", 10 + n, by="fault"))
        for n in range(30)
    ]

    finding = judge(play(UP, CUT, *loop))

    assert finding.answer == "broken"
    assert "30 attempts for 1 lost connection" in finding.observed
