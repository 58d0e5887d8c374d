from witness_play import books, fill, order, play

from chaostrading.checkers.base import run_checker


def judge(evidence):
    return run_checker("reduce_only_passes", evidence, {})


EXIT = {
    "mono_s": 1.0,
    "way": "api",
    "expect": "accepted",
    "reduces": True,
    "symbol": "BTCUSDT",
    "side": "SELL",
    "quantity": "1",
}
LONG = books(fills=[fill(-5, "2")], positions={"BTCUSDT": "2"})


def test_an_exit_that_gets_through_holds():
    """Entries are blocked, the exit is on the wire."""
    evidence = play(order(1.2, side="SELL"), parameters={"attempts": [EXIT]})

    assert judge(evidence).answer == "held"


def test_an_exit_that_is_blocked_is_broken():
    """The risk engine keeps the risk in."""
    assert judge(play(parameters={"attempts": [EXIT]})).answer == "broken"


def test_an_exit_of_the_bots_own_counts():
    """It held 2 and sold 1 during the fault."""
    assert judge(play(order(5, side="SELL"), books=LONG)).answer == "held"
    assert judge(play(order(5, side="SELL", status=400), books=LONG)).answer == "broken"


def test_an_entry_is_no_exit():
    """Buying more, selling more than is held, or no books: nothing shows."""
    assert judge(play(order(5), books=LONG)).answer == "unknown"
    assert judge(play(order(5, side="SELL", quantity="3"), books=LONG)).answer == "unknown"
    assert judge(play(order(5, side="SELL"))).answer == "unknown"
