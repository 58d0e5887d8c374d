"""What normal is for this target, learned from its own undisturbed window."""

import bisect
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chaostrading.checkers.base import Evidence
from chaostrading.checkers.reading import accepted_orders, failed, hits, requests, series
from chaostrading.records.types import MarketSlice, MessageRecord, Record

__all__ = ["Tolerance"]

FLOOR_S = 2.0
"""No age is held against the target below this: shorter silences are the machine's, not its."""
WIDER = 1.5
"""A silence may be this much longer than the longest one of the baseline."""
ERRORS_WITHIN_S = 1.0
STREAM_MESSAGES_MIN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Tolerance:
    """The target is well when it works, hears no more errors than usual, and its data is fresh.

    Times are monotonic seconds of the witness. Everything is read from the wire, but for a target
    that sends no orders and makes no requests, where its own count of decisions stands in.
    """

    work: tuple[float, ...]
    """Moments at which the target did its work."""
    work_age_s: float
    """How long it may do none."""
    errors: tuple[float, ...]
    """Moments at which the target was answered 4xx or 5xx, or not at all."""
    errors_max: int
    """Most errors within one second of the baseline."""
    streams: dict[str, tuple[tuple[float, ...], float]]
    """Per stream of the baseline: moments of data, and how old its newest may be."""
    what: str
    """What counts as work: `accepted orders`, `successful requests` or `decisions`."""
    why_not: str = ""
    """Why nothing can be said (baseline too thin); empty if all is well."""

    @classmethod
    def from_baseline(cls, evidence: Evidence, *, decisions_min: int = 3) -> "Tolerance":
        """Learn from the baseline window of a run; `evidence` holds the records of the whole run.

        Fewer than `decisions_min` pieces of work in the baseline: `why_not` says so, and
        `in_tolerance` is never true.
        """
        since, until = evidence.baseline_s
        what, work = _work(evidence)
        usual = _within(work, since, until)
        errors = sorted(
            item.mono_s if item.answered_s is None else item.answered_s
            for item in requests(evidence)
            if failed(item)
        )
        streams = {
            name: (tuple(times), max(FLOOR_S, WIDER * _gap_max(_within(times, since, until))))
            for name, times in _data(evidence).items()
            if len(_within(times, since, until)) >= STREAM_MESSAGES_MIN
        }
        thin = len(usual) < decisions_min
        return cls(
            work=tuple(work),
            work_age_s=max(FLOOR_S, WIDER * _gap_max([since, *usual, until])),
            errors=tuple(errors),
            errors_max=_busiest(_within(errors, since, until)),
            streams=streams,
            what=what,
            why_not=(
                f"the baseline of {until - since:.0f} s has {len(usual)} {what}, "
                f"at least {decisions_min} are needed"
                if thin
                else ""
            ),
        )

    def in_tolerance(self, at_s: float) -> bool:
        """Whether the target was well at this moment."""
        return not self.complaint(at_s)

    def complaint(self, at_s: float) -> str:
        """What was out of tolerance at this moment, empty for nothing."""
        if self.why_not:
            return self.why_not
        age = _age(self.work, at_s)
        if age > self.work_age_s:
            return f"no {self.what} for {age:.1f} s, usual is up to {self.work_age_s:.1f} s"
        recent = len(_within(self.errors, at_s - ERRORS_WITHIN_S, at_s, closed=True))
        if recent > self.errors_max:
            return f"{recent} errors within {ERRORS_WITHIN_S:g} s, usual is up to {self.errors_max}"
        for name, (times, age_max) in self.streams.items():
            age = _age(times, at_s)
            if age > age_max:
                return f"{name} is {age:.1f} s old, usual is up to {age_max:.1f} s"
        return ""

    def samples(
        self, since_s: float, until_s: float, step_s: float = 0.25
    ) -> list[tuple[float, bool]]:
        """Readings for `recovery` every `step_s` seconds, the ends included where they fall."""
        steps = int((until_s - since_s) / step_s + 1e-9)
        moments = (since_s + number * step_s for number in range(steps + 1))
        return [(at, self.in_tolerance(at)) for at in moments]


def _work(evidence: Evidence) -> tuple[str, list[float]]:
    placed = [
        item.forwarded_s + (item.upstream_latency_s or 0.0)
        if item.forwarded_s is not None
        else item.mono_s
        for item in accepted_orders(evidence)
    ]
    if _within(placed, *evidence.baseline_s):
        return "accepted orders", sorted(placed)
    readings = series(evidence, "decisions_total")
    decisions = [b[0] for a, b in itertools.pairwise(readings) if b[1] > a[1]]
    if decisions:
        return "decisions", decisions
    served = [
        item.answered_s
        for item in requests(evidence)
        if item.answered_s is not None and not failed(item)
    ]
    return "successful requests", sorted(served)


def _data(evidence: Evidence) -> dict[str, list[float]]:
    """Market data by stream. What a fault changed on its way is no good data."""
    changed = {id(record) for record in hits(evidence)}
    data: dict[str, list[float]] = {}
    for record in evidence.records:
        if id(record) not in changed and (stream := _market_stream(record)):
            data.setdefault(stream, []).append(record.mono_s)
    return data


def _market_stream(record: Record) -> str:
    if isinstance(record, MarketSlice):
        return record.stream
    if not isinstance(record, MessageRecord) or record.direction != "down":
        return ""
    return record.stream if record.meaning.get("role") == "market" else ""


def _within(
    times: Sequence[float], since_s: float, until_s: float, *, closed: bool = False
) -> list[float]:
    if closed:
        return [at for at in times if since_s < at <= until_s]
    return [at for at in times if since_s <= at < until_s]


def _gap_max(times: Iterable[float]) -> float:
    return max((b - a for a, b in itertools.pairwise(sorted(times))), default=0.0)


def _busiest(times: Sequence[float]) -> int:
    return max((len(_within(times, at, at + ERRORS_WITHIN_S)) for at in times), default=0)


def _age(times: Sequence[float], at_s: float) -> float:
    """Age of the newest moment not after `at_s`; infinite if there is none."""
    place = bisect.bisect_right(times, at_s)
    return at_s - times[place - 1] if place else float("inf")
