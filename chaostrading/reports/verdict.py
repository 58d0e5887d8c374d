"""The verdict of a run: from facts and findings to an outcome and a sentence.

*passed* needs all of it: a baseline with enough decisions, a fault proven in force, hits, a target
that had reason to act, complete evidence, no broken finding, recovery within the bound, and a
confirmed heal. A run in which the fault touched nothing is inconclusive, whatever else was seen.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from chaostrading.checkers.base import Finding
from chaostrading.checkers.recovery import Recovery

__all__ = ["RunFacts", "Verdict", "judge"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFacts:
    """What is known of a run besides its findings."""

    test: str
    refused: str = ""
    """Why a guard said no; empty when it did not."""
    interrupted: str = ""
    """Why the run was stopped; empty when it ran to its end."""
    error: str = ""
    """What failed in the run itself: an action, a heal that was not confirmed."""
    baseline: str = ""
    """Why the baseline was not met; empty when it was."""
    hits: int = 0
    hits_min: int = 1
    unmatched: dict[str, int] = field(default_factory=dict)
    """What the fault saw and did not match: `GET /api/v3/time` and how often."""
    touched: str = ""
    """What was hit, in words: `14 requests`, `34 samples at 80 % or more`."""
    not_reached: str = ""
    """Why a pressure was not at its level; empty when it was, or when there was none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The outcome of a run.

    `outcome` is one of passed, deviated, inconclusive, baseline-not-met, interrupted, error.
    All but `inconclusive` are Chaos Toolkit's own words.
    """

    outcome: str
    sentence: str
    conclusive: bool
    refused: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def judge(facts: RunFacts, findings: Sequence[Finding], recovery: Recovery | None) -> Verdict:
    """Decide the outcome of a run. The first of these that applies is the verdict."""
    name = facts.test
    if facts.refused:
        return _not_conclusive("interrupted", f"{name} was refused: {facts.refused}", refused=True)
    if facts.interrupted:
        return _not_conclusive("interrupted", f"{name} was stopped: {facts.interrupted}")
    if facts.error:
        return _not_conclusive("error", f"{name} failed to run: {facts.error}")
    if facts.baseline:
        return _not_conclusive("baseline-not-met", f"{name} did not begin: {facts.baseline}")
    if facts.hits < facts.hits_min:
        return _not_conclusive("inconclusive", _not_hit(facts))
    broken = [finding for finding in findings if finding.answer == "broken"]
    late = recovery is not None and recovery.censored
    if broken or late:
        return Verdict(
            outcome="deviated", conclusive=True, sentence=_deviation(facts, broken, recovery)
        )
    unknown = [finding for finding in findings if finding.answer == "unknown"]
    if unknown or recovery is None:
        why = unknown[0].observed if unknown else "recovery was not measured"
        return _not_conclusive("inconclusive", f"{name} is inconclusive: {why}")
    return Verdict(
        outcome="passed",
        conclusive=True,
        sentence=(
            f"{name} passed: {facts.touched} met the fault, {len(findings)} of {len(findings)} "
            f"checks held, and trading was back {recovery.text()} after it "
            f"(bound {recovery.bound_s:g} s)"
        ),
    )


def _not_conclusive(outcome: str, sentence: str, refused: bool = False) -> Verdict:
    return Verdict(outcome=outcome, sentence=sentence, conclusive=False, refused=refused)


def _not_hit(facts: RunFacts) -> str:
    if facts.not_reached:
        return f"{facts.test} is inconclusive: the pressure was {facts.not_reached}"
    if facts.hits:
        return (
            f"{facts.test} is inconclusive: the fault hit only {facts.hits} of at least "
            f"{facts.hits_min} frames that it needs"
        )
    # Requests first: of streams there are many more, and they are rarely what was meant.
    names = sorted(facts.unmatched, key=lambda what: what.startswith("message"))
    seen = ", ".join(f"{what} ({facts.unmatched[what]})" for what in names[:8])
    return (
        f"{facts.test} is inconclusive: the fault hit nothing; seen and not matched: "
        f"{seen or 'no traffic at all'}"
    )


def _deviation(facts: RunFacts, broken: Sequence[Finding], recovery: Recovery | None) -> str:
    parts = [finding.observed for finding in broken[:2]]
    if len(broken) > 2:
        parts.append(f"{len(broken) - 2} more checks broke")
    if recovery is not None and recovery.censored:
        parts.append(f"trading was not back within {recovery.bound_s:g} s")
    return f"{facts.test} deviated: {'; '.join(parts)}"
