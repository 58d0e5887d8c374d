"""Alert rules: what fires, what is resolved, and what is refused as a rule."""

import json
from collections import Counter

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.proxy.stats import Stats
from chaostrading.reports.alerts import AlertState, evaluate, load_rules, read_rules
from chaostrading.reports.metrics import known_names
from chaostrading.venues import venue


def rules(**row):
    base = {"name": "one", "severity": "warning", "metric": "target.queue_depth"}
    return read_rules({"rules": [{**base, **row}]})


def play(found, name, readings):
    """Events by time: readings are (at, value); None is a sample that lacks the number."""
    state = AlertState()
    events = []
    for at, value in readings:
        values = {} if value is None else {name: value}
        events += [(one.at_s, one.event) for one in evaluate(found, values, state, at)]
    return events


@pytest.mark.parametrize(
    ("condition", "readings", "events"),
    [
        ({"above": 5}, [(0, 5), (1, 6), (2, 7), (3, 5)], [(1, "fired"), (3, "resolved")]),
        ({"below": 2}, [(0, 2), (1, 1), (2, 2)], [(1, "fired"), (2, "resolved")]),
        (
            {"above": 5, "for_s": 2},
            [(0, 6), (1, 6), (2, 6), (3, 0)],
            [(2, "fired"), (3, "resolved")],
        ),
        ({"above": 5, "for_s": 2}, [(0, 6), (1, 0), (2, 6), (3, 6)], []),
        ({"falls_below": 1}, [(0, 0), (1, 2), (2, 0), (3, 1)], [(2, "fired"), (3, "resolved")]),
        ({"falls_below": 1}, [(0, 0), (1, 0)], []),
        (
            {"increases": 2, "within_s": 3},
            [(0, 7), (1, 8), (2, 9), (9, 9)],
            [(2, "fired"), (9, "resolved")],
        ),
        ({"increases": 1, "within_s": 3}, [(0, 7), (1, 7), (2, 7)], []),
        (
            {"stalls_s": 3},
            [(0, 1), (1, 2), (3, 2), (4, 2), (5, 3)],
            [(4, "fired"), (5, "resolved")],
        ),
        ({"stalls_s": 3}, [(0, 1), (5, 1), (9, 1)], []),
        ({"above": 5}, [(0, 6), (1, None), (2, 6)], [(0, "fired")]),
    ],
)
def test_a_condition_fires_and_is_resolved_when_it_says(condition, readings, events):
    """A number that is absent leaves a rule as it was; a stall needs a change before it."""
    assert play(rules(**condition), "target.queue_depth", readings) == events


def test_the_targets_own_numbers_are_read_under_their_prefix():
    """A sample holds them nested under `target`, rules name them `target.queue_depth`."""
    fired = evaluate(rules(above=5), {"target": {"queue_depth": 9}}, AlertState(), 1.0)

    assert [one.rule for one in fired] == ["one"]


def test_a_status_that_was_never_answered_counts_as_zero():
    """The proxy shows `answers_total.429` only from the first 429 on: that one must alert."""
    found = rules(metric="answers_total.429", increases=1)

    assert play(found, "answers_total.429", [(0, None), (1, 1)]) == [(1, "fired")]


def test_a_counter_of_the_target_that_appears_late_is_no_growth():
    """A target that did not answer at first may have counted long before."""
    found = rules(metric="target.errors_total", increases=1)

    assert play(found, "target.errors_total", [(0, None), (1, 7), (2, 7)]) == []


def test_a_star_sums_all_that_match():
    """`answers_total.5*` is every server error."""
    found = rules(metric="answers_total.5*", above=3)
    values = {"answers_total.500": 2, "answers_total.503": 2, "answers_total.2xx": 9}

    fired = evaluate(found, values, AlertState(), 1.0)

    assert fired[0].value == 4.0


def test_a_rule_that_never_saw_its_number_is_blind():
    """Nobody may think that it watched; an optional number may be absent."""
    state = AlertState()
    found = rules(above=5)

    evaluate(found, {"requests_total": 4}, state, 1.0)

    assert state.blind(found) == ["one"]
    assert AlertState().blind(rules(above=5, optional=True)) == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"metric": "target.queue_dept", "above": 1}, "did you mean target.queue_depth"),
        ({"above": 1, "below": 2}, "must have one of"),
        ({}, "must have one of"),
        ({"above": "5"}, "above must be a number from 0 up, was '5'"),
        ({"above": True}, "above must be a number"),
        ({"above": 1, "severity": "bad"}, "unknown severity of alert one 'bad'"),
        ({"above": 1, "treshold": 2}, "unknown field of alert one 'treshold'"),
    ],
)
def test_a_rule_that_cannot_be_right_is_refused(row, message):
    """A misspelt metric would never fire and look like peace."""
    with pytest.raises(InvalidInput, match=message):
        rules(**row)


def test_two_rules_may_not_share_a_name():
    """An alert must say which rule it is."""
    row = {"name": "one", "severity": "warning", "metric": "used_weight", "above": 1}

    with pytest.raises(InvalidInput, match="must be unique"):
        read_rules({"rules": [row, row]})


def test_the_shipped_rules_cover_both_groups_of_the_procedures():
    """Four critical and four warning alerts, each with at least one rule, summary and action."""
    found = load_rules({})

    groups = {(rule.severity, rule.group) for rule in found}
    assert groups >= {
        ("critical", "Circuit breaker activation"),
        ("critical", "Risk limit violations"),
        ("critical", "Exchange disconnection"),
        ("critical", "System errors"),
        ("warning", "High latency"),
        ("warning", "Memory pressure"),
        ("warning", "Rate limit warnings"),
        ("warning", "Stale data detection"),
    }
    assert all(rule.summary and rule.action for rule in found)


def test_a_file_of_ones_own_may_declare_its_targets_numbers(tmp_path):
    """`CHAOS_ALERTS` names it; what only that target has is declared under `metrics`."""
    rule = {"name": "x", "severity": "critical", "metric": "target.lag", "above": 1}
    path = tmp_path / "alerts.json"
    path.write_text(json.dumps({"metrics": {"target.lag": "s"}, "rules": [rule]}))

    assert [one.name for one in load_rules({"CHAOS_ALERTS": str(path)})] == ["x"]


def test_a_broken_file_is_one_line_that_names_it(tmp_path):
    """No traceback in front of a run."""
    path = tmp_path / "alerts.json"
    path.write_text("{")

    with pytest.raises(InvalidInput, match=r"alerts: .*alerts\.json"):
        load_rules({"CHAOS_ALERTS": str(path)})


def test_the_known_names_are_those_that_the_proxy_really_counts():
    """Every number of the proxy's stats is known, so that rules over them are accepted."""
    row = Stats(venue("binance")).row(1.0, Counter())

    names = {*row, *(f"latency_ms.{name}" for name in row["latency_ms"])}
    nested = {"answers_total", "latency_ms", "streams"}

    assert names - nested <= set(known_names())
