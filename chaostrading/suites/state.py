"""The state of a suite on disk, so that an interrupted suite can be taken up again."""

import json
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chaostrading.core import home
from chaostrading.core.clock import Clock, iso
from chaostrading.core.errors import InvalidInput
from chaostrading.core.files import to_json, write_atomically
from chaostrading.core.seeds import fresh_seed
from chaostrading.suites.runner import RunResult

__all__ = ["SuiteState"]


class SuiteState:
    """What has run so far, kept under `suites/` in the chaos home. Made by `open`."""

    def __init__(self, *, suite: str, suite_id: str, seed: int, quick: bool) -> None:
        self.suite = suite
        self.suite_id = suite_id
        self.seed = seed
        self.quick = quick
        self.results: dict[str, RunResult] = {}
        """By test, in the order in which they finished."""

    @classmethod
    def open(
        cls, suite: str, *, seed: int | None, quick: bool, resume: bool, clock: Clock
    ) -> "SuiteState":
        """Begin a suite, or with `resume` take up the unfinished one of that name, if any.

        Raises InvalidInput when it was begun with another seed or another `quick`: its results
        and the new ones would not be of one kind."""
        if resume and (row := _read(_path(suite))) is not None:
            return cls._resume(row, seed=seed, quick=quick)
        moment = iso(clock.wall())[:19].replace("-", "").replace(":", "")
        state = cls(
            suite=suite,
            suite_id=f"{moment}-{suite}-{secrets.token_hex(3)}",
            seed=fresh_seed() if seed is None else seed,
            quick=quick,
        )
        state._write()
        return state

    @classmethod
    def _resume(cls, row: dict[str, Any], *, seed: int | None, quick: bool) -> "SuiteState":
        if seed not in (None, row["seed"]):
            raise InvalidInput(f"suite: seed must be {row['seed']} to resume, was {seed}")
        if quick != row["quick"]:
            raise InvalidInput(f"suite: quick must be {row['quick']} to resume, was {quick}")
        state = cls(
            suite=row["suite"], suite_id=row["suite_id"], seed=row["seed"], quick=row["quick"]
        )
        results = [RunResult(**result) for result in row["results"]]
        # A run that the lever or Ctrl-C cut short has found nothing out: it runs again.
        state.results = {one.test: one for one in results if one.outcome != "interrupted"}
        return state

    def add(self, result: RunResult) -> None:
        """Write a result down. A killed suite has lost none that was added."""
        self.results[result.test] = result
        self._write()

    def close(self, *, finished: bool) -> None:
        """End the suite. An unfinished one can be resumed, a finished one is forgotten."""
        if finished:
            _path(self.suite).unlink(missing_ok=True)

    def _write(self) -> None:
        row = {
            "suite": self.suite,
            "suite_id": self.suite_id,
            "seed": self.seed,
            "quick": self.quick,
            "results": [asdict(result) for result in self.results.values()],
        }
        write_atomically(_path(self.suite), to_json(row, indent=1))


def _path(suite: str) -> Path:
    return home.home() / "suites" / f"{suite}.json"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InvalidInput(f"suite: {path} must be readable to resume, was not: {error}") from error
    return row if isinstance(row, dict) else None
