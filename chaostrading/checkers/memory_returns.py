"""Does the target give its memory back after the pressure?"""

import statistics

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge
from chaostrading.checkers.reading import series


@checker("memory_returns")
def check(
    evidence: Evidence, *, growth_max: float = 0.25, within_s: float = 60.0, samples_min: int = 3
) -> Finding:
    """`rss_bytes` of the target is at most `growth_max` above its baseline again in time.

    Compared are the median of the baseline and the lowest reading within `within_s` after the
    fault; the process must be the same, or its old memory is not its own merit.
    """
    judge = Judge(
        checker="memory_returns",
        expected=f"within {within_s:g} s the bot's memory is at most {growth_max:.0%} above "
        "what it was",
        evidence=evidence,
        wire=False,
    )
    values = series(evidence, "rss_bytes")
    before = [size for at, size in values if evidence.baseline_s[0] <= at < evidence.fault_s[0]]
    end = evidence.fault_s[1]
    after = [size for at, size in values if end < at <= end + within_s]
    if len(before) < samples_min or len(after) < samples_min:
        return judge.unknown("the bot's memory was not read often enough before and after")
    if len({value for _, value in series(evidence, "pid")}) > 1:
        return judge.broken("the bot's process was replaced: its memory was not returned but lost")
    usual = statistics.median(before)
    growth = min(after) / usual - 1
    peak = max(size for _, size in values) / usual - 1
    text = f"memory came back to {growth:+.0%} of the usual, the peak was {peak:+.0%}"
    return judge.broken(text) if growth > growth_max else judge.held(text)
