from witness_play import every, link, market, order, play, poll

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("no_decision_before_data", evidence, limits)


CUT = [
    link(-20, "upgraded", 1),
    every(1, -20, 5, market),
    link(5, "closed", 1, by="fault", fate="reset"),
    link(21, "upgraded", 2),
]


def test_an_order_after_the_first_data_holds():
    """Data at 22 s, order at 23 s."""
    assert judge(play(CUT, market(22, connection=2), order(23))).answer == "held"


def test_an_order_before_the_first_data_is_broken():
    """Connected at 21 s, ordered at 21.5 s, data at 22 s."""
    finding = judge(play(CUT, order(21.5), market(22, connection=2)))

    assert finding.answer == "broken"
    assert "the first on BTCUSDT 16.5 s after its data was cut" in finding.observed


def test_an_order_decided_before_the_loss_is_forgiven():
    """It was on its way."""
    assert judge(play(CUT, order(5.5))).answer == "held"


def test_a_price_by_request_is_fresh_data():
    """REST stood in for the stream."""
    price = poll(9, "/api/v3/ticker/price", role="market", symbol="BTCUSDT")

    assert judge(play(CUT, price, order(10))).answer == "held"


def test_a_second_loss_counts_again():
    """Data came between the two losses, but not after the second."""
    again = [market(7, connection=3), link(8, "closed", 3, by="fault", fate="reset")]

    assert judge(play(CUT, again, order(12))).answer == "broken"


def test_no_order_or_no_loss_is_unknown():
    """A bot that sends nothing decides nothing."""
    assert judge(play(CUT)).answer == "unknown"
    assert judge(play(market(1), order(2))).answer == "unknown"
    assert judge(play(CUT, order(12, symbol="SOLUSDT"))).answer == "unknown"
