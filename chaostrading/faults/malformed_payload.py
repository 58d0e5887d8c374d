"""Bytes that are no message."""

import gzip
from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.market import place
from chaostrading.faults.registry import register

__all__ = ["MalformedPayload"]

_FORMS = (
    "truncate",
    "flip",
    "gzip",
    "opcode",
    "nul",
    "two_documents",
    "utf8",
    "oversize",
    "content_length",
    "empty",
)


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class MalformedPayload(Fault):
    """Damages the bytes of some messages and answers on their way to the client.

    `truncate`: the second half is missing; `flip`: some bytes are others; `gzip`: compressed, and
    the compression is damaged; `opcode`: a text message comes as binary; `nul`: a NUL behind it;
    `two_documents`: the message twice in one; `utf8`: bytes that are no UTF-8 (clients must fail
    the connection); `oversize`: spaces behind it; `content_length`: an answer shorter than it says,
    on a connection that stays open; `empty`: nothing, with the status as it was."""

    name = "malformed_payload"
    catalogue = "F46"
    category = "data"
    kinds = frozenset({"message", "answer"})
    state_per = "lease"

    form: str = "truncate"
    """`truncate`, `flip`, `gzip`, `opcode`, `nul`, `two_documents`, `utf8`, `oversize`,
    `content_length` or `empty`."""
    every: int = 20
    """One of so many messages of a stream or answers to a request, 1..100000, the first first."""
    for_s: float = 10.0
    """Seconds from arming, 0.001..86400."""
    oversize_bytes: int = 2_097_152
    """With `oversize`: number of spaces, 1..16777216. Many clients stop at 1 MiB."""

    def __post_init__(self) -> None:
        one_of(self.name, "form", self.form, _FORMS)
        within(self.name, "every", self.every, 1, 100_000)
        within(self.name, "for_s", self.for_s, 0.001, 86_400)
        within(self.name, "oversize_bytes", self.oversize_bytes, 1, 16_777_216)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.direction != "down" or not frame.payload or frame.status == 101:
            return PASS
        if frame.now_s - state.armed_s >= self.for_s:
            return PASS
        wrong_kind = {"opcode": "answer", "content_length": "message"}.get(self.form)
        if frame.kind == wrong_kind:
            return PASS
        count: int = state.memory.get(place(frame), 0)
        state.memory[place(frame)] = count + 1
        return PASS if count % self.every else self._damaged(frame, dice)

    def _damaged(self, frame: Frame, dice: Dice) -> Fate:
        payload = frame.payload
        half = payload[: len(payload) // 2]
        if self.form == "opcode":
            return Replace(payloads=(payload,), opcode=2)
        if self.form == "content_length":
            return Replace(payloads=(half,), framing="keep")
        if self.form == "gzip":
            return self._gzip(frame, dice)
        if self.form == "oversize":  # not made for the other forms: it is large
            return Replace(payloads=(payload + b" " * self.oversize_bytes,))
        damaged = {
            "truncate": half,
            "flip": _flipped(payload, dice),
            "nul": payload + b"\0",
            "two_documents": payload + payload,
            "utf8": half + b"\xff\xfe" + payload[len(half) :],
            "empty": b"",
        }
        return Replace(payloads=(damaged[self.form],))

    def _gzip(self, frame: Frame, dice: Dice) -> Fate:
        # The head of ten bytes stays, so that a client takes it for gzip.
        packed = gzip.compress(frame.payload, mtime=0)
        broken = packed[:10] + _flipped(packed[10:], dice)
        if frame.kind == "message":
            return Replace(payloads=(broken,), opcode=2)
        others = tuple(pair for pair in frame.headers if pair[0].lower() != "content-encoding")
        return Replace(payloads=(broken,), headers=(*others, ("Content-Encoding", "gzip")))


def _flipped(payload: bytes, dice: Dice) -> bytes:
    damaged = bytearray(payload)
    for at in {dice.integer(0, len(damaged) - 1) for _ in range(1 + len(damaged) // 100)}:
        damaged[at] ^= 1  # bit 0 keeps ASCII what it is: the damage is not the encoding's
    return bytes(damaged)
