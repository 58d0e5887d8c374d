"""One direction of a WebSocket: what has arrived of the frame and the message under way."""

from dataclasses import dataclass
from typing import Literal

from chaostrading.proxy.frames import CLOSE, CONTINUATION, LARGEST, Cutter, Span, mask_key, masked
from chaostrading.proxy.lane import Lane

__all__ = ["Message", "Way"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A whole message or control frame."""

    opcode: int
    payload: bytes
    """Without its mask."""
    key: bytes = b""
    """The mask of its (last) frame."""
    fragmented: bool = False


class Way:
    """Assembles messages, and knows which bytes of an unfinished one have gone on already."""

    def __init__(self, direction: Literal["up", "down"], lane: Lane) -> None:
        self.direction: Literal["up", "down"] = direction
        self.lane = lane
        self.cutter = Cutter()
        self.armed = False
        """Frames go on one by one, because a lease may touch them."""
        self.sent = 0
        """Bytes that have gone on already of the frame that is not whole yet."""
        self.withheld: list[bytes] = []
        """Raw fragments of the message under way, as long as they have not gone on."""
        self.size = 0
        """Payload bytes of the message under way."""
        self._opcode = CONTINUATION
        self._fragments: list[bytes] = []
        self._wanted = False
        self._walking = False

    def arm(self, armed: bool) -> None:
        """Begin or end to look at frames one by one, between two frames.

        While frames are being handed on one by one, the change waits for the end of that."""
        self._wanted = armed
        if not self._walking:
            self._settle()

    def begin(self) -> None:
        """Frames are going to be handed on one by one."""
        self._walking = True

    def end(self) -> None:
        """All whole frames have been handed on."""
        self._walking = False
        self._settle()

    def _settle(self) -> None:
        if self._wanted and not self.armed:
            self.sent = self.cutter.have
        elif self.armed and not self._wanted:
            self.let_go()
            rest = self.cutter.peek()
            if len(rest) > self.sent:
                self.lane.write(rest[self.sent :])
            self.sent = 0
        self.armed = self._wanted

    def let_go(self) -> None:
        """Hand on the fragments that were withheld."""
        for raw in self.withheld:
            self.lane.write(raw)
        self.withheld.clear()

    def is_late(self, first: int) -> bool:
        """Whether a frame belongs to a message whose beginning has gone on already."""
        continues = first & 0x0F == CONTINUATION
        return continues and not self.withheld

    def take(self, data: bytes, begin: int, span: Span) -> Message | None:
        """Take a frame in; give the message or control frame that it completes."""
        first, start, end = span
        if first < 0:
            return None
        opcode, final = first & 0x0F, bool(first & 0x80)
        key = mask_key(data, begin, start)
        payload = masked(data[start:end], key)
        if opcode >= CLOSE or (final and opcode != CONTINUATION):
            return Message(opcode=opcode, payload=payload, key=key)
        if opcode != CONTINUATION:
            self._opcode, self._fragments, self.size = opcode, [], 0
            self.withheld.clear()
        self.withheld.append(data[begin:end])
        self.size += len(payload)
        if self.size <= LARGEST:
            self._fragments.append(payload)
        if not final:
            return None
        whole = b"".join(self._fragments)
        opcode, self._opcode, self._fragments = self._opcode, CONTINUATION, []
        return Message(opcode=opcode, payload=whole, key=key, fragmented=True)
