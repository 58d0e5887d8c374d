"""Judges from the samples whether the level that was asked for was really there."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["SHARE_NEEDED", "TOLERANCE", "judge"]

TOLERANCE = {"memory": 1.0, "cpu": 2.0}
"""Points around the wanted level that count as being there."""
SHARE_NEEDED = 0.8
"""Share of the samples, from the first that was there, that must be at the level or above."""


def judge(
    kind: str,
    samples: Sequence[Mapping[str, Any]],
    before_percent: float,
    mode: str,
    ended: str,
    least_percent: float | None = None,
) -> dict[str, Any]:
    """Say what was reached.

    `reached` needs load of ours in force and the level at or above the wanted one, or at or above
    `least_percent` where that is given, in 80 % of the samples since it was first there.
    `share_within` is stricter: above counts as missed too.
    `why_not` is one sentence when not reached, else "". Percentages are of the effective limit.
    """
    tolerance = TOLERANCE[kind]
    levels = [float(s["level_percent"]) for s in samples]
    wanted = float(samples[0]["wanted_percent"]) if samples else 0.0
    floor = wanted - tolerance if least_percent is None else least_percent
    first = next((n for n, level in enumerate(levels) if level >= floor), None)
    window = levels[first:] if first is not None else []
    at_least = _share(window, lambda level: level >= floor)
    within = _share(window, lambda level: abs(level - wanted) <= tolerance)
    own = [float(s.get("ballast_bytes", s.get("duty", 0.0))) for s in samples]
    why_not = ""
    if not samples:
        why_not = f"no sample was taken ({ended or 'still running'})"
    elif mode == "hold" and before_percent >= wanted - tolerance and not any(own):
        why_not = (
            f"already above: the level was {before_percent:.1f} % before any load, "
            f"wanted {wanted:g} %"
        )
    elif first is None:
        why_not = f"never reached: the highest level was {max(levels):.1f} %, wanted {wanted:g} %"
    elif at_least < SHARE_NEEDED:
        why_not = (
            f"not held: at the level in {at_least:.0%} of the window, {SHARE_NEEDED:.0%} needed"
        )
    if ended.startswith("pressure lost"):
        why_not = ended
    elif why_not and ended and "its time was up" not in ended and ended != "stopped":
        why_not = f"{why_not}; ended early: {ended}"
    return {
        "wanted_percent": wanted,
        "before_percent": before_percent,
        "reached": not why_not,
        "reached_mono_s": samples[first]["mono_s"] if first is not None else None,
        "share_within": round(within, 4),
        "share_at_least": round(at_least, 4),
        "median": round(statistics.median(window), 3) if window else None,
        "highest": max(levels) if levels else None,
        "tolerance_points": tolerance,
        "least_percent": floor,
        "ended": ended,
        "why_not": why_not,
    }


def _share(levels: Sequence[float], good: Any) -> float:
    return sum(1 for level in levels if good(level)) / len(levels) if levels else 0.0
