from witness_play import booked, books, order, play, query

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("late_answer_harmless", evidence, limits)


LATE = order(1, "c1", outcome="client_gone", exchange=200, fate="hold")


def test_a_late_order_that_stays_one_order_holds():
    """The repeat under the same id was refused as a duplicate."""
    assert judge(play(LATE, order(12, "c1", status=400, code="-2010"))).answer == "held"


def test_a_second_order_under_the_same_id_is_broken():
    """The exchange took both."""
    assert judge(play(LATE, order(12, "c1"))).answer == "broken"


def test_a_second_order_under_a_new_id_is_broken_unless_asked():
    """The late answer came after the retry had been sent."""
    assert judge(play(LATE, order(12, "c2"))).answer == "broken"
    assert judge(play(LATE, query(11, "c1"), order(12, "c2"))).answer == "held"


def test_a_bot_that_thinks_it_is_still_open_is_broken():
    """The books say FILLED, the bot says NEW."""
    evidence = play(
        LATE,
        books=books(orders=[booked("c1", 1.1)]),
        target={"orders": [{"client_id": "c1", "status": "NEW"}]},
    )

    finding = judge(evidence)

    assert finding.answer == "broken"
    assert finding.evidence == ({"client_id": "c1", "bot": "NEW", "exchange": "FILLED"},)


def test_no_late_order_is_unknown():
    """A lost request is another matter."""
    assert judge(play(order(1, outcome="client_gone", fate="hold"))).answer == "unknown"
