"""Small readings of the wire that several checkers share. All pure, none decides anything."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from chaostrading.checkers.base import Evidence
from chaostrading.records.types import (
    ConnectionEvent,
    MessageRecord,
    Record,
    RequestRecord,
    Sample,
)

__all__ = [
    "HANG_UP_S",
    "ORDERS",
    "READS",
    "accepted",
    "accepted_orders",
    "attempts",
    "by_intent",
    "client_id",
    "ended_s",
    "failed",
    "first",
    "grows",
    "hits",
    "missing_records",
    "of",
    "orders",
    "outcome_unknown",
    "percentile",
    "rate",
    "refused",
    "requests",
    "same_order",
    "sampled",
    "series",
    "symbol",
    "touched",
]

ORDERS = ("order", "replace")
READS = ("query", "account", "rules", "market", "time")
HANG_UP_S = 0.1
"""A hang-up and the next request come on two connections: the request may be seen first by this."""

SURELY_NOT_EXECUTED = frozenset({"-1003", "-1008", "-1015", "-1021", "-1034"})
"""Binance codes that come with a 4xx or 5xx after which the request was surely not executed."""

R = TypeVar("R", bound=Record)


def of(evidence: Evidence, kind: type[R]) -> list[R]:
    """All records of one type, in order of time."""
    return [record for record in evidence.records if isinstance(record, kind)]


def requests(
    evidence: Evidence,
    since_s: float = -math.inf,
    until_s: float = math.inf,
    *,
    roles: Sequence[str] = (),
) -> list[RequestRecord]:
    """Requests that arrived within `since_s <= t < until_s`, of these roles (none given: all)."""
    return [
        item
        for item in of(evidence, RequestRecord)
        if since_s <= item.mono_s < until_s and (not roles or item.meaning.get("role") in roles)
    ]


def orders(
    evidence: Evidence, since_s: float = -math.inf, until_s: float = math.inf
) -> list[RequestRecord]:
    """Attempts to place or replace an order."""
    return requests(evidence, since_s, until_s, roles=ORDERS)


def client_id(request: RequestRecord) -> str:
    """The id that the bot gave to its order, or that it asks about."""
    return str(request.meaning.get("client_id", ""))


def symbol(record: RequestRecord | MessageRecord) -> str:
    """The symbol that a record is about, in the venue's spelling; from the stream if need be."""
    named = record.meaning.get("symbol", "")
    if not named and isinstance(record, MessageRecord) and "@" in record.stream:
        named = record.stream.partition("@")[0].upper()
    return str(named)


def by_intent(items: Iterable[RequestRecord]) -> dict[str, list[RequestRecord]]:
    """Attempts per client id. Orders without one are an intent of their own."""
    groups: dict[str, list[RequestRecord]] = {}
    for item in items:
        groups.setdefault(client_id(item) or f"#{item.seq}", []).append(item)
    return groups


def accepted(request: RequestRecord) -> bool:
    """Whether the exchange itself took the request, whatever the bot was told."""
    answer = request.answer
    fine = 200 <= request.upstream_status < 300 and not answer.get("code")
    return fine and answer.get("order_status") != "REJECTED"


def accepted_orders(
    evidence: Evidence, since_s: float = -math.inf, until_s: float = math.inf
) -> list[RequestRecord]:
    """Order attempts that the exchange took."""
    return [item for item in orders(evidence, since_s, until_s) if accepted(item)]


def refused(request: RequestRecord) -> bool:
    """Whether the bot was told that it sends too much (429) or is banned (418)."""
    return request.status in (418, 429)


def failed(request: RequestRecord) -> bool:
    """Whether the bot got no good answer: none at all, 4xx/5xx, or an error in a 200 body."""
    if request.outcome == "pending":
        return False
    return request.outcome != "answered" or request.status >= 400 or bool(request.code)


def outcome_unknown(request: RequestRecord) -> bool:
    """Whether the bot cannot know if its request was executed: no answer, or a 5xx."""
    if request.outcome in ("dropped", "client_gone", "reset", "upstream_failed"):
        return True
    return request.status >= 500 and request.code not in SURELY_NOT_EXECUTED


def same_order(one: RequestRecord, other: RequestRecord) -> bool:
    """Whether two attempts ask for the same thing, apart from the client id."""
    names = ("symbol", "side", "order_type", "quantity", "price")
    return all(one.meaning.get(name) == other.meaning.get(name) for name in names)


def ended_s(evidence: Evidence, request: RequestRecord) -> float:
    """When a request was over for the bot: answered, or its connection was closed.

    A request that was never answered and whose connection shows no end counts from its arrival.
    """
    if request.outcome == "answered" and request.answered_s is not None:
        return request.answered_s
    for event in of(evidence, ConnectionEvent):
        if (
            event.event == "closed"
            and event.connection == request.connection
            and event.connection
            and event.mono_s >= request.mono_s
        ):
            return event.mono_s
    return request.mono_s if request.answered_s is None else request.answered_s


def touched(evidence: Evidence, record: Record) -> bool:
    """Whether one of the run's leases changed this record's frame."""
    marks = getattr(record, "touched", ())
    return bool(marks) and any(
        not evidence.leases or mark.lease in evidence.leases for mark in marks
    )


def hits(evidence: Evidence) -> list[Record]:
    """All records whose frame the fault changed."""
    return [record for record in evidence.records if touched(evidence, record)]


def missing_records(evidence: Evidence) -> int:
    """How many witness records are missing between the fault's begin and the end.

    Counted from the holes in `seq` of what the proxy wrote, and from the growth of the sample
    value `witness_lost`. A request still in flight has no place in the file yet.
    """
    numbers = {
        record.seq
        for record in evidence.records
        if record.mono_s >= evidence.fault_s[0]
        and record.seq > 0
        and not isinstance(record, Sample)
        and getattr(record, "outcome", "") != "pending"
    }
    known = {record.seq for record in evidence.records if not isinstance(record, Sample)}
    holes = 0
    if numbers:
        span = range(min(numbers), max(numbers) + 1)
        holes = sum(1 for number in span if number not in known)
    lost = [value for _, value in series(evidence, "witness_lost")]
    return max(holes, int(lost[-1] - lost[0]) if lost else 0)


def series(evidence: Evidence, name: str) -> list[tuple[float, float]]:
    """The readings of one named number: (mono_s, value). Booleans read as 0 and 1.

    The name is looked for among a sample's own values, then one level down
    (`{"target": {"queue_depth": 3}}`).
    """
    found = []
    for sample in of(evidence, Sample):
        value = sampled(sample, name)
        if isinstance(value, int | float) and math.isfinite(value):
            found.append((sample.mono_s, float(value)))
    return found


def sampled(sample: Sample, name: str) -> Any:
    """One named value of a sample of whatever type, or None."""
    if name in sample.values:
        return sample.values[name]
    for group in sample.values.values():
        if isinstance(group, dict) and name in group:
            return group[name]
    return None


def attempts(evidence: Evidence) -> list[dict[str, Any]]:
    """What the experiment tried on the target itself (orders over its limits, signals).

    They stand under `attempts` of a fault's parameters or of a sample; see the package's manual.
    """
    lists = [parameters.get("attempts") for parameters in _groups(evidence)]
    lists += [sampled(sample, "attempts") for sample in of(evidence, Sample)]
    rows = [row for rows in lists if isinstance(rows, list) for row in rows]
    return [row for row in rows if isinstance(row, dict)]


def _groups(evidence: Evidence) -> list[dict[str, Any]]:
    nested = [value for value in evidence.parameters.values() if isinstance(value, dict)]
    return [evidence.parameters, *nested]


def rate(number: float, since_s: float, until_s: float) -> float:
    """Events per second; 0 for an empty span."""
    return number / (until_s - since_s) if until_s > since_s else 0.0


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie (nearest rank); NaN for none."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def grows(gaps: Sequence[float], *, growth_min: float, enough_s: float) -> bool:
    """Whether pauses get longer: the later half's mean is `growth_min` times the earlier's.

    Halves, because a good backoff has jitter and a cap. Pauses that are all `enough_s` long need
    not grow.
    """
    if min(gaps) >= enough_s:
        return True
    middle = len(gaps) // 2
    early, late = gaps[:middle], gaps[len(gaps) - middle :]
    return sum(late) >= growth_min * sum(early)


def first(items: Iterable[R], wanted: Callable[[R], bool]) -> R | None:
    """The first record that satisfies a condition, or None."""
    return next((item for item in items if wanted(item)), None)
