from witness_play import books, mids, order, play, sample, trading

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("target_had_reason", evidence, limits)


def test_orders_before_and_during_the_fault_hold():
    """The bot was trading, and wanted to trade on."""
    assert judge(play(trading(), order(3))).answer == "held"


def test_a_price_move_is_a_stimulus():
    """The market moved 1 % while the bot was blind."""
    true = books(mids=mids({1: "100", 5: "101"}))

    finding = judge(play(trading(), books=true))

    assert finding.answer == "held"
    assert "a price move of 1.00%" in finding.observed


def test_decisions_count_where_a_bot_sends_no_orders():
    """Its own counter grew by four."""
    counted = [sample(-15, decisions_total=1), sample(-1, decisions_total=5)]

    assert judge(play(counted, order(3))).answer == "held"


def test_an_idle_bot_or_a_quiet_window_is_unknown():
    """Who does nothing passes everything."""
    assert judge(play(order(3))).answer == "unknown"
    assert judge(play(trading())).answer == "unknown"
    assert judge(play(trading(), books=books(mids=mids({1: "100", 5: "100"})))).answer == "unknown"
