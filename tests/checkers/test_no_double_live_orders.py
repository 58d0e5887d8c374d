from witness_play import booked, books, cancel, order, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("no_double_live_orders", evidence, limits)


FAILED = cancel(5, "a", status=503, fate="answer")


def test_waiting_for_the_cancel_holds():
    """a is cancelled at 7 s, b comes at 8 s."""
    evidence = play(
        FAILED,
        cancel(7, "a"),
        books=books(orders=[booked("a", 1.0, status="CANCELED"), booked("b", 8.0, status="NEW")]),
    )

    assert judge(evidence).answer == "held"


def test_replacing_an_order_that_still_lives_is_broken():
    """The cancel failed, the replacement went in all the same."""
    evidence = play(
        FAILED, books=books(orders=[booked("a", 1.0, status="NEW"), booked("b", 6.0, status="NEW")])
    )

    finding = judge(evidence)

    assert finding.answer == "broken"
    assert [row["client_id"] for row in finding.evidence] == ["a", "b"]


def test_another_side_is_another_slot():
    """A market maker rests one order on each side."""
    both = [booked("a", 1.0, status="NEW"), booked("b", 6.0, status="NEW", side="SELL")]

    assert judge(play(FAILED, books=books(orders=both))).answer == "held"


def test_what_the_bot_rests_usually_is_allowed():
    """Two levels per side before the fault are two levels during it."""
    ladder = [booked("a", -15.0, status="NEW"), booked("b", -14.0, status="NEW")]

    assert judge(play(FAILED, books=books(orders=ladder))).answer == "held"


def test_without_books_the_wire_is_read():
    """Accepted orders and accepted cancels tell the same story."""
    assert judge(play(order(1, "a"), FAILED, order(6, "b"))).answer == "broken"
    assert judge(play(order(1, "a"), FAILED, cancel(7, "a"), order(8, "b"))).answer == "held"


def test_no_failed_cancel_is_unknown():
    """Nothing was in doubt."""
    assert judge(play(order(1, "a"), cancel(5, "a"))).answer == "unknown"
