from witness_play import books, fill, link, market, message, order, play, poll

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("book_resynced", evidence, limits)


GAP = message(1, stream="btcusdt@depth", fate="drop", role="market")
SNAPSHOT = {"path": "/api/v3/depth", "role": "market", "symbol": "BTCUSDT"}


def test_a_snapshot_before_the_next_order_holds():
    """Gap at 1 s, snapshot at 2 s, order at 3 s."""
    assert judge(play(GAP, poll(2, **SNAPSHOT), order(3))).answer == "held"


def test_an_order_before_the_snapshot_is_broken():
    """It came from a book with a hole."""
    finding = judge(play(GAP, order(2), poll(3, **SNAPSHOT)))

    assert finding.answer == "broken"
    assert "1 order came from a broken book, the first on BTCUSDT" in finding.observed


def test_a_gap_that_is_ignored_is_broken():
    """No snapshot within 10 s, although no order was sent either."""
    assert judge(play(GAP)).answer == "broken"


def test_a_new_connection_brings_the_snapshot_along():
    """Several venues send it over the stream."""
    assert judge(play(GAP, link(2, "upgraded", 2), order(3))).answer == "held"


def test_a_snapshot_from_a_stale_cache_is_none():
    """The answer came, but the fault had put an old book into it."""
    assert judge(play(GAP, poll(2, **SNAPSHOT, fate="replace"), order(3))).answer == "broken"


def test_a_gap_is_seen_when_the_next_message_comes():
    """The order at 1.5 s was sent before the bot could know; the one at 2.5 s was not."""
    after = market(2, stream="btcusdt@depth")

    early = judge(play(GAP, after, order(1.5), poll(2.2, **SNAPSHOT), order(3)))
    late = judge(play(GAP, after, order(2.5), poll(2.8, **SNAPSHOT), order(3)))

    assert (early.answer, late.answer) == ("held", "broken")


def test_each_gap_counts():
    """The first was healed, the second was not."""
    second = message(5, stream="btcusdt@depth", fate="drop", role="market")

    finding = judge(play(GAP, poll(2, **SNAPSHOT), order(3), second, order(6), poll(7, **SNAPSHOT)))

    assert finding.answer == "broken"


def test_an_exit_needs_no_book_where_it_is_allowed():
    """Selling what is held, before the book is there again."""
    held = books(fills=[fill(-5)], positions={"BTCUSDT": "1"})
    evidence = play(GAP, order(2, side="SELL"), poll(3, **SNAPSHOT), books=held)

    assert judge(evidence).answer == "broken"
    assert judge(evidence, exits_allowed=True).answer == "held"


def test_a_changed_ticker_is_no_gap():
    """Only books have gaps."""
    ticker = message(1, stream="btcusdt@bookTicker", fate="replace", role="market")

    assert judge(play(ticker, order(3))).answer == "unknown"
    assert judge(play(GAP, end_s=5.0)).answer == "unknown"


def test_a_snapshot_that_comes_late_counts_from_when_it_came():
    """Asked at 2 s, answered at 3.5 s: an order at 4 s had a book, one at 3 s had not."""
    late = poll(2, **SNAPSHOT, fate="delay", exchange=200, took=1.5)

    assert judge(play(GAP, late, order(4))).answer == "held"
    assert judge(play(GAP, late, order(3))).answer == "broken"
