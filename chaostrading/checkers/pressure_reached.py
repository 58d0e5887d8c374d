"""Was the pressure really there, and for long enough?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import series


@checker("pressure_reached")
def check(
    evidence: Evidence, *, share_min: float = 0.8, samples_min: int = 3, ramp_s: float = 5.0
) -> Finding:
    """`pressure_level` is at `pressure_wanted` in `share_min` of the samples of the fault.

    The first `ramp_s` are not counted. Pressure that was not reached is unknown: it says nothing of
    the target.
    """
    judge = Judge(
        checker="pressure_reached",
        expected=f"the pressure is held in {share_min:.0%} of the fault's time or more",
        evidence=evidence,
        wire=False,
    )
    begin, end = evidence.fault_s
    wanted = dict(series(evidence, "pressure_wanted"))
    levels = [
        (level, wanted[at])
        for at, level in series(evidence, "pressure_level")
        if begin + ramp_s <= at <= end and at in wanted
    ]
    if len(levels) < samples_min:
        return judge.unknown(
            f"{count(len(levels), 'reading')} of the pressure, {samples_min} are needed"
        )
    held = sum(1 for level, goal in levels if level >= goal) / len(levels)
    least, most = min(level for level, _ in levels), max(level for level, _ in levels)
    text = f"the level was {least:g} to {most:g}, as wanted in {held:.0%} of the readings"
    return judge.held(text) if held >= share_min else judge.unknown(text)
