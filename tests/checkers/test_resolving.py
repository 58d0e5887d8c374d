from witness_play import message, order, play, poll, query

from chaostrading.checkers.resolving import asked_about, event_about, resolved_by

LOST = order(1, "c1", outcome="client_gone", exchange=200, fate="hold")


def test_asking_is_by_client_id_or_by_a_list_of_the_symbol():
    """A query for another order or another symbol is not about this one."""
    evidence = play(
        LOST,
        query(2, "c1"),
        query(3, "c2"),
        poll(4, "/api/v3/openOrders", role="query"),
        poll(5, "/api/v3/myTrades", role="query", symbol="ETHUSDT"),
        poll(6, "/api/v3/account"),
    )

    assert [item.mono_s for item in asked_about(evidence, LOST, 1.0)] == [2, 4]


def test_an_event_that_the_fault_swallowed_told_nothing():
    """It never reached the bot."""
    swallowed = message(2, role="private", client_id="c1", fate="drop")
    late = message(3, role="private", client_id="c1", fate="delay")

    assert event_about(play(LOST, swallowed), LOST, 1.0) is None
    assert event_about(play(LOST, swallowed, late), LOST, 1.0).mono_s == 3


def test_only_an_answer_resolves():
    """Asked twice, answered once."""
    evidence = play(LOST, query(2, "c1", status=503, fate="answer"), query(3, "c1"))

    assert resolved_by(evidence, LOST, 1.0).mono_s == 3
    assert resolved_by(play(LOST), LOST, 1.0) is None
