from witness_play import booked, books, link, order, play, poll, query

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("no_duplicate_orders", evidence, limits)


LOST_ANSWER = order(1, "c1", outcome="client_gone", exchange=200, fate="hold")
LOST_REQUEST = order(1, "c1", outcome="client_gone", exchange=0, fate="hold")


def test_a_retry_under_the_same_id_that_the_exchange_refuses_holds():
    """The exchange knows c1 already: one order stays one order."""
    again = order(12, "c1", status=400, code="-2010")

    assert judge(play(LOST_ANSWER, again)).answer == "held"


def test_a_lost_request_may_be_repeated():
    """It never reached the exchange."""
    assert judge(play(LOST_REQUEST, order(12, "c1"))).answer == "held"
    assert judge(play(LOST_REQUEST, order(12, "c2"))).answer == "held"


def test_two_accepted_orders_of_one_id_are_broken():
    """The exchange took c1 twice."""
    finding = judge(play(LOST_ANSWER, order(12, "c1")))

    assert finding.answer == "broken"
    assert finding.observed == "the exchange took 2 orders under the client id c1"


def test_the_books_show_a_duplicate_that_the_wire_does_not():
    """An attempt without an answer may have been executed."""
    evidence = play(
        order(1, "c1", outcome="reset", exchange=0, fate="reset"),
        order(12, "c1"),
        books=books(orders=[booked("c1", 1.1), booked("c1", 12.1)]),
    )

    assert judge(evidence).answer == "broken"


def test_the_same_order_under_a_new_id_is_broken():
    """A new id per retry buys twice."""
    finding = judge(play(LOST_ANSWER, order(12, "c2")))

    assert finding.answer == "broken"
    assert "under a new client id 11.0 s after the first" in finding.observed


def test_a_bot_that_asked_first_may_order_again():
    """It knows that the first order lives: the second is meant."""
    assert judge(play(LOST_ANSWER, query(11, "c1"), order(12, "c2"))).answer == "held"


def test_undisturbed_orders_are_unknown():
    """Nothing tempted the bot to repeat itself."""
    assert judge(play(order(1, "c1"), order(2, "c2"))).answer == "unknown"
    assert judge(play(poll(1))).answer == "unknown"


def test_a_repeat_that_is_seen_just_before_the_hang_up_counts():
    """Both leave the bot at once, on two connections."""
    first = order(1, "c1", outcome="client_gone", exchange=200, fate="hold", connection=7)
    ended = link(4.01, "closed", connection=7, protocol="http")
    again = order(4, "c2")

    assert judge(play(first, again, ended)).answer == "broken"
