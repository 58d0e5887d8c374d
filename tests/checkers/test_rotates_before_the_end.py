from witness_play import every, link, market, message, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("rotates_before_the_end", evidence, limits)


ANNOUNCED = [
    link(-20, "upgraded", 1),
    every(1.0, -20, 15, market),
    message(5, fate="replace"),
    link(15, "closed", 1, by="fault", fate="close"),
]


def test_a_successor_with_data_before_the_end_holds():
    """Announced at 5 s, new data at 7 s, closed at 15 s."""
    evidence = play(ANNOUNCED, link(6, "upgraded", 2), every(1.0, 7, 30, market, connection=2))

    assert judge(evidence).answer == "held"


def test_a_successor_after_the_end_is_broken():
    """The bot waited for the close: two seconds without data."""
    evidence = play(ANNOUNCED, link(16, "upgraded", 2), every(1.0, 17, 30, market, connection=2))

    finding = judge(evidence)

    assert finding.answer == "broken"
    assert "the gap on /ws was 2.0 s" in finding.observed


def test_a_connection_without_an_announcement_is_unknown():
    """A cut without a word cannot be prepared for."""
    cut = [link(-20, "upgraded", 1), market(-1), link(15, "closed", 1, by="fault", fate="reset")]

    assert judge(play(cut, link(16, "upgraded", 2))).answer == "unknown"
