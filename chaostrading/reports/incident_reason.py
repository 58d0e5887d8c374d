"""Which runs are incidents: a critical deviation, a stop by the lever, something left behind."""

from chaostrading.reports.checks import check
from chaostrading.reports.run import Run

__all__ = ["incident_reason"]

LEVER = "the lever was engaged"
LEFTOVERS = ("heal was not confirmed", "(not confirmed:", "could not be proven gone", "left behind")


def incident_reason(run: Run) -> str:
    """Why the run is an incident, in a few words; `""` when it is none."""
    if not run.judged:
        return ""
    if run.outcome == "deviated":
        critical = [one.checker for one in run.broken if check(one.checker).weight >= 3]
        if critical:
            return f"critical deviation: {', '.join(critical)}"
        if run.impact_level == "critical":
            return "critical deviation: a critical test deviated"
        if run.recovery is not None and run.recovery.censored:
            return "critical deviation: trading was not back within its bound"
    if any(words in run.sentence for words in LEFTOVERS):
        return "something was left behind: a fault could not be proven gone"
    if LEVER in run.sentence and not run.refused:
        return "stopped by the lever"
    return ""
