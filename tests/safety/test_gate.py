"""Every reason against a run, one by one."""

from dataclasses import dataclass, replace

import pytest

from chaostrading.core.errors import Refused
from chaostrading.safety.gate import PastRun, TargetFacts, decide
from chaostrading.safety.lever import LeverState
from chaostrading.safety.settings import Impact, Settings

NOW = 1_750_000_000.0
DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class ATest:
    name: str = "rate_limit_storm"
    enabled: bool = True
    impact: Impact = "low"
    duration_ms: int = 20_000


STACK = Settings.load({}, paper_stack=True)
OWN = Settings.load({"TRADING_MODE": "paper", "CHAOS_ENABLED": "true"}, paper_stack=False)
TARGET = TargetFacts(name="paper", mode="paper", healthy=True)
CRITICAL = ATest(name="risk_engine_bypass", impact="critical")


def ruling(**changes):
    facts = {
        "settings": STACK,
        "test": ATest(),
        "target": TARGET,
        "lever": LeverState(engaged=False),
        "wall_s": NOW,
    }
    return decide(**{**facts, **changes})


def past(test: str, impact: Impact, outcome: str = "passed", days_ago: float = 1.0) -> PastRun:
    return PastRun(
        test=test,
        impact=impact,
        outcome=outcome,
        conclusive=outcome in ("passed", "deviated"),
        wall_s=NOW - days_ago * DAY,
    )


def test_a_run_with_nothing_against_it_is_allowed():
    """On the paper stack a fresh machine may run."""
    answer = ruling()

    answer.require()
    assert answer.allowed is True
    assert answer.duration_ms == 20_000
    assert answer.sentence == "rate_limit_storm may run"


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        (
            {"lever": LeverState(engaged=True, reason="stop", by="ada", wall_s=NOW)},
            "lever",
            "not injecting: the lever was engaged by ada at 2025-06-15T15:06:40.000Z: stop",
        ),
        (
            {"settings": replace(STACK, trading_mode="live")},
            "trading_mode",
            "not injecting: TRADING_MODE must be paper, was 'live'",
        ),
        (
            {"settings": replace(STACK, trading_mode="")},
            "trading_mode",
            "not injecting: TRADING_MODE must be paper, was not set",
        ),
        (
            {"target": replace(TARGET, mode="live")},
            "not_paper",
            "not injecting: endpoint is not paper, was 'live' (paper)",
        ),
        (
            {"target": replace(TARGET, mode=None)},
            "not_paper",
            "not injecting: endpoint is not paper, was not said (paper)",
        ),
        (
            {"settings": replace(STACK, enabled=False)},
            "disabled",
            "not injecting: CHAOS_ENABLED must be true, was false",
        ),
        (
            {"test": ATest(enabled=False)},
            "test_disabled",
            "not injecting: test rate_limit_storm must be enabled in its experiment, was disabled",
        ),
        (
            {"settings": replace(STACK, impact_level="medium"), "test": ATest(impact="high")},
            "impact",
            "not injecting: impact of rate_limit_storm must be at most medium"
            " (CHAOS_IMPACT_LEVEL), was high",
        ),
        (
            {"test": CRITICAL},
            "approval",
            "not injecting: critical test risk_engine_bypass needs CHAOS_APPROVED_BY, was not set",
        ),
        (
            {"settings": Settings.load({"CHAOS_BLACKOUT": "sun 15:00-16:00"}, paper_stack=True)},
            "blackout",
            "not injecting: 2025-06-15T15:06:40.000Z is within the blackout `sun 15:00-16:00`",
        ),
        (
            {"incident": "INC-7, feed down"},
            "incident",
            "not injecting: an incident is open: INC-7, feed down",
        ),
        (
            {"target": replace(TARGET, open_incident="breaker tripped")},
            "incident",
            "not injecting: an incident is open: breaker tripped",
        ),
        (
            {"residue": ["remove_lease of run a (owner=a)", "another"]},
            "residue",
            "not injecting: an earlier run left something behind: remove_lease of run a (owner=a)"
            " and 1 more; run `chaos trading recover` first",
        ),
        (
            {"target": replace(TARGET, healthy=False, trouble="no market data")},
            "unhealthy",
            "not injecting: target paper must be healthy, was not: no market data",
        ),
        (
            {"target": replace(TARGET, healthy=None)},
            "unhealthy",
            "not injecting: target paper must be healthy, was not: it says nothing",
        ),
    ],
)
def test_each_reason_has_one_sentence_of_its_own(changes, code, sentence):
    """A refusal says what was wrong, and it is the only one."""
    answer = ruling(**changes)

    assert [(one.code, one.sentence) for one in answer.refusals] == [(code, sentence)]
    with pytest.raises(Refused) as refusal:
        answer.require()
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("level", "impact", "allowed"),
    [
        ("low", "low", True),
        ("low", "medium", False),
        ("medium", "low", True),
        ("medium", "high", False),
        ("high", "high", True),
        ("high", "critical", False),
        ("critical", "critical", True),
    ],
)
def test_impacts_are_ordered_low_medium_high_critical(level, impact, allowed):
    """The level allows its own impact and everything beneath it."""
    settings = replace(STACK, impact_level=level, approved_by="ada")

    assert ruling(settings=settings, test=ATest(impact=impact)).allowed is allowed


def test_all_reasons_are_told_at_once():
    """Nobody should have to fix them one run at a time."""
    answer = ruling(
        settings=Settings.load({}, paper_stack=False),
        target=TargetFacts(name="bot", trouble="connection refused"),
    )

    assert [one.code for one in answer.refusals] == [
        "trading_mode",
        "not_paper",
        "disabled",
        "unhealthy",
    ]
    assert all(one.sentence.startswith("not injecting: ") for one in answer.refusals)


def test_an_approval_is_recorded_with_who_and_when():
    """The journal shows who answered for a critical test."""
    answer = ruling(settings=replace(STACK, approved_by="ada"), test=CRITICAL)

    assert answer.allowed is True
    assert answer.approval == {"by": "ada", "at": "2025-06-15T15:06:40.000Z"}


def test_a_capped_duration_is_told():
    """A shorter fault may prove less, so the reader is told."""
    answer = ruling(settings=replace(STACK, max_duration_ms=5_000))

    assert answer.duration_ms == 5_000
    assert answer.notes == ("CHAOS_MAX_DURATION cuts the fault from 20000 ms to 5000 ms",)


@pytest.mark.parametrize(
    ("history", "allowed"),
    [
        ([], False),
        ([past("stale_price_data", "low")], True),
        ([past("stale_price_data", "low", days_ago=31)], False),
        ([past("stale_price_data", "low", "inconclusive")], False),
        ([past("stale_price_data", "low"), past("rate_limit_storm", "low", "deviated")], False),
        (
            [
                past("rate_limit_storm", "low", "deviated", days_ago=3),
                past("rate_limit_storm", "low", "passed", days_ago=2),
            ],
            True,
        ),
        ([past("stale_price_data", "low", days_ago=-1)], False),
    ],
)
def test_a_stranger_is_escalated_step_by_step(history, allowed):
    """Medium needs a recent pass on low, and no low test whose newest run deviated."""
    answer = ruling(settings=OWN, test=ATest(impact="medium"), history=history)

    assert answer.allowed is allowed


def test_escalation_says_which_step_is_missing():
    """High needs medium as well as low."""
    answer = ruling(
        settings=replace(OWN, impact_level="high"),
        test=ATest(name="cpu_spike", impact="high"),
        history=[past("stale_price_data", "low")],
    )

    assert answer.sentence == (
        "not injecting: cpu_spike is of high impact, but no test of medium impact has passed"
        " within 30 days"
    )


def test_the_paper_stack_needs_no_escalation():
    """Nobody is hurt there."""
    assert ruling(test=ATest(impact="high"), history=[]).allowed is True
