"""Does the target pause before it repeats what failed?"""

import math
import statistics
from itertools import pairwise

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import (
    HANG_UP_S,
    client_id,
    ended_s,
    failed,
    grows,
    requests,
    touched,
)
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
    a pause are forgiven. From four pauses on the later half must be `growth_min` times the earlier,
    or all `enough_s`; what is asked no faster than in the baseline is no retry but the usual pace.
    """
    judge = Judge(
        checker="retries_back_off",
        expected=f"after a failure the bot waits at least {pause_s_min:g} s, and longer each time",
        evidence=evidence,
    )
    sent = requests(evidence, evidence.fault_s[0])
    hurt = [item for item in sent if failed(item) and touched(evidence, item)]
    if not hurt:
        return judge.unknown("the fault made no request fail")
    retries = 0
    for items in _by_thing(sent):
        chains = _pauses(evidence, items)
        retries += sum(len(chain) for chain in chains)
        usual = _usual_gap(evidence, _thing(items[0]))
        name = f"{items[0].method} {items[0].path}"
        for chain in chains:
            gaps = [gap for _, gap in chain]
            hasty = [gap for gap in gaps if gap < pause_s_min]
            if len(hasty) > immediate_max:
                return judge.broken(
                    f"{count(len(hasty), 'repeat')} of {name} came without a pause, "
                    f"the shortest {min(hasty):.2f} s after the failure",
                    [item for item, _ in chain],
                )
            if len(gaps) < 4 or min(gaps) >= 0.8 * usual:
                continue
            if not grows(gaps, growth_min=growth_min, enough_s=enough_s):
                told = ", ".join(f"{gap:.2f}" for gap in gaps[:8])
                text = f"the pauses before repeats of {name} do not grow: {told} s"
                return judge.broken(text, [item for item, _ in chain])
    if not retries:
        return judge.unknown(f"{count(len(hurt), 'request')} failed and none was repeated", hurt)
    return judge.held(
        f"{count(len(hurt), 'request')} failed, {count(retries, 'repeat')} came after a pause", hurt
    )


def _thing(item: RequestRecord) -> tuple[str, ...]:
    name = client_id(item) or str(item.meaning.get("order_id", ""))
    return (item.method, item.path, str(item.meaning.get("symbol", "")), name)


def _by_thing(sent: list[RequestRecord]) -> list[list[RequestRecord]]:
    things: dict[tuple[str, ...], list[RequestRecord]] = {}
    for item in sent:
        things.setdefault(_thing(item), []).append(item)
    return list(things.values())


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
        if gap >= -HANG_UP_S:
            chains[-1].append((later, max(0.0, gap)))
    return chains
