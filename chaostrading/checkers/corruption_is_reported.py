"""Does the target tell people that its data is bad?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge
from chaostrading.checkers.reading import hits, series

COUNTERS = ("alarms_total", "bad_data_total", "book_resyncs_total", "errors_total")


@checker("corruption_is_reported")
def check(
    evidence: Evidence, *, within_s: float = 60.0, counters: tuple[str, ...] = COUNTERS
) -> Finding:
    """A counter of errors or alarms of the target's own grows within `within_s` of the first hit.

    This rests on what the target says of itself, so a target without such a counter is unknown.
    """
    judge = Judge(
        checker="corruption_is_reported",
        expected=f"the bot counts an error or raises an alarm within {within_s:g} s",
        evidence=evidence,
        wire=False,
    )
    touched = hits(evidence)
    if not touched:
        return judge.unknown("the fault changed nothing")
    first = touched[0].mono_s
    rows = []
    for name in counters:
        values = series(evidence, name)
        before = [value for at, value in values if at <= first]
        after = [value for at, value in values if first < at <= first + within_s]
        if before and after:
            rows.append({"counter": name, "before": before[-1], "after": max(after)})
    if not rows:
        return judge.unknown("the bot shows no counter of errors or alarms")
    grown = [row for row in rows if float(str(row["after"])) > float(str(row["before"]))]
    if not grown:
        names = " and ".join(str(row["counter"]) for row in rows)
        return judge.broken(f"{names} did not grow after the first bad value", rows)
    return judge.held(
        ", ".join(
            f"{row['counter']} grew from {row['before']:g} to {row['after']:g}" for row in grown
        ),
        rows,
    )
