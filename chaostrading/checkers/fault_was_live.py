"""Did the fault touch the target at all?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import attempts, hits, series


@checker("fault_was_live")
def check(evidence: Evidence, *, hits_min: int = 1) -> Finding:
    """The fault changed at least `hits_min` frames of the target within its window.

    For a fault that changes no frames, samples with `pressure_level` at or above `pressure_wanted`
    or the attempts of the experiment are counted. Not live is unknown: a quiet run proves nothing.
    """
    judge = Judge(
        checker="fault_was_live",
        expected=f"the fault touches the target at least {hits_min} times",
        evidence=evidence,
        wire=False,
    )
    begin, end = evidence.fault_s
    frames = [item for item in hits(evidence) if begin <= item.mono_s <= end]
    wanted = dict(series(evidence, "pressure_wanted"))
    pressed = [
        at
        for at, level in series(evidence, "pressure_level")
        if begin <= at <= end and level >= wanted.get(at, float("inf"))
    ]
    number = max(len(frames), len(pressed), len(attempts(evidence)))
    if number < hits_min:
        return judge.unknown(
            f"the fault touched the target {count(number, 'time')}, {hits_min} are needed", frames
        )
    if not frames:
        what = f"{count(number, 'reading')} at the level" if pressed else count(number, "attempt")
        return judge.held(f"{what} within the fault's window")
    return judge.held(
        f"{count(len(frames), 'frame')} of the bot were touched, the first "
        f"{judge.at(frames[0].mono_s):.1f} s and the last {judge.at(frames[-1].mono_s):.1f} s "
        "into the fault",
        frames,
    )
