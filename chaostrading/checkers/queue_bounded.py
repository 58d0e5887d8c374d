"""Are the target's queues kept short under load?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import series


@checker("queue_bounded")
def check(evidence: Evidence, *, depth_max: float = 1000.0, samples_min: int = 3) -> Finding:
    """`queue_depth` of the target never exceeds `depth_max` from the fault's begin on."""
    judge = Judge(
        checker="queue_bounded",
        expected=f"the bot's queue is never longer than {depth_max:g}",
        evidence=evidence,
        wire=False,
    )
    begin, end = evidence.fault_s
    depths = [(at, depth) for at, depth in series(evidence, "queue_depth") if at >= begin]
    if sum(1 for at, _ in depths if at <= end) < samples_min:
        return judge.unknown("the bot does not show how long its queue is")
    at, deepest = max(depths, key=lambda item: item[1])
    text = f"{count(len(depths), 'reading')}, the longest queue was {deepest:g}"
    if deepest > depth_max:
        return judge.broken(f"{text}, {judge.at(at):.1f} s into the fault")
    return judge.held(text)
