from witness_play import link, market, message, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("heartbeat_detects_silence", evidence, limits)


LONG = {"fault_s": (0.0, 90.0), "end_s": 120.0}
SILENT = [
    link(-20, "upgraded", 1),
    market(-1),
    message(1, fate="hold", stream="btcusdt@bookTicker", role="market"),
]


def test_a_new_connection_in_time_holds():
    """30 s of silence were enough for the bot."""
    finding = judge(play(SILENT, link(31, "upgraded", 2), **LONG))

    assert finding.answer == "held"
    assert "after 30.0 s at most" in finding.observed


def test_closing_the_dead_connection_is_noticing():
    """Its pong did not come, so the bot hung up."""
    assert judge(play(SILENT, link(21, "closed", 1, by="client"), **LONG)).answer == "held"


def test_subscribing_again_is_noticing():
    """For one silent stream a new subscription will do."""
    resubscribed = message(40, direction="up", role="subscription")

    assert judge(play(SILENT, resubscribed, **LONG)).answer == "held"


def test_waiting_for_ever_is_broken():
    """89 s of silence and no reaction."""
    finding = judge(play(SILENT, **LONG))

    assert finding.answer == "broken"
    assert "were not given up within 60 s" in finding.observed


def test_a_late_reaction_is_broken():
    """75 s are more than 60 s."""
    assert judge(play(SILENT, link(76, "upgraded", 2), **LONG)).answer == "broken"


def test_a_short_silence_that_nobody_noticed_is_unknown():
    """Shorter than any heartbeat: there was nothing to notice."""
    assert judge(play(SILENT)).answer == "unknown"
    assert judge(play(market(1))).answer == "unknown"
