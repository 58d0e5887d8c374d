from witness_play import link, message, order, play, poll, query

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("unknown_is_resolved", evidence, limits)


LOST = order(1, "c1", outcome="client_gone", exchange=200, fate="hold")
HUNG_UP = link(3, "closed", 9, protocol="http")


def test_asking_for_the_order_before_repeating_it_holds():
    """Hung up at 3 s, asked at 4 s, repeated at 6 s."""
    finding = judge(play(LOST, HUNG_UP, query(4, "c1"), order(6, "c1")))

    assert finding.answer == "held"


def test_listing_the_open_orders_is_asking():
    """openOrders of the symbol tells as well."""
    listing = poll(4, "/api/v3/openOrders", role="query", symbol="BTCUSDT")

    assert judge(play(LOST, HUNG_UP, listing)).answer == "held"


def test_being_told_that_it_does_not_exist_holds():
    """-2013 is an answer."""
    assert judge(play(LOST, query(4, "c1", status=400, code="-2013"))).answer == "held"


def test_an_event_about_the_order_holds():
    """The private stream was faster."""
    assert judge(play(LOST, message(1.3, role="private", client_id="c1"))).answer == "held"


def test_repeating_before_asking_is_broken():
    """A blind retry."""
    finding = judge(play(LOST, HUNG_UP, order(5, "c1"), query(6, "c1")))

    assert finding.answer == "broken"
    assert "the order was repeated 2.0 s later without asking" in finding.observed


def test_never_asking_is_broken():
    """5xx was taken for a refusal."""
    finding = judge(play(order(1, status=503, fate="answer")))

    assert finding.answer == "broken"
    assert finding.observed == "1 of 1 order with unknown fate: the bot asked never"


def test_asking_too_late_is_broken():
    """25 s after hanging up."""
    assert judge(play(LOST, HUNG_UP, query(28, "c1"))).answer == "broken"


def test_an_answer_that_never_comes_is_no_pass():
    """The query was lost as well: the exposure stays unknown."""
    finding = judge(play(LOST, query(4, "c1", outcome="client_gone", fate="hold")))

    assert finding.answer == "broken"
    assert "exposure stays unknown" in finding.observed


def test_no_open_fate_or_too_short_an_observation_is_unknown():
    """A clear refusal leaves nothing open."""
    assert judge(play(order(1, status=400, fate="answer"))).answer == "unknown"
    assert judge(play(order(1, status=503, code="-1008", fate="answer"))).answer == "unknown"
    assert judge(play(LOST, end_s=5.0)).answer == "unknown"


def test_a_repeat_that_is_seen_just_before_the_hang_up_counts():
    """Both leave the bot at once, on two connections."""
    first = order(1, "c1", outcome="client_gone", exchange=200, fate="hold", connection=7)
    ended = link(4.01, "closed", connection=7, protocol="http")
    again = order(4, "c2")

    assert judge(play(first, again, ended)).answer == "broken"
