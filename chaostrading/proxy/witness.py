"""The independent record of what crossed the proxy: bounded in memory, streamed to a file."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, NamedTuple

from chaostrading.proxy.inflight import Inflight
from chaostrading.records.journal import RecordWriter
from chaostrading.records.types import Record, to_json
from chaostrading.venues.base import Venue

__all__ = ["Witness"]


class Later(NamedTuple):
    """A record that was not read yet."""

    seq: int
    kind: type[Record]
    make: Callable[[], dict[str, Any]]


class Witness:
    """Keeps the newest `capacity` records, and appends all of them to `file` if there is one.

    Requests are kept as they came and read only when they are asked for or written to the file."""

    def __init__(self, venue: Venue, file: Path | None = None, capacity: int = 200_000) -> None:
        self.last = 0
        """Number of the newest record; the first is 1."""
        self._venue = venue
        self._writer = RecordWriter(file) if file is not None else None
        self._capacity = capacity
        self._ring: list[Record | Inflight | Later | None] = [None] * capacity
        self.pending: dict[Inflight, object] = {}
        """Requests that have come to no end yet."""

    @property
    def lost(self) -> int:
        """Records that the ring has overwritten."""
        return max(0, self.last - self._capacity)

    def write(self, kind: type[Record], **values: Any) -> None:
        """Write a record; its number is given here."""
        self.last += 1
        record = kind(seq=self.last, **values)
        self._ring[self.last % self._capacity] = record
        if self._writer is not None:
            self._writer.write(record)

    def write_later(self, kind: type[Record], make: Callable[[], dict[str, Any]]) -> None:
        """Write a record whose values are made when somebody reads it."""
        if self._writer is not None:
            self.write(kind, **make())
            return
        self.last += 1
        self._ring[self.last % self._capacity] = Later(self.last, kind, make)

    def begin(self, request: Inflight) -> None:
        """A request has arrived; until it is finished it is listed as pending."""
        self.pending[request] = None

    def finish(self, request: Inflight) -> None:
        """A request has come to its end."""
        if self.pending.pop(request, self) is self:
            return
        self.last += 1
        request.seq = self.last
        kept: Record | Inflight = request
        if self._writer is not None:
            kept = request.record(self._venue)
            self._writer.write(kept)
        self._ring[self.last % self._capacity] = kept

    def read(
        self, since: int = 0, until: int | None = None, kinds: Collection[str] | None = None,
        limit: int = 10_000,
    ) -> dict[str, Any]:  # fmt: skip
        """Records with `since < seq <= until`, at most `limit`, and the requests in flight.

        `last` is the newest number that was looked at; reading on from there misses nothing.
        `lost` counts the records after `since` that are no longer there."""
        first = max(since, self.lost) + 1
        end = self.last if until is None else min(until, self.last)
        records: list[dict[str, Any]] = []
        last = max(since, min(end, first - 1))
        for seq in range(first, end + 1):
            if len(records) >= limit:
                break
            record = self._at(seq)
            if kinds is None or record.kind in kinds:
                records.append(to_json(record))
            last = seq
        pending = [to_json(one.record(self._venue)) for one in self.pending]
        lost = max(0, self.lost - since)
        return {"records": records, "pending": pending, "last": last, "lost": lost}

    def _at(self, seq: int) -> Record:
        place = seq % self._capacity
        kept = self._ring[place]
        if isinstance(kept, Inflight):
            kept = self._ring[place] = kept.record(self._venue)
        elif isinstance(kept, Later):
            kept = self._ring[place] = kept.kind(seq=kept.seq, **kept.make())
        assert kept is not None
        return kept

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
