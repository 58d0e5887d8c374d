"""How a checker says what it found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chaostrading.checkers.base import Answer, Evidence, Finding
from chaostrading.checkers.reading import missing_records
from chaostrading.records.types import (
    ConnectionEvent,
    MarketSlice,
    MessageRecord,
    Record,
    RequestRecord,
)

__all__ = ["Judge", "count"]

ROWS_MAX = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Judge:
    """One checker's voice: it turns an answer and its proof into a finding.

    Records that are missing cannot hide a deed that was seen, but they can hide one that was not:
    `held` becomes `unknown` when the witness lost records and the judge needs the wire.
    """

    checker: str
    expected: str
    evidence: Evidence
    wire: bool = True
    """Whether the answer rests on witness records."""

    def held(self, observed: str, rows: Iterable[Record | dict[str, Any]] = ()) -> Finding:
        """The target did as expected."""
        missing = missing_records(self.evidence) if self.wire else 0
        if missing:
            return self.unknown(f"{count(missing, 'witness record')} missing, so nothing is sure")
        return self._finding("held", observed, rows)

    def broken(self, observed: str, rows: Iterable[Record | dict[str, Any]] = ()) -> Finding:
        """The target did what it must not do, or did not do what it must."""
        return self._finding("broken", observed, rows)

    def unknown(self, observed: str, rows: Iterable[Record | dict[str, Any]] = ()) -> Finding:
        """The evidence does not decide it; `observed` says what is lacking."""
        return self._finding("unknown", observed, rows)

    def _finding(
        self, answer: Answer, observed: str, rows: Iterable[Record | dict[str, Any]]
    ) -> Finding:
        shown = [self.row(item) if isinstance(item, Record) else item for item in rows]
        return Finding(
            checker=self.checker,
            answer=answer,
            expected=self.expected,
            observed=observed,
            evidence=tuple(shown[:ROWS_MAX]),
        )

    def at(self, mono_s: float) -> float:
        """A moment as seconds since the fault began."""
        return round(mono_s - self.evidence.fault_s[0], 3)

    def row(self, record: Record) -> dict[str, Any]:
        """One record as a row of evidence, without empty fields."""
        pairs = {"t_s": self.at(record.mono_s), **_told(record)}
        return {name: value for name, value in pairs.items() if value not in ("", None, 0, ())}


def _told(record: Record) -> dict[str, Any]:
    if isinstance(record, RequestRecord):
        stay_away = record.retry_after_s
        return {
            "method": record.method,
            "path": record.path,
            "status": record.status,
            "outcome": record.outcome,
            "code": record.code,
            "told": "" if not stay_away else f"stay away for {stay_away:g} s",
            "client_id": record.meaning.get("client_id", ""),
            "symbol": record.meaning.get("symbol", ""),
            "side": record.meaning.get("side", ""),
            "quantity": record.meaning.get("quantity", ""),
            "price": record.meaning.get("price", ""),
            "exchange": record.upstream_status,
        }
    if isinstance(record, MessageRecord):
        fates = ",".join(touch.fate for touch in record.touched)
        return {"connection": record.connection, "message": record.opcode, "fate": fates}
    if isinstance(record, ConnectionEvent):
        return {"connection": record.connection, "event": record.event, "by": record.by}
    if isinstance(record, MarketSlice):
        return {"connection": record.connection, "stream": record.stream, "price": record.price}
    return {}


def count(number: int, noun: str) -> str:
    """`1 request`, `3 requests`, `2 queries`."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith(("ry", "ty")) else f"{noun}s"
    return f"{number} {plural}"
