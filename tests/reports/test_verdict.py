"""The verdict: passed needs everything, and nothing hit is never passed."""

import pytest

from chaostrading.checkers.base import Finding
from chaostrading.checkers.recovery import Recovery
from chaostrading.reports.verdict import RunFacts, judge


def finding(answer, observed="seen"):
    return Finding(checker="one", answer=answer, expected="e", observed=observed)


FAST = Recovery(seconds=2.0, bound_s=60.0, censored=False, error_bar_s=0.25, adapted=False)
NEVER = Recovery(seconds=None, bound_s=60.0, censored=True, error_bar_s=0.25, adapted=False)
LIVE = {"test": "storm", "hits": 14, "hits_min": 10, "touched": "14 requests"}


@pytest.mark.parametrize(
    ("facts", "findings", "recovery", "outcome", "conclusive"),
    [
        (LIVE, ["held"], FAST, "passed", True),
        (LIVE, ["held", "broken"], FAST, "deviated", True),
        (LIVE, ["held"], NEVER, "deviated", True),
        (LIVE, ["unknown", "broken"], FAST, "deviated", True),
        (LIVE, ["held", "unknown"], FAST, "inconclusive", False),
        (LIVE, ["held"], None, "inconclusive", False),
        ({**LIVE, "hits": 9}, ["held"], FAST, "inconclusive", False),
        # A broken finding of a run whose fault touched nothing is not the fault's doing.
        ({**LIVE, "hits": 0}, ["broken"], FAST, "inconclusive", False),
        ({**LIVE, "baseline": "too thin"}, [], None, "baseline-not-met", False),
        ({**LIVE, "error": "heal failed"}, ["held"], FAST, "error", False),
        ({**LIVE, "interrupted": "lever"}, ["held"], FAST, "interrupted", False),
        ({**LIVE, "refused": "TRADING_MODE"}, [], None, "interrupted", False),
    ],
)
def test_the_outcome_follows_from_facts_and_findings(
    facts, findings, recovery, outcome, conclusive
):
    """Each row is one way in which a run can end."""
    verdict = judge(RunFacts(**facts), [finding(answer) for answer in findings], recovery)

    assert (verdict.outcome, verdict.conclusive) == (outcome, conclusive)


def test_a_refusal_says_so_and_is_marked():
    """Our own commands exit 3 for it."""
    verdict = judge(RunFacts(test="storm", refused="not injecting: no"), [], None)

    assert verdict.refused
    assert verdict.sentence == "storm was refused: not injecting: no"


def test_nothing_hit_lists_what_was_seen():
    """The reader learns which paths the scope has missed."""
    facts = RunFacts(test="storm", hits_min=10, unmatched={"GET /api/v3/depth": 14})

    assert judge(facts, [], FAST).sentence == (
        "storm is inconclusive: the fault hit nothing; seen and not matched: GET /api/v3/depth (14)"
    )


def test_a_deviation_names_what_broke_first():
    """The sentence is fit to be read aloud."""
    broken = [finding("broken", "31 requests fell into the forbidden window")]

    verdict = judge(RunFacts(**LIVE), broken, NEVER)

    assert verdict.sentence == (
        "storm deviated: 31 requests fell into the forbidden window; "
        "trading was not back within 60 s"
    )
