from witness_play import booked, books, link, order, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("deadlines_kept", evidence, limits)


def test_a_slow_answer_to_a_prompt_order_holds():
    """The exchange took it at once, only the answer was delayed by 7 s."""
    assert judge(play(order(1, fate="delay", exchange=200, took=7.0))).answer == "held"


def test_an_order_that_arrives_late_is_broken():
    """Held up for 8 s on its way, then taken."""
    finding = judge(play(order(1, fate="delay", exchange=200, forwarded=9.0, took=8.1)))

    assert finding.answer == "broken"
    assert "the first 8.0 s after the bot had sent it" in finding.observed


def test_a_late_order_that_the_exchange_refuses_holds():
    """A small recvWindow is the simplest expiry: -1021."""
    late = order(1, fate="delay", exchange=400, status=400, code="-1021", forwarded=9.0, took=8.1)

    assert judge(play(late)).answer == "held"


def test_the_books_tell_when_it_was_taken():
    """Forwarded at once, but executed 9 s later by the exchange's own clock."""
    evidence = play(
        order(1, fate="delay", exchange=200, took=9.5), books=books(orders=[booked("c1", 10.0)])
    )

    assert judge(evidence).answer == "broken"


def test_a_retry_counts_from_the_first_attempt():
    """The second attempt of c1 reaches the exchange 11 s after the signal."""
    first = order(1, fate="hold", outcome="client_gone")

    assert judge(play(first, order(12))).answer == "broken"


def test_waiting_for_ever_is_broken():
    """40 s without an answer and without hanging up."""
    finding = judge(play(order(1, fate="hold", exchange=200, took=40.0)))

    assert finding.answer == "broken"
    assert "longer than 30 s" in finding.observed


def test_waiting_until_the_connection_is_reset_is_broken():
    """It was the proxy that ended it, 20 s later; a bot with a deadline hangs up itself."""
    kept = order(1, fate="hold", outcome="reset", exchange=200, connection=7)
    ended = link(21, "closed", connection=7, by="proxy", protocol="http")

    finding = judge(play(kept, ended), timeout_s_max=10.0)

    assert finding.answer == "broken"
    assert "the first 20.0 s" in finding.observed


def test_hanging_up_in_time_holds():
    """After 3 s without an answer."""
    kept = order(1, fate="hold", outcome="client_gone", exchange=200, connection=7)
    ended = link(4, "closed", connection=7, protocol="http")

    assert judge(play(kept, ended), timeout_s_max=10.0).answer == "held"


def test_no_slow_order_is_unknown():
    """Delays on other paths prove nothing."""
    assert judge(play(order(1))).answer == "unknown"
