from witness_play import every, link, market, message, play, poll, sample, trading

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("reader_survives", evidence, limits)


BAD = [
    trading(),
    every(1.0, -20, 0, market),
    [message(at, stream="btcusdt@bookTicker", fate="replace", role="market") for at in (1, 5, 9)],
]
GOOD_AGAIN = [every(1.0, 10, 30, market), trading(12, 30)]


def test_reading_and_trading_on_holds():
    """Three bad frames, then data and orders."""
    finding = judge(play(BAD, GOOD_AGAIN))

    assert finding.answer == "held"
    assert "3 bad frames; data flowed on" in finding.observed


def test_a_reader_that_died_is_broken():
    """No data after the last bad frame."""
    finding = judge(play(BAD, trading(12, 30)))

    assert finding.answer == "broken"
    assert "no data of btcusdt@bookTicker reached the bot within 10 s" in finding.observed


def test_a_bot_that_reads_but_never_trades_again_is_broken():
    """Its strategy died with the frame."""
    assert judge(play(BAD, every(1.0, 10, 60, market))).answer == "broken"


def test_a_restarted_process_is_no_survival():
    """The supervisor brought up another one."""
    finding = judge(play(BAD, GOOD_AGAIN, sample(-5, pid=17), sample(15, pid=23)))

    assert finding.answer == "broken"
    assert finding.observed == "the bot's process was replaced 1 times"


def test_dropping_the_connection_over_and_over_is_broken():
    """Once or twice is a resync, ten times is a crash loop."""
    loop = [
        [
            message(at, connection=at, stream="x", fate="replace", role="market"),
            link(at + 0.5, "closed", at, by="client"),
        ]
        for at in range(5, 15)
    ]

    assert judge(play(trading(), loop, GOOD_AGAIN)).answer == "broken"


def test_no_bad_frame_or_too_short_is_unknown():
    """A request that failed is no bad frame."""
    assert judge(play(trading(), poll(1, status=500, fate="answer"))).answer == "unknown"
    assert judge(play(BAD, end_s=12.0)).answer == "unknown"
