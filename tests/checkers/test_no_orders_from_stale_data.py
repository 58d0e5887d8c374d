from witness_play import (
    books,
    every,
    fill,
    market,
    message,
    mids,
    order,
    play,
    trading,
)

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("no_orders_from_stale_data", evidence, limits)


LONG = {"fault_s": (0.0, 60.0), "end_s": 90.0}
FROZEN = [
    trading(),
    every(1.0, 0, 60, message, stream="btcusdt@bookTicker", fate="replace", role="market"),
]
RISING = mids({-20: "100", 0: "100", 20: "101", 40: "102", 60: "103"})


def test_silence_while_the_price_runs_away_holds():
    """The true price moved 3 %, the bot sent nothing from second 35 on."""
    evidence = play(FROZEN, order(10, "c1"), books=books(mids=RISING), **LONG)

    finding = judge(evidence)

    assert finding.answer == "held"
    assert "data of BTCUSDT was frozen for 60 s; 0 orders on it after the limit" in (
        finding.observed
    )


def test_an_order_from_the_frozen_price_is_broken():
    """45 s after the freeze the bot still buys at 100."""
    finding = judge(play(FROZEN, order(45, "c1"), books=books(mids=RISING), **LONG))

    assert finding.answer == "broken"
    assert "the first on BTCUSDT when its data was 45 s old" in finding.observed


def test_a_market_order_without_any_fresh_source_is_broken():
    """It has no price, but its decision had."""
    sold = order(45, "c1", order_type="MARKET")

    assert judge(play(FROZEN, sold, books=books(mids=RISING), **LONG)).answer == "broken"


def test_another_fresh_source_may_be_used():
    """The trade stream was not frozen, and the price is the true one."""
    other = every(1.0, 0, 60, market, stream="btcusdt@trade", price="102")
    fine = play(FROZEN, other, order(45, "c1", price="102.2"), books=books(mids=RISING), **LONG)
    stale = play(FROZEN, other, order(45, "c1", price="100"), books=books(mids=RISING), **LONG)

    assert judge(fine).answer == "held"
    assert judge(stale).answer == "broken"


def test_an_exit_is_allowed_unless_it_is_forbidden():
    """Selling what is held reduces the risk."""
    held = books(mids=RISING, fills=[fill(-5)], positions={"BTCUSDT": "1"})
    evidence = play(FROZEN, order(45, "c1", side="SELL"), books=held, **LONG)

    assert judge(evidence).answer == "held"
    assert judge(evidence, exits_allowed=False).answer == "broken"


def test_stamps_that_were_old_from_the_start_shorten_the_wait():
    """Frozen with stamps 31 s old: the order 8 s later used data that said it was 39 s old."""
    told = {"parameters": {"stale_price": {"age_s": 31.0}}}
    short = {"fault_s": (0.0, 15.0), "end_s": 20.0}

    finding = judge(play(FROZEN, order(8, "c1"), books=books(mids=RISING), **short, **told))

    assert finding.answer == "broken"
    assert "when its data was 39 s old" in finding.observed


def test_a_flat_market_or_a_short_freeze_is_unknown():
    """No temptation; or judged before the limit could fire; or another symbol."""
    flat = books(mids=mids({0: "100", 30: "100", 60: "100"}))

    assert judge(play(FROZEN, books=flat, **LONG)).answer == "unknown"
    assert judge(play(FROZEN, fault_s=(0.0, 30.0))).answer == "unknown"
    assert judge(play(trading(symbol="SOLUSDT"), FROZEN[1], **LONG)).answer == "unknown"
