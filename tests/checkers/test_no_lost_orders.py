from dataclasses import replace

from witness_play import booked, books, message, order, play, poll, query

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("no_lost_orders", evidence, limits)


LOST_ANSWER = order(1, "c1", outcome="client_gone", exchange=200, fate="hold")
KNOWS = {"orders": [{"client_id": "c1"}]}


def test_an_order_found_by_a_query_holds():
    """The answer was lost, the bot asked, and lists the order."""
    finding = judge(play(LOST_ANSWER, query(4, "c1"), target=KNOWS))

    assert finding.answer == "held"


def test_an_order_known_from_the_private_stream_holds():
    """An event about the order is an answer, too."""
    event = message(1.5, role="private", client_id="c1")

    assert judge(play(LOST_ANSWER, event)).answer == "held"


def test_an_order_that_the_bot_does_not_list_is_broken():
    """The exchange's books have c1, the bot's list does not."""
    evidence = play(
        LOST_ANSWER, query(4, "c1"), target={"orders": []}, books=books(orders=[booked("c1", 1.1)])
    )

    finding = judge(evidence)

    assert finding.answer == "broken"
    assert "the first is c1" in finding.observed


def test_an_order_nobody_asked_about_is_broken():
    """No answer, no query, no event: the bot never learned its fate."""
    finding = judge(play(LOST_ANSWER))

    assert finding.answer == "broken"
    assert "never found out" in finding.observed


def test_a_query_that_fails_too_resolves_nothing():
    """Unknown stays open exposure."""
    evidence = play(LOST_ANSWER, query(4, "c1", outcome="client_gone", fate="hold"))

    assert judge(evidence).answer == "broken"


def test_undisturbed_orders_are_unknown():
    """The fault met no order."""
    assert judge(play(order(1), target=KNOWS)).answer == "unknown"
    assert judge(play(poll(1))).answer == "unknown"


def test_a_list_of_the_latest_orders_is_not_asked_for_older_ones():
    """The bot shows its last order only; c1 was before it."""
    evidence = play(LOST_ANSWER, query(4, "c1"), order(9, "c9"), order(12, "c12"))
    shown = {"orders": [{"client_id": "c12"}]}
    holed = {"orders": [{"client_id": "c1"}, {"client_id": "c12"}]}

    assert judge(replace(evidence, target=shown)).answer == "held"
    assert judge(replace(evidence, target=holed)).answer == "broken"
