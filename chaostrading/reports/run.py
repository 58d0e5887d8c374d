"""One run as its journal tells it, whoever wrote the journal.

A journal with our block, any other Chaos Toolkit journal, one of an interrupted run that lacks
half of its fields: `read_run` takes each of them, and says in `problems` what it could not read.
Only what is no journal at all is refused, with one line.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaostrading.core.errors import InvalidInput
from chaostrading.reports.alerts import BORN_AT_ZERO
from chaostrading.reports.clean import clean, items, mapping, moment_s, number, text, whole

__all__ = ["Back", "Found", "Run", "parse", "read_run", "run_from", "series_of"]

SIZE_MAX = 256 * 2**20
ANSWERS = ("held", "broken", "unknown")
POINTS_MAX = 5_000
LEFT_OUT = "defences left out"
SAMPLE_S = 0.25
"""How often the recorder reads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What one checker found."""

    checker: str
    answer: str
    expected: str
    observed: str
    evidence: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Back:
    """Recovery as the block tells it. `seconds` is None when censored."""

    seconds: float | None
    bound_s: float | None
    censored: bool
    error_bar_s: float | None
    adapted: bool

    def text(self) -> str:
        """For people: `4.2 s (± 0.3 s)` or `> 60 s`."""
        if self.seconds is None:
            return "not measured" if self.bound_s is None else f"> {self.bound_s:g} s"
        bar = "" if self.error_bar_s is None else f" (± {self.error_bar_s:.1f} s)"
        return f"{self.seconds:.1f} s{bar}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A run read from its journal. Texts are printable, numbers finite."""

    path: Path
    sha256: str
    size: int
    run_id: str
    test: str
    title: str
    category: str
    impact_level: str
    variant: str
    outcome: str
    conclusive: bool
    refused: bool
    judged: bool
    """Whether the journal carries our block."""
    sentence: str
    began_s: float | None
    """Wall time."""
    seconds: float | None
    recovery: Back | None
    findings: tuple[Found, ...]
    impact: Mapping[str, Any]
    alerts: tuple[Mapping[str, Any], ...]
    alerting: Mapping[str, Any]
    seed: int | None
    target: str
    versions: Mapping[str, str]
    """Of all that took part, and which defences the target was without."""
    block: Mapping[str, Any] = field(repr=False)
    """The raw block; clean what you take out of it."""
    journal: Mapping[str, Any] = field(repr=False)
    """The raw journal; clean what you take out of it."""
    problems: tuple[str, ...] = ()

    @property
    def broken(self) -> list[Found]:
        """The findings that broke."""
        return [one for one in self.findings if one.answer == "broken"]


def read_run(path: Path) -> Run:
    """Read a run. Raises InvalidInput, in one line, for what is no journal."""
    try:
        size = path.stat().st_size
        if size > SIZE_MAX:
            raise InvalidInput(f"{path}: a journal must be at most 256 MiB, was {size} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror or error}") from error
    return run_from(parse(data, path), path, data)


def parse(data: bytes, path: Path) -> Mapping[str, Any]:
    """The JSON object in these bytes. Raises InvalidInput, in one line, when there is none."""
    try:
        journal = json.loads(data)
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InvalidInput(f"{path}: is no journal: {text(why, 200)}") from error
    if not isinstance(journal, dict):
        raise InvalidInput(f"{path}: is no journal: an object was expected")
    if not {"experiment", "status", "chaostrading", "run", "start"} & set(journal):
        raise InvalidInput(f"{path}: is no journal: it has no experiment, status or run")
    return journal


def run_from(journal: Mapping[str, Any], path: Path, data: bytes) -> Run:
    """Read a parsed journal. Never raises for what it holds."""
    block = mapping(journal.get("chaostrading"))
    verdict = mapping(block.get("verdict"))
    judged = isinstance(verdict.get("outcome"), str)
    test = _test_of(block, journal)
    attestation = mapping(block.get("attestation"))
    began_s = moment_s(journal.get("start"))
    outcome, sentence = _told(journal, test["name"]) if not judged else _verdict(verdict)
    return Run(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        run_id=text(block.get("run_id"), 200) or text(path.stem, 200),
        test=test["name"],
        title=test["title"],
        category=test["category"],
        impact_level=test["impact"],
        variant=text(block.get("variant"), 200),
        outcome=outcome,
        conclusive=judged and verdict.get("conclusive") is True,
        refused=judged and verdict.get("refused") is True,
        judged=judged,
        sentence=sentence,
        began_s=began_s if began_s is not None else moment_s(attestation.get("at")),
        seconds=number(journal.get("duration")),
        recovery=_recovery(block, conclusive=judged and verdict.get("conclusive") is True),
        findings=tuple(_found(one) for one in items(block.get("findings"), 200)),
        impact=mapping(block.get("impact")),
        alerts=tuple(mapping(one) for one in items(block.get("alerts"))),
        alerting=mapping(block.get("alerting")),
        seed=whole(block.get("seed")),
        target=text(attestation.get("target"), 200),
        versions=_versions(journal, block),
        block=block,
        journal=journal,
        problems=_problems(journal, block, judged=judged),
    )


def series_of(run: Run) -> dict[str, list[tuple[float, float]]]:
    """The sampled series: (seconds since the fault began, value), what is no number left out.

    The proxy shows a status only once it was answered; until then its count is shown as zero."""
    found: dict[str, list[tuple[float, float]]] = {}
    for name, points in list(mapping(run.block.get("series")).items())[:500]:
        kept = []
        for point in items(points, POINTS_MAX):
            if isinstance(point, list | tuple) and len(point) == 2:
                at, value = number(point[0]), number(point[1])
                if at is not None and value is not None:
                    kept.append((at, value))
        if kept:
            found[text(name, 200)] = sorted(kept)
    began = min((points[0][0] for points in found.values()), default=0.0)
    for name, points in found.items():
        if name.startswith(BORN_AT_ZERO) and points[0][0] - began > SAMPLE_S:
            found[name] = [(began, 0.0), (points[0][0] - SAMPLE_S, 0.0), *points]
    return found


def _test_of(block: Mapping[str, Any], journal: Mapping[str, Any]) -> dict[str, str]:
    experiment = mapping(journal.get("experiment"))
    told = block.get("test")
    test = {"name": told} if isinstance(told, str) else mapping(told)
    if not test:
        for extension in items(experiment.get("extensions"), 50):
            if mapping(extension).get("name") == "chaostrading":
                test = mapping(mapping(extension).get("test"))
    title = text(experiment.get("title"), 300)
    return {
        "name": text(test.get("name"), 200) or title or "unnamed experiment",
        "title": title,
        "category": text(test.get("category"), 50),
        "impact": text(test.get("impact"), 50),
    }


def _verdict(verdict: Mapping[str, Any]) -> tuple[str, str]:
    outcome = text(verdict.get("outcome"), 50)
    return outcome, text(verdict.get("sentence")) or f"the run was {outcome}"


def _told(journal: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Outcome and sentence of a journal that no recorder judged: nothing is proven by it."""
    status = text(journal.get("status"), 50)
    without = "its journal has no verdict of chaostrading, so nothing is proven"
    if journal.get("deviated") is True:
        return "deviated", f"{name} deviated from its hypothesis, says Chaos Toolkit; {without}"
    before = mapping(mapping(journal.get("steady_states")).get("before"))
    if before.get("steady_state_met") is False:
        return "baseline-not-met", f"{name} did not meet its steady state before it began"
    if status in ("interrupted", "aborted"):
        return status, f"{name} was {status}; {without}"
    if status == "failed":
        return "error", f"{name} failed to run, says Chaos Toolkit; {without}"
    if status == "completed":
        return "inconclusive", f"{name} ran to its end; {without}"
    return "interrupted", f"{name} did not end: its journal has no status; nothing is proven"


def _recovery(block: Mapping[str, Any], *, conclusive: bool) -> Back | None:
    told = block.get("recovery")
    if not isinstance(told, Mapping):
        return None
    if told.get("censored") is True and not conclusive:
        return None  # a run that was cut short has not failed to recover
    seconds = number(told.get("seconds"))
    return Back(
        seconds=seconds,
        bound_s=number(told.get("bound_s")),
        censored=told.get("censored") is True,
        error_bar_s=number(told.get("error_bar_s")),
        adapted=told.get("adapted") is True,
    )


def _found(one: Any) -> Found:
    row = mapping(one)
    answer = text(row.get("answer"), 20)
    return Found(
        checker=text(row.get("checker"), 200) or "unnamed check",
        answer=answer if answer in ANSWERS else "unknown",
        expected=text(row.get("expected")),
        observed=text(row.get("observed")),
        evidence=tuple(mapping(item) for item in items(row.get("evidence"), 10)),
    )


def _versions(journal: Mapping[str, Any], block: Mapping[str, Any]) -> dict[str, str]:
    told = mapping(block.get("versions")) or {"chaostoolkit-lib": journal.get("chaoslib-version")}
    known = {text(name, 100): text(value, 200) for name, value in list(told.items())[:50] if value}
    left_out = ", ".join(sorted(text(name, 100) for name in items(block.get("left_out"), 100)))
    return known | ({LEFT_OUT: left_out} if left_out else {})


def _problems(
    journal: Mapping[str, Any], block: Mapping[str, Any], *, judged: bool
) -> tuple[str, ...]:
    found = []
    if not judged:
        found.append("the journal carries no verdict: the recorder did not run to its end")
    if "status" not in journal:
        found.append("the journal has no status: the run was cut off")
    lists: Sequence[str] = ("findings", "timeline", "alerts")
    found += [
        f"the block's {name} is no list and was left out"
        for name in lists
        if name in block and not isinstance(block[name], list | Mapping | None)
    ]
    lost = whole(block.get("evidence_lost"))
    if lost:
        found.append(f"{lost} records or samples of the evidence were lost")
    return tuple(clean(found))
