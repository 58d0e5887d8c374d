"""The twelve tests, read from their experiments.

A test is described in one place only: the `chaostrading` block under `extensions` of its
experiment. This module finds the files, checks the blocks, and sorts the tests into suites.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.safety.settings import IMPACTS, Impact

__all__ = [
    "NAMES",
    "SUITES",
    "Category",
    "ChaosTest",
    "Missing",
    "catalogue",
    "experiment_path",
    "experiments_folder",
    "load_test",
    "read_block",
    "read_test",
    "schema",
    "suite_tests",
]

Category = Literal["network", "exchange", "data", "system", "trading"]

NAMES = (
    "websocket_disconnect",
    "network_latency_spike",
    "rate_limit_storm",
    "exchange_timeout",
    "partial_exchange_failure",
    "stale_price_data",
    "corrupted_market_data",
    "memory_pressure",
    "cpu_spike",
    "trade_storm",
    "position_sizing_failure",
    "risk_engine_bypass",
)
"""The twelve tests in the order of the chaos testing procedures."""

SUITES: dict[str, tuple[Impact, ...]] = {
    "daily": ("low",),
    "weekly": ("low", "medium"),
    "monthly": IMPACTS,
    "all": IMPACTS,
}
"""Which impacts each suite runs. `all` differs from `monthly` in that it is never scheduled."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChaosTest:
    """One test: the fields of the procedures' `ChaosTest`, and the bound of its recovery."""

    name: str
    enabled: bool
    probability: float
    """Chance (0..1) that a scheduled firing runs it."""
    duration_ms: int
    """How long the fault lasts."""
    impact: Impact
    category: Category
    recovery_s: float
    """The target must be well again this long after the fault."""
    title: str = ""
    purpose: str = ""
    trigger: str = ""
    expected: tuple[str, ...] = ()
    judge: Mapping[str, Any] = field(default_factory=dict)
    """How it is judged: `hits_min`, `decisions_min`, `checkers`, `variants`."""
    path: Path = Path()
    """The experiment."""

    def judge_of(self, variant: str) -> dict[str, Any]:
        """How a variant is judged: its own words where it has some, else the test's."""
        own = self.judge.get("variants", {}).get(variant, {})
        return {"hits_min": 1, "decisions_min": 6, **self.judge, **own}


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """A test of the catalogue whose experiment cannot be used."""

    name: str
    why: str


def experiments_folder() -> Path:
    """Where the experiments are: inside the installed package, or beside it in a checkout.

    Raises InvalidInput when there are none: the installation is broken."""
    package = Path(str(files("chaostrading")))
    for folder in (package / "experiments", package.parent / "experiments"):
        if folder.is_dir():
            return folder
    raise InvalidInput(f"experiments: a folder beside or in {package} must exist, was not found")


def experiment_path(name: str) -> Path:
    """The experiment of the test of that name. Raises InvalidInput, listing the known names."""
    if name not in NAMES:
        raise unknown_name("test", name, NAMES)
    path = experiments_folder() / f"{name}.json"
    if not path.is_file():
        raise InvalidInput(f"test {name}: experiment {path} must exist, was not found")
    return path


def load_test(path: Path) -> ChaosTest:
    """Read the test that an experiment carries.

    Raises InvalidInput naming the file, the field, the rule and the value.
    """
    try:
        experiment = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"{path}: must be a readable file, was not: {error.strerror}") from error
    except ValueError as error:
        raise InvalidInput(f"{path}: must be JSON, was not: {error}") from error
    if not isinstance(experiment, dict):
        raise InvalidInput(f"{path}: must be a JSON object, was {type(experiment).__name__}")
    try:
        return replace(read_test(experiment), path=path)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error}") from error


def read_test(experiment: Mapping[str, Any]) -> ChaosTest:
    """Read the test out of a loaded experiment. Raises InvalidInput when its block is not right."""
    block = read_block(experiment)
    test = block["test"]
    return ChaosTest(
        name=test["name"],
        enabled=test["enabled"],
        probability=float(test["probability"]),
        duration_ms=int(test["duration"]),
        impact=test["impact"],
        category=test["category"],
        recovery_s=float(test["recovery"]),
        title=str(experiment.get("title", "")),
        purpose=block["purpose"],
        trigger=block["trigger"],
        expected=tuple(block["expected"]),
        judge=block["judge"],
    )


def read_block(experiment: Mapping[str, Any]) -> dict[str, Any]:
    """The `chaostrading` block of a loaded experiment, checked against its schema.

    Raises InvalidInput naming the field, the rule and the value.
    """
    blocks = [
        block
        for block in experiment.get("extensions") or []
        if isinstance(block, dict) and block.get("name") == "chaostrading"
    ]
    if len(blocks) != 1:
        raise InvalidInput(f"extensions must have one block named chaostrading, had {len(blocks)}")
    import jsonschema  # takes longer to load than all of this package

    validator = jsonschema.Draft202012Validator(schema("test"))
    if error := jsonschema.exceptions.best_match(validator.iter_errors(blocks[0])):
        where = ".".join(str(part) for part in error.absolute_path) or "extensions.chaostrading"
        raise InvalidInput(f"{where}: {error.message}")
    block: dict[str, Any] = blocks[0]
    return block


def catalogue(folder: Path | None = None) -> tuple[list[ChaosTest], list[Missing]]:
    """Read all twelve tests in the order of the procedures, and say which cannot be read and why.

    One broken experiment does not hide the others. Two files with one name are refused by their
    own content: an experiment must be called as its test.
    """
    tests: list[ChaosTest] = []
    missing: list[Missing] = []
    for name in NAMES:
        try:
            path = folder / f"{name}.json" if folder else experiment_path(name)
            test = load_test(path)
            if test.name != name:
                raise InvalidInput(f"{path}: test.name must be {name} as the file, was {test.name}")
            tests.append(test)
        except InvalidInput as error:
            missing.append(Missing(name=name, why=str(error)))
    return tests, missing


def suite_tests(suite: str, tests: Sequence[ChaosTest]) -> list[ChaosTest]:
    """The tests of a suite, gentle ones first and else in the order given.

    A suite contains every impact below its own: weekly is daily and medium, monthly is everything.
    Raises InvalidInput for an unknown suite.
    """
    if suite not in SUITES:
        raise unknown_name("suite", suite, SUITES)
    chosen = [test for test in tests if test.impact in SUITES[suite]]
    # Of one impact, system tests come first: they run alone, and those after them may run beside
    # the ones of the next impact.
    return sorted(chosen, key=lambda test: (IMPACTS.index(test.impact), test.category != "system"))


@functools.cache
def schema(name: Literal["test", "journal"]) -> dict[str, Any]:
    """The JSON Schema of the `chaostrading` block of an experiment (`test`) or of a journal."""
    text = files("chaostrading").joinpath(f"schemas/{name}.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
