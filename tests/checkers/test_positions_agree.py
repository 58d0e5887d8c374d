from witness_play import books, fill, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("positions_agree", evidence, limits)


TRUE = books(fills=[fill(1, "0.5")], positions={"BTCUSDT": "0.50000000"})


def test_equal_positions_hold_whatever_their_spelling():
    """0.5 and 0.50000000 are the same number."""
    assert judge(play(books=TRUE, target={"positions": {"BTCUSDT": "0.5"}})).answer == "held"


def test_a_bot_that_believes_it_is_flat_is_broken():
    """A position missing from the bot's list counts as 0."""
    finding = judge(play(books=TRUE, target={"positions": {}}))

    assert finding.answer == "broken"
    assert finding.evidence == ({"symbol": "BTCUSDT", "bot": "0", "exchange": "0.50000000"},)


def test_a_difference_within_the_tolerance_holds():
    """Fees paid in the base asset may be allowed for."""
    evidence = play(books=TRUE, target={"positions": {"BTCUSDT": "0.4995"}})

    assert judge(evidence).answer == "broken"
    assert judge(evidence, tolerance="0.001").answer == "held"


def test_missing_books_positions_or_trades_are_unknown():
    """Without both sides, or without a trade, there is nothing to compare."""
    assert judge(play(target={"positions": {}})).answer == "unknown"
    assert judge(play(books=TRUE)).answer == "unknown"
    assert judge(play(books=books(), target={"positions": {}})).answer == "unknown"


def test_a_fill_of_the_last_moment_may_be_known_or_not():
    """The bot was asked just before 0.2 more was bought."""
    true = books(fills=[fill(1, "0.5"), fill(59.5, "0.2")], positions={"BTCUSDT": "0.7"})

    assert judge(play(books=true, target={"positions": {"BTCUSDT": "0.5"}})).answer == "held"
    assert judge(play(books=true, target={"positions": {"BTCUSDT": "0.7"}})).answer == "held"
    assert judge(play(books=true, target={"positions": {"BTCUSDT": "0.6"}})).answer == "broken"
