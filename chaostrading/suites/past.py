"""What has run before against a target, for gradual escalation: read from the journals."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from chaostrading.core import home
from chaostrading.safety.gate import PastRun
from chaostrading.safety.settings import IMPACTS

__all__ = ["past_runs"]


def past_runs(target: str, since_s: float, *, journals: Path | None = None) -> list[PastRun]:
    """Every judged run against the target since that wall time, oldest first.

    A journal that cannot be read, or that does not say which target was harmed, proves nothing
    and is left out.
    """
    folder = journals or home.journals()
    runs = []
    for path in folder.glob("*.json"):
        try:
            if path.stat().st_mtime < since_s:
                continue
            run = _read(json.loads(path.read_text(encoding="utf-8")), target)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            continue
        if run is not None and run.wall_s >= since_s:
            runs.append(run)
    return sorted(runs, key=lambda run: run.wall_s)


def _read(journal: dict[str, Any], target: str) -> PastRun | None:
    block = journal["chaostrading"]
    attestation, test, verdict = block["attestation"], block["test"], block["verdict"]
    if attestation["target"] != target or test["impact"] not in IMPACTS:
        return None
    return PastRun(
        test=str(test["name"]),
        impact=test["impact"],
        outcome=str(verdict["outcome"]),
        conclusive=verdict["conclusive"] is True,
        wall_s=datetime.fromisoformat(attestation["at"]).timestamp(),
    )
