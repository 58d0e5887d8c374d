"""May this test run now? A pure function over facts that others have gathered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from chaostrading.core.clock import iso
from chaostrading.core.errors import Refused
from chaostrading.safety.lever import LeverState
from chaostrading.safety.settings import IMPACTS, Impact, Settings

__all__ = ["GatedTest", "PastRun", "Refusal", "RefusalCode", "Ruling", "TargetFacts", "decide"]

RefusalCode = Literal[
    "lever", "trading_mode", "not_paper", "disabled", "test_disabled", "impact", "approval",
    "blackout", "incident", "residue", "unhealthy", "escalation",
]  # fmt: skip

_Reasons = Iterator[tuple[RefusalCode, str]]


class GatedTest(Protocol):
    """What the gate must know of a test. `suites.catalogue.ChaosTest` is one."""

    @property
    def name(self) -> str: ...
    @property
    def enabled(self) -> bool: ...
    @property
    def impact(self) -> Impact: ...
    @property
    def duration_ms(self) -> int: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetFacts:
    """What the target says of itself. What it does not say counts against it."""

    name: str
    mode: str | None = None
    """Its own answer; only `paper` is let in."""
    healthy: bool | None = None
    trouble: str = ""
    """Why it is not healthy, in its own words."""
    open_incident: str = ""
    """The incident it knows of, `""` for none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PastRun:
    """An earlier run against the same target."""

    test: str
    impact: Impact
    outcome: str
    conclusive: bool
    wall_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One reason against a run."""

    code: RefusalCode
    sentence: str
    """Begins `not injecting: `."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """The gate's answer, with everything that speaks against the run."""

    test: str
    refusals: tuple[Refusal, ...]
    duration_ms: int
    """How long a fault may last: the test's duration under the cap of `CHAOS_MAX_DURATION`."""
    approval: dict[str, str] = field(default_factory=dict)
    """Who approved a critical test and when it was used: `{"by", "at"}`."""
    notes: tuple[str, ...] = ()
    """What the reader of the journal should know though it speaks against nothing."""

    @property
    def allowed(self) -> bool:
        return not self.refusals

    @property
    def sentence(self) -> str:
        """The first refusal, or that the run may go on."""
        return self.refusals[0].sentence if self.refusals else f"{self.test} may run"

    def require(self) -> None:
        """Raise Refused with the first refusal, if there is one."""
        if self.refusals:
            raise Refused(self.sentence)


def decide(
    *,
    settings: Settings,
    test: GatedTest,
    target: TargetFacts,
    lever: LeverState,
    wall_s: float,
    residue: Sequence[str] = (),
    incident: str = "",
    history: Sequence[PastRun] = (),
) -> Ruling:
    """Rule on one run. Pure: the same facts give the same ruling, and nothing is touched.

    `residue` are the sentences of `undo.residue()`; `incident` is an open incident that somebody
    other than the target knows of; `history` is every known run against this target, in any order.
    """
    reasons: list[tuple[RefusalCode, str]] = [
        *_by_lever_and_mode(settings, target, lever),
        *_by_settings(settings, test, wall_s),
        *_by_state(target, residue, incident),
    ]
    if step := _missing_step(settings, test.impact, history, wall_s):
        reasons.append(("escalation", f"{test.name} is of {test.impact} impact, but {step}"))
    return Ruling(
        test=test.name,
        refusals=tuple(
            Refusal(code=code, sentence=f"not injecting: {why}") for code, why in reasons
        ),
        duration_ms=settings.capped_ms(test.duration_ms),
        approval=_approval(settings, test, wall_s),
        notes=_notes(settings, test),
    )


def _by_lever_and_mode(settings: Settings, target: TargetFacts, lever: LeverState) -> _Reasons:
    if lever.engaged:
        yield "lever", lever.sentence()
    if settings.trading_mode != "paper":
        yield "trading_mode", f"TRADING_MODE must be paper, was {_said(settings.trading_mode)}"
    if target.mode != "paper":
        yield "not_paper", f"endpoint is not paper, was {_said(target.mode)} ({target.name})"


def _by_settings(settings: Settings, test: GatedTest, wall_s: float) -> _Reasons:
    if not settings.enabled:
        yield "disabled", "CHAOS_ENABLED must be true, was false"
    if not test.enabled:
        why = f"test {test.name} must be enabled in its experiment, was disabled"
        yield "test_disabled", why
    if IMPACTS.index(test.impact) > IMPACTS.index(settings.impact_level):
        yield (
            "impact",
            f"impact of {test.name} must be at most {settings.impact_level}"
            f" (CHAOS_IMPACT_LEVEL), was {test.impact}",
        )
    if test.impact == "critical" and not settings.approved_by:
        yield "approval", f"critical test {test.name} needs CHAOS_APPROVED_BY, was not set"
    for window in settings.blackouts:
        if window.covers(wall_s):
            yield "blackout", f"{iso(wall_s)} is within the blackout `{window.text}`"


def _by_state(target: TargetFacts, residue: Sequence[str], incident: str) -> _Reasons:
    for trouble in filter(None, (incident, target.open_incident)):
        yield "incident", f"an incident is open: {trouble}"
    if residue:
        more = f" and {len(residue) - 1} more" if len(residue) > 1 else ""
        yield (
            "residue",
            f"an earlier run left something behind: {residue[0]}{more};"
            " run `chaos trading recover` first",
        )
    if target.healthy is not True:
        state = target.trouble or ("it says nothing" if target.healthy is None else "it says so")
        yield "unhealthy", f"target {target.name} must be healthy, was not: {state}"


def _said(mode: str | None) -> str:
    return repr(mode) if mode else "not said" if mode is None else "not set"


def _approval(settings: Settings, test: GatedTest, wall_s: float) -> dict[str, str]:
    if test.impact != "critical" or not settings.approved_by:
        return {}
    return {"by": settings.approved_by, "at": iso(wall_s)}


def _notes(settings: Settings, test: GatedTest) -> tuple[str, ...]:
    capped = settings.capped_ms(test.duration_ms)
    if capped == test.duration_ms:
        return ()
    return (f"CHAOS_MAX_DURATION cuts the fault from {test.duration_ms} ms to {capped} ms",)


def _missing_step(
    settings: Settings, impact: Impact, history: Sequence[PastRun], wall_s: float
) -> str:
    """Gradual escalation: why the levels beneath this one do not carry it yet, or nothing.

    Each lower level needs a passed run within the days that count, and none of its tests may have
    deviated when it last ran."""
    if settings.escalation_days == 0:
        return ""
    oldest_s = wall_s - settings.escalation_days * 86_400
    recent = [run for run in history if oldest_s <= run.wall_s <= wall_s]
    for lower in IMPACTS[: IMPACTS.index(impact)]:
        newest: dict[str, PastRun] = {}
        for run in sorted(recent, key=lambda run: run.wall_s):
            if run.impact == lower:
                newest[run.test] = run
        for run in newest.values():
            if run.outcome == "deviated":
                return f"{run.test} of {lower} impact deviated at {iso(run.wall_s)}"
        if not any(run.outcome == "passed" and run.conclusive for run in newest.values()):
            days = settings.escalation_days
            return f"no test of {lower} impact has passed within {days} days"
    return ""
