from witness_play import every, link, market, message, order, play

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("subscriptions_restored", evidence, limits)


TWO = [
    link(-20, "upgraded", 1),
    every(1, -20, 5, market),
    every(1, -20, 5, market, stream="ethusdt@bookTicker"),
]
CUT = link(5, "closed", 1, by="fault", fate="reset")
AGAIN = link(21, "upgraded", 2)
PRIVATE = [
    link(-20, "upgraded", 3, path="/private"),
    message(-5, connection=3, role="private", client_id="c0"),
    link(5, "closed", 3, by="fault", fate="reset"),
    link(21, "upgraded", 4, path="/private"),
]


def test_all_streams_with_data_again_hold():
    """Both streams deliver on the new connection."""
    back = [market(22, connection=2), market(23, "ethusdt@bookTicker", connection=2)]

    finding = judge(play(TWO, CUT, AGAIN, back))

    assert finding.answer == "held"
    assert finding.observed == "2 market streams back, 18.0 s after the loss at most"


def test_a_forgotten_stream_is_broken():
    """Connected again, but ETH was not subscribed."""
    finding = judge(play(TWO, CUT, AGAIN, market(22, connection=2)))

    assert finding.answer == "broken"
    assert "1 of 2 streams came back never, the first is ethusdt@bookTicker" in finding.observed


def test_a_stream_that_comes_back_too_late_is_broken():
    """40 s after a fault that ended at 20 s."""
    late = [market(22, connection=2), market(60, "ethusdt@bookTicker", connection=2)]

    assert judge(play(TWO, CUT, AGAIN, late)).answer == "broken"


def test_a_deaf_private_stream_is_broken():
    """Orders are accepted, yet no event arrives on the new connection."""
    finding = judge(play(PRIVATE, order(30)))

    assert finding.answer == "broken"
    assert "no private event arrived" in finding.observed


def test_a_private_stream_that_speaks_holds():
    """The event of the order arrives."""
    event = message(30.2, connection=4, role="private", client_id="c1")

    assert judge(play(PRIVATE, order(30), event)).answer == "held"


def test_events_that_the_fault_swallowed_were_not_heard():
    """The dead connection still got them from the exchange; the bot never did."""
    swallowed = message(30.2, connection=3, role="private", client_id="c1", fate="drop")

    assert judge(play(PRIVATE, order(30), swallowed)).answer == "broken"


def test_another_connection_does_not_stand_in_for_the_private_one():
    """Market data came back at 21 s, the private connection at 29 s, and with it the events."""
    rows = [
        PRIVATE[:3],
        link(21, "upgraded", 2),
        order(25),
        link(29, "upgraded", 4, path="/private"),
    ]

    assert judge(play(rows, end_s=32.0)).answer == "held"


def test_a_private_connection_that_is_not_back_yet_is_unknown():
    """At the end of the observation it is broken only if its time is over."""
    lost = PRIVATE[:3]

    assert judge(play(lost, order(25), end_s=30.0)).answer == "unknown"
    assert judge(play(lost, order(25))).answer == "broken"


def test_nothing_lost_or_too_short_is_unknown():
    """No data was cut; or the time to come back was not over."""
    assert judge(play(TWO)).answer == "unknown"
    assert judge(play(TWO, CUT, AGAIN, end_s=30.0)).answer == "unknown"
