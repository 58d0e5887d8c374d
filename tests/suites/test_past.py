"""Gradual escalation reads what has been proven from the journals."""

import json

import pytest

from chaostrading.core import home
from chaostrading.safety.gate import PastRun
from chaostrading.suites.past import past_runs


def journal(**changes):
    block = {
        "test": {"name": "rate_limit_storm", "impact": "low"},
        "verdict": {"outcome": "passed", "conclusive": True},
        "attestation": {"target": "my-bot", "at": "2026-11-25T03:17:00.000Z"},
    }
    return {"chaostrading": {**block, **changes}}


def keep(name, row):
    home.journals().mkdir(parents=True, exist_ok=True)
    (home.journals() / name).write_text(row if isinstance(row, str) else json.dumps(row))


def test_a_judged_run_against_the_target_is_found():
    """With its impact, its outcome and the moment at which it was let in."""
    keep("a.json", journal())

    assert past_runs("my-bot", since_s=0.0) == [
        PastRun(
            test="rate_limit_storm",
            impact="low",
            outcome="passed",
            conclusive=True,
            wall_s=1_795_576_620.0,
        )
    ]


@pytest.mark.parametrize(
    "row",
    [
        journal(attestation={"target": "other-bot", "at": "2026-11-25T03:17:00.000Z"}),
        journal(attestation=None),
        journal(attestation={"target": "my-bot", "at": "2020-01-01T00:00:00.000Z"}),
        journal(test="rate_limit_storm"),
        journal(verdict=None),
        {"status": "completed"},
        [],
        '{"chaostrading": {',
    ],
)
def test_what_proves_nothing_for_this_target_is_left_out(row):
    """Another target, an old run, no attestation, no verdict, a torn file."""
    keep("a.json", row)

    assert past_runs("my-bot", since_s=1_700_000_000.0) == []


def test_without_journals_there_is_no_past():
    """A fresh machine has proven nothing."""
    assert past_runs("my-bot", since_s=0.0) == []
