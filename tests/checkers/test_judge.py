import json

import pytest
from witness_play import message, play, refusal

from chaostrading.checkers.judge import Judge, count


def judge(evidence, **kw):
    return Judge(checker="some", expected="it behaves", evidence=evidence, **kw)


def test_a_row_says_when_what_and_what_was_told():
    """Times count from the fault; empty fields are left out."""
    evidence = play(refusal(1, told=5), fault_s=(0.5, 20.0))

    row = judge(evidence).row(evidence.records[0])

    assert row == {
        "t_s": 0.5,
        "method": "GET",
        "path": "/api/v3/account",
        "status": 429,
        "outcome": "answered",
        "told": "stay away for 5 s",
    }


def test_at_most_ten_rows_are_kept_and_they_are_json():
    """A storm of a thousand requests is shown by ten."""
    evidence = play([refusal(at) for at in range(20)], message(3, fate="drop"))

    finding = judge(evidence).broken("bad", evidence.records)

    assert len(finding.evidence) == 10
    assert json.loads(json.dumps(finding.evidence)) == list(finding.evidence)


def test_lost_records_take_back_held_but_not_broken():
    """What was seen was seen; what was not seen may have been lost."""
    evidence = play([refusal(at) for at in range(5)], lose=[3])

    assert judge(evidence).held("fine").answer == "unknown"
    assert judge(evidence).broken("bad").answer == "broken"
    assert judge(evidence, wire=False).held("fine").answer == "held"


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (1, "query", "1 query"),
        (2, "query", "2 queries"),
        (0, "way", "0 ways"),
        (3, "order", "3 orders"),
    ],
)
def test_nouns_are_counted_as_people_do(number, noun, text):
    """One order, two orders, three queries."""
    assert count(number, noun) == text
