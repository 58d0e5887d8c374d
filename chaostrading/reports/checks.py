"""What a check is worth, what its failure may come from, and what to do about it: `checks.json`."""

import functools
import json
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["Check", "check", "checks"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """How a checker's finding counts and what it calls for."""

    weight: int = 1
    """3 critical, 1 warning, 0 when it judges the run and not the target."""
    integrity: bool = False
    cause: str = "Not known for this check: see its expectation and its evidence."
    advice: str = "Compare what was expected with the evidence rows and fix the difference."

    @property
    def severity(self) -> str:
        """In a word: critical, warning or evidence."""
        return {3: "critical", 0: "evidence"}.get(self.weight, "warning")


@functools.cache
def checks() -> dict[str, Check]:
    """Every check that the file knows, by name."""
    text = files("chaostrading.reports").joinpath("checks.json").read_text("utf-8")
    return {name: Check(**row) for name, row in json.loads(text)["checks"].items()}


def check(name: str) -> Check:
    """The check of that name. One that the file does not know counts as a warning."""
    return checks().get(name, Check())
