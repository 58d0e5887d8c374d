from witness_play import every, order, play, poll

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("rules_are_refreshed", evidence, limits)


def against_the_rules(t, client_id="c1", **kw):
    """An order that the fault answers `filter failure`."""
    return order(t, client_id, status=400, code="-1013", fate="answer", **kw)


def rules(t, **kw):
    return poll(t, "/api/v3/exchangeInfo", "rules", **kw)


def test_rules_that_are_read_after_the_first_reject_hold():
    """The second reject was under way by then."""
    finding = judge(play(against_the_rules(1), against_the_rules(1.2, "c2"), rules(2)))

    assert finding.answer == "held"
    assert "2 orders broke the new rules, which were read 1.0 s after the first" in finding.observed


def test_rules_that_are_kept_for_ever_are_broken():
    """Read before, and never again."""
    finding = judge(play(rules(0.5), every(2.0, 1, 19, against_the_rules)))

    assert finding.answer == "broken"
    assert "the rules were not read within 10 s" in finding.observed


def test_rules_that_are_read_and_not_used_are_broken():
    """Nine rejects are a habit."""
    finding = judge(play(every(2.0, 1, 19, against_the_rules), rules(2)))

    assert finding.answer == "broken"
    assert "9 orders broke the new rules" in finding.observed


def test_rules_that_could_not_be_read_do_not_count():
    """A request that failed taught nothing."""
    assert judge(play(against_the_rules(1), rules(2, status=503))).answer == "broken"


def test_orders_that_fit_decide_nothing():
    """No order met the new rules."""
    assert judge(play(order(1), rules(2))).answer == "unknown"
