from witness_play import books, every, message, mids, order, play, poll, sample

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("last_known_good_used", evidence, limits)


BAD = every(1.0, 0, 20, message, stream="btcusdt@bookTicker", fate="replace", role="market")
TRUE = books(mids=mids({-20: "100", 20: "101"}))


def test_orders_near_the_last_good_price_hold():
    """The feed says 1000, the bot still buys at 100.5."""
    assert judge(play(BAD, order(5, price="100.5"), books=TRUE)).answer == "held"


def test_an_order_at_the_bad_price_is_broken():
    """900 is neither the last good nor the true price."""
    finding = judge(play(BAD, order(5, price="900"), books=TRUE))

    assert finding.answer == "broken"
    assert "the first at 900 for BTCUSDT" in finding.observed


def test_asking_for_the_price_holds():
    """REST stands in for the stream."""
    asked = poll(4, "/api/v3/ticker/price", role="market", symbol="BTCUSDT")

    assert judge(play(BAD, asked)).answer == "held"


def test_polls_at_the_usual_pace_show_nothing():
    """The bot asked as often before."""
    usual = every(2.0, -20, 20, poll, path="/api/v3/depth", role="market", symbol="BTCUSDT")

    assert judge(play(BAD, usual)).answer == "unknown"


def test_naming_another_source_holds():
    """The bot says that it uses its last good price."""
    said = [
        sample(-5, market_data={"BTCUSDT": {"source": "stream"}}),
        sample(5, market_data={"BTCUSDT": {"source": "last_good"}}),
    ]

    finding = judge(play(BAD, said))

    assert finding.answer == "held"
    assert "it names the source last_good" in finding.observed


def test_no_visible_deed_is_unknown():
    """Nothing shows which data the bot used."""
    assert judge(play(BAD)).answer == "unknown"
    assert judge(play(order(5))).answer == "unknown"
