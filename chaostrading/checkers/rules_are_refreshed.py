"""When the exchange's rules change under way, does the target learn the new ones?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import failed, orders, requests, touched

BROKEN_RULE = frozenset({"-1013", "-1111"})
"""Binance codes that say that an order breaks a filter or has too many decimals."""


@checker("rules_are_refreshed")
def check(evidence: Evidence, *, within_s: float = 10.0, rejections_max: int = 4) -> Finding:
    """After an order breaks a new rule, the rules are read again within `within_s`.

    At most `rejections_max` orders break the new rules at all: those that were under way, and
    the first in each symbol. No such order is unknown.
    """
    judge = Judge(
        checker="rules_are_refreshed",
        expected=f"the rules are read again within {within_s:g} s after an order broke a new one, "
        f"and at most {rejections_max} orders do",
        evidence=evidence,
    )
    begin, end = evidence.fault_s
    broke = [
        item
        for item in orders(evidence, begin, end)
        if item.code in BROKEN_RULE and touched(evidence, item)
    ]
    if not broke:
        return judge.unknown("no order met the new rules")
    since = broke[0].mono_s
    read = [
        item
        for item in requests(evidence, since, since + within_s, roles=("rules",))
        if not failed(item)
    ]
    if not read and evidence.end_s < since + within_s:
        return judge.unknown("the observation ended before the rules had to be read")
    if not read:
        return judge.broken(f"the rules were not read within {within_s:g} s", broke)
    if len(broke) > rejections_max:
        return judge.broken(f"{count(len(broke), 'order')} broke the new rules", broke)
    return judge.held(
        f"{count(len(broke), 'order')} broke the new rules, which were read "
        f"{read[0].mono_s - since:.1f} s after the first",
        broke,
    )
