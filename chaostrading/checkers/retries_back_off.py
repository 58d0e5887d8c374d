"""Does the target pause before it repeats what failed?"""

import math
import statistics
from itertools import pairwise

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import client_id, ended_s, failed, grows, requests, touched
from chaostrading.records.types import RequestRecord


@checker("retries_back_off")
def check(
    evidence: Evidence,
    *,
    pause_s_min: float = 0.3,
    immediate_max: int = 1,
    growth_min: float = 1.2,
    enough_s: float = 5.0,
) -> Finding:
    """After a failure the bot waits `pause_s_min` before it asks for the same thing again.

    The same thing is one order intent, or one endpoint and symbol. `immediate_max` repeats without
    a pause are forgiven per thing. From four pauses on the later half must be `growth_min` times
    the earlier half, or all must be `enough_s`; what is asked no faster than in the baseline is no
    retry but the usual pace.
    """
    judge = Judge(
        checker="retries_back_off",
        expected=f"after a failure the bot waits at least {pause_s_min:g} s, and longer each time",
        evidence=evidence,
    )
    things: dict[tuple[str, ...], list[RequestRecord]] = {}
    for item in requests(evidence, evidence.fault_s[0]):
        if item.path:
            things.setdefault(_thing(item), []).append(item)
    hurt = [
        item
        for items in things.values()
        for item in items
        if failed(item) and touched(evidence, item)
    ]
    if not hurt:
        return judge.unknown("the fault made no request fail")
    retries = 0
    for items in things.values():
        chains = _pauses(evidence, items)
        retries += sum(len(chain) for chain in chains)
        for chain in chains:
            hasty = [gap for _, gap in chain if gap < pause_s_min]
            if len(hasty) > immediate_max:
                return judge.broken(
                    f"{count(len(hasty), 'repeat')} of {items[0].method} {items[0].path} came "
                    f"without a pause, the shortest {min(hasty):.2f} s after the failure",
                    [item for item, _ in chain],
                )
            gaps = [gap for _, gap in chain]
            if min(gaps, default=0.0) >= 0.8 * _usual_gap(evidence, _thing(items[0])):
                continue
            if len(gaps) >= 4 and not grows(gaps, growth_min=growth_min, enough_s=enough_s):
                return judge.broken(
                    f"the pauses before repeats of {items[0].method} {items[0].path} do not grow: "
                    + ", ".join(f"{gap:.2f}" for gap in gaps[:8])
                    + " s",
                    [item for item, _ in chain],
                )
    if not retries:
        return judge.unknown(f"{count(len(hurt), 'request')} failed and none was repeated", hurt)
    return judge.held(
        f"{count(len(hurt), 'request')} failed, {count(retries, 'repeat')} came after a pause", hurt
    )


def _thing(item: RequestRecord) -> tuple[str, ...]:
    name = client_id(item) or str(item.meaning.get("order_id", ""))
    return (item.method, item.path, str(item.meaning.get("symbol", "")), name)


def _usual_gap(evidence: Evidence, thing: tuple[str, ...]) -> float:
    """The median pause between requests for a thing in the baseline; infinite if there is none."""
    own = [item for item in requests(evidence, *evidence.baseline_s) if _thing(item) == thing]
    gaps = [later.mono_s - ended_s(evidence, earlier) for earlier, later in pairwise(own)]
    return statistics.median(gaps) if gaps else math.inf


def _pauses(
    evidence: Evidence, items: list[RequestRecord]
) -> list[list[tuple[RequestRecord, float]]]:
    """Per unbroken row of failures: each repeat and the pause before it.

    A request that left before the failure before it was known is no repeat.
    """
    chains: list[list[tuple[RequestRecord, float]]] = [[]]
    for earlier, later in pairwise(items):
        if not failed(earlier):
            chains.append([])
            continue
        gap = later.mono_s - ended_s(evidence, earlier)
        if gap >= 0:
            chains[-1].append((later, gap))
    return chains
