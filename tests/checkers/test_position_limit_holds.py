from witness_play import books, fill, mids, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("position_limit_holds", evidence, limits)


def held(*fills, final, **kw):
    return play(books=books(fills=fills, positions=final, **kw))


def test_a_position_within_its_limit_holds():
    """0.8 of 1."""
    finding = judge(held(fill(1, "0.8"), final={"BTCUSDT": "0.8"}), quantity_max="1")

    assert finding.answer == "held"
    assert finding.observed == "at most 80% of the limit was used: 0.8 BTCUSDT"


def test_a_moment_over_the_limit_is_broken_even_if_it_passed():
    """1.5 for two seconds, 0.5 at the end."""
    evidence = held(
        fill(1, "0.8"), fill(2, "0.7"), fill(4, "1", side="SELL"), final={"BTCUSDT": "0.5"}
    )

    finding = judge(evidence, quantity_max="1")

    assert finding.answer == "broken"
    assert "most by 1.5 BTCUSDT 2.0 s into the fault" in finding.observed


def test_what_was_held_before_counts():
    """Books that begin late: 0.6 before, 0.6 more is 1.2."""
    evidence = held(fill(1, "0.6"), final={"BTCUSDT": "1.2"})

    assert judge(evidence, quantity_max="1").answer == "broken"


def test_a_short_position_counts_as_much():
    """-1.5 is over 1."""
    evidence = held(fill(1, "1.5", side="SELL"), final={"BTCUSDT": "-1.5"})

    assert judge(evidence, quantity_max="1").answer == "broken"


def test_the_value_of_all_symbols_counts_together():
    """60 in each of two symbols is more than 100."""
    evidence = held(
        fill(1, "0.6"),
        fill(2, "0.6", symbol="ETHUSDT"),
        final={"BTCUSDT": "0.6", "ETHUSDT": "0.6"},
        mids=[*mids({0: "100"}), *mids({0: "100"}, "ETHUSDT")],
    )

    assert judge(evidence, notional_max="100").answer == "broken"
    assert judge(evidence, notional_max="150").answer == "held"


def test_a_limit_that_was_not_near_is_unknown():
    """A hundredth of it was used; or nothing was filled; or no books."""
    evidence = held(fill(1, "0.01"), final={"BTCUSDT": "0.01"})

    assert judge(evidence, quantity_max="1").answer == "unknown"
    assert judge(play(books=books()), quantity_max="1").answer == "unknown"
    assert judge(play(), quantity_max="1").answer == "unknown"
