"""Requests that are sent as WebSocket messages (WS-API), tied to their answers by id."""

from dataclasses import fields, replace

from chaostrading.proxy.inflight import Inflight, Told
from chaostrading.proxy.link import Link
from chaostrading.records.types import Touch
from chaostrading.venues.base import Meaning

__all__ = ["Calls"]

_ALWAYS_REQUESTS = frozenset({"order", "cancel", "replace", "query", "account"})
_KEPT = 10_000


class Calls:
    """The requests in flight on one WebSocket."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._calls: dict[str, Inflight] = {}

    def open(self, meaning: Meaning) -> Inflight | None:
        """Begin the account of a message from the client, None if it is no request."""
        link = self._link
        if not meaning.request_id or meaning.role == "subscription":
            return None
        if meaning.role not in _ALWAYS_REQUESTS and not link.path.startswith("/ws-api"):
            return None
        older = self._calls.pop(meaning.request_id, None)
        if older is None and len(self._calls) >= _KEPT:
            older = self._calls.pop(next(iter(self._calls)))
        if older is not None:  # its answer could not be told from that of the new one
            self.finish(older, "dropped")
        clock = link.clock
        call = Inflight.over_websocket(
            link.number, clock.monotonic(), clock.wall(), link.path, meaning
        )
        self._calls[meaning.request_id] = call
        link.relay.witness.begin(call)
        link.relay.stats.arrived(call)
        return call

    def sent(self, call: Inflight | None) -> None:
        """The request has gone to the exchange."""
        if call is not None:
            call.forwarded_s = self._link.clock.monotonic()

    def find(self, meaning: Meaning) -> Inflight | None:
        """The request that a message from the exchange answers; the exchange has acted."""
        call = self._calls.get(meaning.request_id) if meaning.request_id else None
        if call is not None and call.upstream is None:
            call.upstream = _told(meaning)
            call.upstream_s = self._link.clock.monotonic()
            self._link.relay.stats.upstream_answered(call, call.upstream_s)
        return call

    def merged(self, meaning: Meaning) -> Meaning:
        """What an answer says, added to what its request meant."""
        call = self._calls.get(meaning.request_id) if meaning.request_id else None
        if call is None:
            return meaning
        said = {item.name: getattr(meaning, item.name) for item in fields(meaning)}
        known = {name: value for name, value in said.items() if value not in ("", None, (), 0)}
        known.pop("role", None)
        return replace(call.meaning(self._link.relay.venue), **known)

    def finish(self, call: Inflight | None, outcome: str, given: Meaning | None = None) -> None:
        """A request has come to its end; `given` is what the client was told in place of it."""
        if call is None or call.outcome != "pending":
            return
        call.outcome = outcome
        if given is not None:
            call.given = _told(given)
        told = call.given or call.upstream
        if outcome == "answered" and told is not None:
            now_s = self._link.clock.monotonic()
            call.status, call.answered_s = told.status, now_s
            self._link.relay.stats.answered(call, now_s)
        self._calls.pop(call.meaning(self._link.relay.venue).request_id, None)
        self._link.relay.witness.finish(call)

    def ended(self, outcome: str, touched: Touch | None = None) -> None:
        """The connection is ending: nothing that is in flight will be answered."""
        for call in list(self._calls.values()):
            if touched is not None:
                call.touched += (touched,)
            self.finish(call, outcome)


def _told(meaning: Meaning) -> Told:
    """Venues without a status in their answers have answered all the same."""
    return Told(status=meaning.status or 200, meaning=meaning)
