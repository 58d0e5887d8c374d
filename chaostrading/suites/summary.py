"""The result of a suite in words: one sentence, one table, for terminals and for GitHub."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from chaostrading.suites.runner import EXIT_CODES, RunResult

__all__ = [
    "Skipped",
    "SuiteResult",
    "markdown",
    "recovery_text",
    "table",
    "write_github_summary",
]

_WORST_FIRST = ("deviated", "error", "refused", "inconclusive")
_COLOURS = {"passed": "green", "deviated": "red", "error": "red", "refused": "yellow"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A test of the suite that was not run."""

    test: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SuiteResult:
    """What became of a suite."""

    suite: str
    suite_id: str
    seed: int
    results: tuple[RunResult, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    seconds: float = 0.0
    stopped: str = ""
    """Why the suite was stopped before its end, `""` when it ran to its end."""

    @property
    def exit_code(self) -> int:
        """The worst of its runs: deviated, then error, refused, inconclusive, passed.

        A suite that was stopped, or that ran nothing, proves nothing: it is inconclusive at best.
        """
        codes = {result.exit_code for result in self.results}
        if self.stopped or not self.results:
            codes.add(EXIT_CODES["inconclusive"])
        for word in _WORST_FIRST:
            if EXIT_CODES[word] in codes:
                return EXIT_CODES[word]
        return EXIT_CODES["passed"]

    @property
    def sentence(self) -> str:
        """Say in one line how it went, the worst first."""
        counts = dict.fromkeys(("passed", *_WORST_FIRST), 0)
        names = {code: word for word, code in EXIT_CODES.items()}
        for result in self.results:
            counts[names[result.exit_code]] += 1
        parts = [f"{counts['passed']} of {len(self.results)} tests passed"]
        parts += [f"{counts[word]} {word}" for word in _WORST_FIRST if counts[word]]
        if self.skipped:
            parts.append(f"{len(self.skipped)} not run")
        end = f"; stopped: {self.stopped}" if self.stopped else ""
        return f"{self.suite}: {', '.join(parts)} (seed {self.seed}){end}"


def recovery_text(result: RunResult) -> str:
    """The recovery time beside its bound: `4.2 s of 30 s`, `> 30 s`, or a dash."""
    if result.bound_s is None:
        return "-"
    if result.censored or result.recovery_s is None:
        return f"> {result.bound_s:g} s" if result.censored else f"- of {result.bound_s:g} s"
    return f"{result.recovery_s:.1f} s of {result.bound_s:g} s"


def table(result: SuiteResult) -> Table:
    """Every test of the suite with its outcome, recovery and sentence, those not run included."""
    grid = Table()
    for heading in ("test", "outcome", "recovery", "what happened"):
        grid.add_column(heading, overflow="fold")
    for row in result.results:
        colour = _COLOURS.get(_word(row), "yellow")
        grid.add_row(
            row.test, f"[{colour}]{_word(row)}[/]", recovery_text(row), _plain(row.sentence)
        )
    for skip in result.skipped:
        grid.add_row(skip.test, "[dim]not run[/]", "-", _plain(skip.reason))
    return grid


def markdown(result: SuiteResult) -> str:
    """The same for GitHub's step summary."""
    lines = [
        f"### Chaos suite {result.suite}",
        "",
        result.sentence,
        "",
        "| test | outcome | recovery | what happened |",
        "|---|---|---|---|",
    ]
    lines += [
        _row((row.test, _word(row), recovery_text(row), row.sentence)) for row in result.results
    ]
    lines += [_row((skip.test, "not run", "-", skip.reason)) for skip in result.skipped]
    return "\n".join(lines) + "\n"


def write_github_summary(result: SuiteResult, environ: Mapping[str, str] | None = None) -> bool:
    """Append the summary to the file that GitHub names. Returns whether there was one."""
    name = (os.environ if environ is None else environ).get("GITHUB_STEP_SUMMARY", "")
    if not name:
        return False
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(markdown(result) + "\n")
    return True


def _word(result: RunResult) -> str:
    if result.outcome == "passed" and not result.conclusive:
        return "inconclusive"
    return result.outcome


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def _row(cells: Sequence[str]) -> str:
    clean = (cell.replace("|", r"\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(clean)} |"
