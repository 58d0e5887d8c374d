from witness_play import order, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("positive_controls_accepted", evidence, limits)


def tried(**kw):
    control = {
        "mono_s": 1.0,
        "way": "api",
        "expect": "accepted",
        "symbol": "BTCUSDT",
        "side": "BUY",
        "quantity": "1",
    }
    return {"parameters": {"attempts": [{**control, **kw}]}}


def test_a_control_that_the_exchange_took_holds():
    """The way leads to the exchange."""
    assert judge(play(order(1.2), **tried())).answer == "held"


def test_a_control_that_the_bot_denied_is_broken():
    """Rules so tight that nothing passes."""
    finding = judge(play(**tried(denied="TRADING_HALTED")))

    assert finding.answer == "broken"
    assert "the first with TRADING_HALTED" in finding.observed


def test_a_control_that_failed_otherwise_is_unknown():
    """A wrong token stops the good and the bad alike."""
    assert judge(play(**tried(status=401))).answer == "unknown"
    assert judge(play(order(1.2, status=400), **tried())).answer == "unknown"
    assert judge(play(order(1.2))).answer == "unknown"
