"""Counters of one proxy."""

from collections import Counter, deque
from typing import Any

from chaostrading.proxy.inflight import Inflight
from chaostrading.proxy.redaction import safe
from chaostrading.venues.base import Venue

__all__ = ["Stats", "StreamCount"]

_WINDOW_S = 10.0
_LATENCIES_KEPT = 50_000
_ROLES_KEPT = 4_096
_STREAMS_KEPT = 5_000


class StreamCount:
    """What was seen of one stream, over all connections."""

    __slots__ = ("count", "event_time_ms", "last_s")

    def __init__(self) -> None:
        self.count = 0
        self.last_s = 0.0
        self.event_time_ms: int | None = None


class Stats:
    """Counts since the start. Reading costs more than counting does."""

    def __init__(self, venue: Venue) -> None:
        self.requests = 0
        self.orders = 0
        self.orders_accepted = 0
        self.last_order_accepted_s: float | None = None
        self.cancels = 0
        self.messages_up = 0
        self.messages_down = 0
        self.upstream_failures = 0
        self.answers: dict[int, int] = {}
        self.streams: dict[str, StreamCount] = {}
        self._venue = venue
        self._last_answered: Inflight | None = None
        self._latencies: deque[tuple[float, float]] = deque(maxlen=_LATENCIES_KEPT)
        self._roles: dict[tuple[str, str], str] = {}

    def role(self, method: str, path: str) -> str:
        """The role of a request by its endpoint alone, remembered."""
        role = self._roles.get((method, path))
        if role is None:
            if len(self._roles) >= _ROLES_KEPT:
                self._roles.clear()
            role = self._venue.read_request(method, path, "", b"").role
            self._roles[method, path] = role
        return role

    def arrived(self, request: Inflight) -> None:
        """A request has come in."""
        self.requests += 1
        if request.role == "order":
            self.orders += 1
        elif request.role == "cancel":
            self.cancels += 1

    def upstream_answered(self, request: Inflight, now_s: float) -> None:
        """The exchange's answer to an order has arrived whole, whatever becomes of it."""
        if request.role == "order" and request.accepted(self._venue):
            self.orders_accepted += 1
            self.last_order_accepted_s = now_s

    def answered(self, request: Inflight, now_s: float) -> None:
        """The client has its answer."""
        status = request.status
        self.answers[status] = self.answers.get(status, 0) + 1
        self._latencies.append((now_s, now_s - request.mono_s))
        if request.protocol == "http":
            self._last_answered = request

    def stream(self, name: str) -> StreamCount:
        """The count of this stream."""
        found = self.streams.get(name)
        if found is None:
            if len(self.streams) >= _STREAMS_KEPT:
                self.streams.pop(next(iter(self.streams)))
            found = self.streams[name] = StreamCount()
        return found

    def row(self, now_s: float, carriers: Counter[str]) -> dict[str, Any]:
        """The counters; `carriers` tells how many open connections carry each stream."""
        answers: Counter[str] = Counter()
        for status, count in self.answers.items():
            answers[f"{status // 100}xx" if status < 400 else str(status)] += count
        weight = None
        if (last := self._last_answered) is not None:
            weight = last.record(self._venue).used_weight
        return {
            "requests_total": self.requests,
            "answers_total": dict(answers),
            "orders_total": self.orders,
            "orders_accepted_total": self.orders_accepted,
            "last_order_accepted_s": self.last_order_accepted_s,
            "cancels_total": self.cancels,
            "messages_up_total": self.messages_up,
            "messages_down_total": self.messages_down,
            "upstream_failures_total": self.upstream_failures,
            "used_weight": weight,
            "latency_ms": self._latency_row(now_s),
            "streams": {
                safe(name): {
                    "count": one.count,
                    "last_s": one.last_s,
                    "event_time_ms": one.event_time_ms,
                    "connections": carriers[name],
                }
                for name, one in self.streams.items()
            },
        }

    def _latency_row(self, now_s: float) -> dict[str, float | None]:
        recent = sorted(taken for moment, taken in self._latencies if now_s - moment <= _WINDOW_S)
        if not recent:
            return {"last": None, "p50": None, "p99": None}
        return {
            "last": round(self._latencies[-1][1] * 1000, 3),
            "p50": round(recent[len(recent) // 2] * 1000, 3),
            "p99": round(recent[min(len(recent) - 1, int(len(recent) * 0.99))] * 1000, 3),
        }
