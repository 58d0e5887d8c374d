"""Does the target get rid of its orders as fast as usual?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import accepted_orders, client_id, percentile, requests
from chaostrading.records.types import RequestRecord


@checker("cancel_latency_bounded")
def check(
    evidence: Evidence, *, latency_s_max: float = 2.0, factor_max: float = 3.0, cancels_min: int = 3
) -> Finding:
    """Orders are cancelled during the fault not much later than in the baseline.

    The time from the acceptance of an order to the arrival of its cancel: the 95th percentile
    during the fault exceeds the baseline's by at most `latency_s_max`, or is at most `factor_max`
    times as long. `cancels_min` cancels are needed on both sides.
    """
    judge = Judge(
        checker="cancel_latency_bounded",
        expected=f"cancels come at most {latency_s_max:g} s later than usual",
        evidence=evidence,
    )
    before = _lives(evidence, *evidence.baseline_s)
    during = _lives(evidence, *evidence.fault_s)
    if len(before) < cancels_min or len(during) < cancels_min:
        return judge.unknown(
            f"{count(len(before), 'cancel')} before and {len(during)} during the fault, "
            f"{cancels_min} each are needed"
        )
    usual = percentile((life for _, life in before), 0.95)
    now = percentile((life for _, life in during), 0.95)
    text = f"orders lived {now:.1f} s before their cancel came, {usual:.1f} s were usual"
    if now > max(usual + latency_s_max, factor_max * usual):
        return judge.broken(text, [item for item, _ in during])
    return judge.held(text, [item for item, _ in during])


def _lives(evidence: Evidence, since_s: float, until_s: float) -> list[tuple[RequestRecord, float]]:
    """First cancels that arrived in this time, and how old their order was."""
    placed: dict[str, float] = {}
    for item in accepted_orders(evidence):
        for name in (client_id(item), str(item.answer.get("order_id", ""))):
            if name:
                placed.setdefault(name, item.mono_s)
    found = []
    for item in requests(evidence, -float("inf"), until_s, roles=("cancel", "replace")):
        names = (client_id(item), str(item.meaning.get("order_id", "")))
        known = [placed.pop(name) for name in names if name in placed]
        if known and item.mono_s >= since_s and item.mono_s > known[0]:
            found.append((item, item.mono_s - known[0]))
    return found
