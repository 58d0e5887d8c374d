from witness_play import every, message, play, trading

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("other_symbols_trade", evidence, limits)


BAD = every(1.0, 0, 20, message, stream="btcusdt@bookTicker", fate="replace", role="market")
BEFORE = trading(symbol="ETHUSDT")


def test_the_other_symbol_traded_on_holds():
    """BTC is frozen, ETH goes on at its pace."""
    finding = judge(play(BAD, BEFORE, trading(0, 20, symbol="ETHUSDT")))

    assert finding.answer == "held"
    assert finding.evidence == ({"symbol": "ETHUSDT", "before": 10, "during": 10},)


def test_a_bot_that_stops_everything_is_broken():
    """One frozen symbol is no reason to drop all others."""
    finding = judge(play(BAD, BEFORE, trading(0, 2, symbol="ETHUSDT")))

    assert finding.answer == "broken"
    assert "fell to 10%: 1 order, 10 would have been usual" in finding.observed


def test_one_symbol_alone_is_unknown():
    """Without another symbol nothing can go on."""
    assert judge(play(BAD, trading())).answer == "unknown"
    assert judge(play(BEFORE)).answer == "unknown"
