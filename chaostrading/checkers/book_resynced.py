"""Does the target fetch a new snapshot after its order book lost a step?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import hits, orders, requests, symbol, touched
from chaostrading.checkers.sockets import data_of, tries
from chaostrading.checkers.truth import reduces
from chaostrading.records.types import MessageRecord, RequestRecord

APART_S = 1.0
"""Bad messages of a book that come closer together are one gap."""


@checker("book_resynced")
def check(
    evidence: Evidence,
    *,
    within_s: float = 10.0,
    grace_s: float = 0.25,
    exits_allowed: bool = False,
) -> Finding:
    """After a depth message was dropped or changed the book is fetched before the next order.

    A new connection or subscription counts too: several venues send the snapshot over it. An answer
    that the fault falsified does not, one that it delayed counts from when it came. Without an
    order it must happen within `within_s`. A gap can be seen from the next message on; orders up to
    `grace_s` after it were under way. With `exits_allowed` an order that reduces the position needs
    no book.
    """
    judge = Judge(
        checker="book_resynced",
        expected="after a gap in the book the bot fetches a snapshot before its next order on the "
        f"symbol, or within {within_s:g} s",
        evidence=evidence,
    )
    gaps = _gaps(evidence)
    if not gaps:
        return judge.unknown("the fault changed no message of an order book")
    blind = []
    for gap in gaps:
        name = symbol(gap)
        synced = _synced_s(evidence, name, gap.mono_s)
        later = [
            item
            for item in orders(evidence, _seen_s(evidence, gap) + grace_s)
            if symbol(item) == name and not (exits_allowed and reduces(evidence, item))
        ]
        if later and (synced is None or later[0].mono_s < synced):
            blind.append(later[0])
        elif synced is None or synced > gap.mono_s + within_s:
            if evidence.end_s < gap.mono_s + within_s:
                return judge.unknown("the observation ended right after the gap", [gap])
            blind_since = "never" if synced is None else f"after {synced - gap.mono_s:.1f} s"
            return judge.broken(f"the book of {name} was fetched {blind_since}", [gap])
    if blind:
        return judge.broken(
            f"{count(len(blind), 'order')} came from a broken book, the first on "
            f"{symbol(blind[0])}",
            blind,
        )
    names = sorted({symbol(gap) for gap in gaps})
    return judge.held(
        f"the book of {', '.join(names)} was fetched again before the next order, after "
        f"{count(len(gaps), 'gap')}",
        gaps,
    )


def _gaps(evidence: Evidence) -> list[MessageRecord]:
    """The first bad message of each gap in a book."""
    found: list[MessageRecord] = []
    last: dict[str, float] = {}
    for item in hits(evidence):
        if isinstance(item, MessageRecord) and item.direction == "down" and _is_book(item):
            if item.mono_s - last.get(symbol(item), float("-inf")) > APART_S:
                found.append(item)
            last[symbol(item)] = item.mono_s
    return found


def _seen_s(evidence: Evidence, gap: MessageRecord) -> float:
    """From when on the bot could know of it: a lost message shows when the next one comes."""
    if all(mark.fate != "drop" for mark in gap.touched):
        return gap.mono_s
    data = data_of(evidence, stream=gap.stream)
    return next((item.mono_s for item in data if item.mono_s > gap.mono_s), gap.mono_s)


def _is_book(item: MessageRecord) -> bool:
    words = f"{item.stream} {item.meaning.get('endpoint', '')}".lower()
    return "depth" in words or ("book" in words and "ticker" not in words) or "level2" in words


def _synced_s(evidence: Evidence, name: str, since_s: float) -> float | None:
    moments = [item.at_s for item in tries(evidence, since_s) if item.ok]
    moments += [
        item.answered_s or item.mono_s
        for item in requests(evidence, since_s, roles=("market",))
        if symbol(item) in ("", name)
        and "depth" in f"{item.path} {item.meaning.get('endpoint', '')}".lower()
        and item.status == 200
        and not _falsified(evidence, item)
    ]
    moments += [
        item.mono_s
        for item in evidence.records
        if isinstance(item, MessageRecord)
        and item.direction == "up"
        and item.mono_s > since_s
        and item.meaning.get("role") == "subscription"
    ]
    return min(moments) if moments else None


def _falsified(evidence: Evidence, item: RequestRecord) -> bool:
    return touched(evidence, item) and any(mark.fate != "delay" for mark in item.touched)
