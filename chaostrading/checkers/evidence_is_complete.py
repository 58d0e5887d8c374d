"""Was the window watched without a gap?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import hits, missing_records, of
from chaostrading.records.types import Sample


@checker("evidence_is_complete")
def check(evidence: Evidence, *, samples_min: int = 3, after_s: float = 0.0) -> Finding:
    """No witness record is missing, and the recorder looked while the fault was biting.

    At least `samples_min` samples lie between the first and the last hit (the fault's window where
    no frame was touched). Anything less is unknown. `after_s` lengthens that time for a
    fault that bites once: then its effect is what must be watched.
    """
    judge = Judge(
        checker="evidence_is_complete",
        expected=f"no record is missing and at least {samples_min} samples lie between the "
        "first and the last hit",
        evidence=evidence,
    )
    missing = missing_records(evidence)
    if missing:
        return judge.unknown(f"{count(missing, 'witness record')} missing")
    touched = [item.mono_s for item in hits(evidence)] or list(evidence.fault_s)
    begin, end = min(touched), max(touched) + after_s
    looked = [item for item in of(evidence, Sample) if begin <= item.mono_s <= end]
    if len(looked) < samples_min:
        return judge.unknown(
            f"{count(len(looked), 'sample')} within the {end - begin:.1f} s between the first and "
            f"the last hit, {samples_min} are needed"
        )
    return judge.held(
        f"{len(evidence.records)} records without a gap, {count(len(looked), 'sample')} while the "
        "fault was biting"
    )
