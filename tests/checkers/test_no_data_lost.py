from witness_play import books, fill, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("no_data_lost", evidence, limits)


GAP = books(fills=[fill(5, "0.5", client_id="c7")], positions={"BTCUSDT": "0.5"})


def test_a_fill_of_the_gap_that_the_bot_knows_holds():
    """Position and order are in the bot's lists."""
    target = {"positions": {"BTCUSDT": "0.50"}, "orders": [{"client_id": "c7"}]}

    assert judge(play(books=GAP, target=target)).answer == "held"


def test_a_missed_fill_is_broken():
    """The bot still believes that it holds nothing."""
    finding = judge(play(books=GAP, target={"positions": {"BTCUSDT": "0"}}))

    assert finding.answer == "broken"
    assert finding.evidence == ({"symbol": "BTCUSDT", "bot": "0", "exchange": "0.5"},)


def test_a_filled_order_that_the_bot_does_not_list_is_broken():
    """c7 was filled and is unknown."""
    assert judge(play(books=GAP, target={"orders": []})).answer == "broken"


def test_no_fill_in_the_gap_is_unknown():
    """A fill before the fault cannot be missed by it; no books or lists decide nothing."""
    before = books(fills=[fill(-5)], positions={"BTCUSDT": "1"})

    assert judge(play(books=before, target={"positions": {}})).answer == "unknown"
    assert judge(play(target={"positions": {}})).answer == "unknown"
    assert judge(play(books=GAP)).answer == "unknown"
