"""WebSocket on a link: frames walked, messages read, their fates carried out.

Bytes go on as they came while no lease can touch a message of this connection; frames are walked
beside that, for the witness. Once a lease can, frames go on one by one: those that nobody touches
byte for byte, touched ones rebuilt. Either change happens between two frames. Fragments of a
message are withheld until it is whole while a lease can touch it; control frames between them are
not. Pings and pongs are never made here.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from chaostrading.faults.base import Close, FrameKind, Replace
from chaostrading.proxy import frames
from chaostrading.proxy.calls import Calls
from chaostrading.proxy.frames import CLOSE, PASSING, PING, PONG, TEXT, Span
from chaostrading.proxy.inflight import Inflight, meaning_row, touch
from chaostrading.proxy.lease import Lease
from chaostrading.proxy.link import Link
from chaostrading.proxy.market import Market, is_market
from chaostrading.proxy.messages import MessageParcel
from chaostrading.proxy.redaction import safe
from chaostrading.proxy.way import Message, Way
from chaostrading.records.types import MessageRecord, Touch
from chaostrading.venues.base import Meaning

__all__ = ["WsSide"]

Direction = Literal["up", "down"]

_KINDS: dict[int, FrameKind] = {CLOSE: "close", PING: "ping", PONG: "pong"}
_STREAMS_KEPT = 2_000


class WsSide:
    """What is spoken on a link from its upgrade on."""

    busy = False
    owes_client = False

    def __init__(self, link: Link, streams: tuple[str, ...]) -> None:
        self.link = link
        self.relay = link.relay
        self.calls = Calls(link)
        self._now = link.clock.monotonic
        link.streams.update(streams)
        self._up = Way("up", link.up)
        self._down = Way("down", link.down)
        self._market = Market(self.relay.venue, link.path, partial(self._read_only, self._down))
        self._unsubscribed: set[str] = set()
        self._elsewhere: tuple[Lease, ...] = ()
        """Leases that want messages, yet not of this connection."""
        self._watching: dict[FrameKind, tuple[Lease, ...]] = {}
        self.leases_changed()

    def leases_changed(self) -> None:
        """Find out anew whether frames have to be looked at one by one."""
        table = self.relay.table
        kinds: tuple[FrameKind, ...] = ("message", "ping", "pong", "close")
        self._watching = {kind: table.watching(kind, self.link) for kind in kinds}
        self._elsewhere = tuple(
            lease
            for lease in table.in_force
            if "message" in lease.kinds and lease not in self._watching["message"]
        )
        armed = any(self._watching.values())
        self._up.arm(armed)
        self._down.arm(armed)

    def from_upstream(self, data: bytes) -> None:
        way = self._down
        if way.armed:
            self._one_by_one(way, data)
            return
        way.lane.write(data)
        begin = 0
        if not way.cutter.empty:
            data, begin = way.cutter.open(data)
        end = self._market.skim(data, begin, self._now())
        if end < len(data):
            way.cutter.close(data, end)
        self.relay.heard_from(self.link)

    def from_client(self, data: bytes) -> None:
        way = self._up
        if way.armed:
            self._one_by_one(way, data)
            return
        way.lane.write(data)
        data, spans = way.cutter.cut(data)
        begin = 0
        for span in spans:
            self._read_only(way, data, begin, span)
            begin = span[2]

    def _read_only(self, way: Way, data: bytes, begin: int, span: Span) -> None:
        """Write down a frame that has gone on already, once its message is whole."""
        message = way.take(data, begin, span)
        way.withheld.clear()
        if message is not None:
            self._saw_passing(way, message)

    def _saw_passing(self, way: Way, message: Message) -> None:
        """Write down a message that goes on untouched."""
        meaning = self.read(way.direction, message.opcode, message.payload)
        if way.direction == "up":
            call = self.calls.open(meaning)
            self.calls.sent(call)
        else:
            call = self.calls.find(meaning)
            meaning = self.calls.merged(meaning)
            self.calls.finish(call, "answered")
        self.passes_close(way.direction, message.opcode, message.payload)
        self._saw(way.direction, message.opcode, message.payload, meaning)

    def _one_by_one(self, way: Way, data: bytes) -> None:
        """Ask about each frame; hand on runs of untouched ones with one write."""
        data, spans = way.cutter.cut(data)
        if not spans:
            return
        begin, onward = 0, way.sent
        way.sent = 0
        way.begin()
        for span in spans:
            end = span[2]
            act = self._asked(way, data, begin, span, late=begin < onward)
            if act is not None:
                if onward < begin:
                    way.lane.write(data[onward:begin])
                onward = end
                act()
                if self.link.ended:
                    return
            begin = end
        if onward < begin:
            way.lane.write(data[onward:begin])
        way.end()

    def _asked(
        self, way: Way, data: bytes, begin: int, span: Span, *, late: bool
    ) -> Callable[[], None] | None:
        """What is to be done with this frame, None if it just goes on.

        `late`: the beginning of it has gone on already, so that nobody can touch it."""
        if span[0] == PASSING:
            return None
        late = late or way.is_late(span[0])
        message = way.take(data, begin, span)
        if late:
            way.withheld.clear()
            if message is not None:
                self._saw_passing(way, message)
            return None
        if message is None:
            return way.let_go if way.size > frames.LARGEST else _wait
        if message.opcode < CLOSE and way.withheld:
            raw = b"".join(way.withheld)
            way.withheld.clear()
        else:
            raw = data[begin : span[2]]
        return self._decided(way, message, raw)

    def _decided(self, way: Way, message: Message, raw: bytes) -> Callable[[], None] | None:
        opcode, payload = message.opcode, message.payload
        kind = _KINDS.get(opcode, "message")
        leases = self._watching[kind]
        direction = way.direction
        meaning = self.read(direction, opcode, payload)
        if direction == "up":
            call = self.calls.open(meaning)
        else:
            call = self.calls.find(meaning)
            meaning = self.calls.merged(meaning)
        found = None
        if leases:
            frame = self.link.frame(
                kind, direction, payload=payload, meaning=meaning, stream=meaning.stream
            )
            found = self.link.ask(frame, leases, _throws(call))
        if found is None:
            self._saw(direction, opcode, payload, meaning)
            self.passes_close(direction, opcode, payload)
            if direction == "up":
                self.calls.sent(call)
            else:
                self.calls.finish(call, "answered")
            return partial(way.lane.write, raw) if message.fragmented else None
        touched = touch(*found)
        self._saw(direction, opcode, payload, meaning, (touched,))
        if call is not None:
            call.touched += (touched,)
        parcel = MessageParcel(self, direction, opcode, payload, raw, message.key, call, touched)
        return partial(self.link.act, parcel, *found)

    def read(self, direction: Direction, opcode: int, payload: bytes) -> Meaning:
        """What a message means."""
        if opcode >= CLOSE:
            return Meaning()
        return self.relay.venue.read_message(self.link.path, direction, payload)

    def passes_close(self, direction: Direction, opcode: int, payload: bytes) -> None:
        """Note who sent the first close frame that went through."""
        if opcode == CLOSE and self.link.close_frame is None:
            by = "client" if direction == "up" else "upstream"
            self.link.close_frame = (by, frames.close_code(payload))

    def saw_ours(self, opcode: int, payload: bytes, touched: Touch) -> Meaning:
        """Write down a message to the client that a fault has made; give its meaning."""
        meaning = self.read("down", opcode, payload)
        self._saw("down", opcode, payload, meaning, (touched,))
        return meaning

    def _saw(
        self, direction: Direction, opcode: int, payload: bytes, meaning: Meaning,
        touched: tuple[Touch, ...] = (),
    ) -> None:  # fmt: skip
        """Write a message down: one by one, or summed up with others of its stream."""
        link, relay = self.link, self.relay
        now_s = relay.clock.monotonic()
        if opcode < CLOSE and direction == "up":
            relay.stats.messages_up += 1
            self._follow(meaning)
        elif opcode < CLOSE:
            if not touched and is_market(meaning):
                self._market.add(meaning, payload, now_s)
                relay.heard_from(link)
                return
            relay.stats.messages_down += 1
        relay.witness.write_later(
            MessageRecord,
            partial(
                _told, now_s, relay.clock.wall(), link.number, direction, opcode, link.path,
                meaning, len(payload),
                frames.close_code(payload) if opcode == CLOSE else None,
                touched,
            ),
        )  # fmt: skip

    def _follow(self, meaning: Meaning) -> None:
        """Keep account of what the connection is subscribed to."""
        if meaning.role != "subscription" or not meaning.streams:
            return
        streams = self.link.streams
        if "unsub" in meaning.endpoint.lower():
            streams.difference_update(meaning.streams)
            self._unsubscribed.update(meaning.streams)
        else:
            if len(streams) < _STREAMS_KEPT:
                streams.update(meaning.streams)
            self._unsubscribed.difference_update(meaning.streams)
            self.link.note("subscribed", by="client")
        self.leases_changed()

    def flush(self) -> None:
        """Write down the market data of the last 100 ms."""
        relay, link = self.relay, self.link
        offset_s = relay.clock.wall() - relay.clock.monotonic()
        heard = self._market.flush(link.number, relay.witness, relay.stats, offset_s)
        for lease in self._elsewhere:
            for name, count in heard.items():
                lease.pass_by(f"message {safe(name)}", count)
        new = heard.keys() - link.streams - self._unsubscribed - {link.path}
        if new and len(link.streams) < _STREAMS_KEPT:
            link.streams.update(new)
            self.leases_changed()

    def client_gone(self) -> None:
        self.calls.ended("client_gone")

    def upstream_gone(self) -> None:
        self.calls.ended("upstream_failed")

    def upstream_failed(self, error: str) -> None:
        """The leg was open before the upgrade: it cannot fail to open."""

    def cut(self, outcome: str, touched: Touch) -> None:
        self.calls.ended(outcome, touched)

    def last_words(self, fate: Close) -> bytes:
        words = b""
        for payload in fate.after:
            words += frames.build(TEXT, payload)
        if fate.code is not None:
            words += frames.build(CLOSE, frames.close_payload(fate.code, fate.reason))
        return words

    def inject(self, fate: Replace, touched: Touch) -> None:
        opcode = TEXT if fate.opcode is None else fate.opcode
        for payload in fate.payloads:
            self._down.lane.write(frames.build(opcode, payload))
            self.saw_ours(opcode, payload, touched)


def _wait() -> None:
    """A fragment is withheld until its message is whole."""


def _throws(call: Inflight | None) -> dict[str, bool] | None:
    if call is None:
        return None
    if call.throws is None:
        call.throws = {}
    return call.throws


def _told(
    mono_s: float, wall_s: float, connection: int, direction: Direction, opcode: int, path: str,
    meaning: Meaning, size: int, code: int | None, touched: tuple[Touch, ...],
) -> dict[str, Any]:  # fmt: skip
    """The values of a message's record."""
    return {
        "mono_s": mono_s,
        "wall_s": wall_s,
        "connection": connection,
        "direction": direction,
        "opcode": frames.NAMES.get(opcode, str(opcode)),
        "path": safe(path),
        "stream": safe(meaning.stream),
        "size": size,
        "meaning": meaning_row(meaning) if opcode < CLOSE else {},
        "code": code,
        "touched": touched,
    }
