from witness_play import every, link, market, message, order, play, poll

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("resync_before_decision", evidence, limits)


PRIVATE = [
    link(-20, "upgraded", 1),
    message(-5, role="private", client_id="c0"),
    link(5, "closed", 1, by="fault", fate="reset"),
    link(21, "upgraded", 2),
]
BOOK = [
    link(-20, "upgraded", 1),
    every(1, -20, 5, market, stream="btcusdt@depth"),
    link(5, "closed", 1, by="fault", fate="reset"),
    link(21, "upgraded", 2),
]


def test_reading_the_account_before_the_next_order_holds():
    """openOrders at 21.2 s, order at 22 s."""
    read = poll(21.2, "/api/v3/openOrders", role="query")

    assert judge(play(PRIVATE, read, order(22))).answer == "held"


def test_an_order_without_reading_first_is_broken():
    """The account was read after the order."""
    read = poll(23, "/api/v3/openOrders", role="query")

    assert judge(play(PRIVATE, order(22), read)).answer == "broken"


def test_a_read_that_failed_is_no_read():
    """503 tells nothing."""
    assert judge(play(PRIVATE, poll(21.2, status=503), order(22))).answer == "broken"


def test_a_book_needs_a_snapshot():
    """Reading the account does not repair a book; the depth snapshot does."""
    snapshot = poll(21.2, "/api/v3/depth", role="market", symbol="BTCUSDT")

    assert judge(play(BOOK, poll(21.2), order(22))).answer == "broken"
    assert judge(play(BOOK, snapshot, order(22))).answer == "held"


def test_no_order_after_it_or_nothing_lost_is_unknown():
    """Only a decision shows whether it was an informed one."""
    assert judge(play(PRIVATE)).answer == "unknown"
    assert judge(play(order(22))).answer == "unknown"
