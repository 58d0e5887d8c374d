"""Which runs support evidence for which rule: `regulation.json`, or what `CHAOS_REGULATION` names.

Nothing here says that anybody is compliant.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from chaostrading.core.errors import InvalidInput
from chaostrading.reports.clean import items, mapping, text

__all__ = ["Regulations", "Rule", "coverage", "read_regulations"]

ANY_TEST = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One article and the tests that support evidence for it."""

    id: str
    source: str
    article: str
    summary: str
    known: str
    """text, title or memory: how far the article itself was checked."""
    tests: tuple[str, ...]
    evidence: tuple[str, ...]

    def covers(self, test: str) -> bool:
        """Whether a run of this test supports evidence for the rule."""
        return test in self.tests or ANY_TEST in self.tests


@dataclass(frozen=True, kw_only=True, slots=True)
class Regulations:
    """The whole map."""

    checked_on: str
    rules: tuple[Rule, ...]
    not_covered: tuple[Mapping[str, str], ...]


def read_regulations(environ: Mapping[str, str] | None = None) -> Regulations:
    """Read the map. Raises InvalidInput naming the file for one that cannot be used."""
    named = (os.environ if environ is None else environ).get("CHAOS_REGULATION", "")
    try:
        if named:
            row = json.loads(Path(named).read_text(encoding="utf-8"))
        else:
            row = json.loads(
                files("chaostrading.reports").joinpath("regulation.json").read_text("utf-8")
            )
        rules = tuple(_rule(one) for one in mapping(row)["rules"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"regulation: {named}: {type(error).__name__}: {error}") from error
    return Regulations(
        checked_on=text(row.get("checked_on"), 40),
        rules=rules,
        not_covered=tuple(
            {name: text(value) for name, value in mapping(one).items()}
            for one in items(row.get("not_covered"))
        ),
    )


def _rule(one: Any) -> Rule:
    return Rule(
        id=text(one["id"], 100),
        source=text(one["source"], 200),
        article=text(one["article"], 200),
        summary=text(one["summary"]),
        known=text(one["known"], 20),
        tests=tuple(text(name, 100) for name in one["tests"]),
        evidence=tuple(text(name, 100) for name in one["evidence"]),
    )


def coverage(
    rules: Sequence[Rule], conclusive: Mapping[str, str], tests: Sequence[str]
) -> list[dict[str, Any]]:
    """For each rule which of its tests have a conclusive run: `conclusive` is test to run id."""
    rows = []
    for rule in rules:
        wanted = [name for name in tests if rule.covers(name)]
        have = {name: conclusive[name] for name in wanted if name in conclusive}
        rows.append(
            {
                "id": rule.id,
                "source": rule.source,
                "article": rule.article,
                "summary": rule.summary,
                "known": rule.known,
                "tests": wanted,
                "runs": have,
                "missing": [name for name in wanted if name not in have],
            }
        )
    return rows
