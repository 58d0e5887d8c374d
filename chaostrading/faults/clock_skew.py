"""F26: the exchange's clock and the client's do not agree."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.calls import is_call, is_reply, said
from chaostrading.faults.limits import within
from chaostrading.faults.registry import register
from chaostrading.venues.pages import http_date
from chaostrading.venues.stamps import sent_at
from chaostrading.venues.troubles import trouble

__all__ = ["ClockSkew"]

_EARLY_MS = 1_000
"""A request from further ahead than this is refused whatever its window."""


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class ClockSkew(Fault):
    """Let the exchange's clock run ahead of the client's or behind it.

    On the wire: signed requests that the skewed clock would refuse (more than 1 s ahead, or later
    than their window) are answered -1021 in the exchange's place; server times in answers and
    messages, and the Date header, are shifted. The exchange itself keeps its clock: a client that
    follows the shifted time is refused by it when the offset is above +1 s or below minus its
    window."""

    name = "clock_skew"
    catalogue = "F26"
    category = "exchange"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "lease"

    offset_s: float = -1.5
    """Server minus true time in seconds, -90..90. Negative: the client is ahead."""
    drift_s_per_minute: float = 0.0
    """How much the offset grows in a minute, -60..60 s."""
    reject: bool = True
    """Refuse signed requests as the skewed clock would."""
    server_time: bool = True
    """Shift the times in answers and messages; without it the exchange lies about its clock."""
    date_header: bool = True
    """Shift the Date header of answers."""

    def __post_init__(self) -> None:
        within(self.name, "offset_s", self.offset_s, -90, 90)
        within(self.name, "drift_s_per_minute", self.drift_s_per_minute, -60, 60)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        drifted_s = self.drift_s_per_minute * (frame.now_s - state.armed_s) / 60
        offset_ms = round((self.offset_s + drifted_s) * 1_000)
        if is_call(frame):
            return self._at_call(frame, frame.now_ms + offset_ms) if self.reject else PASS
        if frame.kind == "answer" and frame.status != 101:
            return self._at_answer(frame, offset_ms)
        timed = is_reply(frame) or frame.meaning.event_time_ms is not None
        if frame.direction == "down" and timed and self.server_time:
            payload = frame.venue.edit_time(frame.payload, lambda time_ms: time_ms + offset_ms)
            return Replace(payloads=(payload,)) if payload != frame.payload else PASS
        return PASS

    def _at_call(self, frame: Frame, server_ms: int) -> Fate:
        stamp = sent_at(frame.venue.name, frame.query, frame.payload, frame.headers)
        if stamp is None:
            return PASS
        sent_ms, late_ms = stamp
        if sent_ms >= server_ms + _EARLY_MS:
            return said(frame, trouble(frame.venue, "time_early"))
        if server_ms - sent_ms > late_ms:
            return said(frame, trouble(frame.venue, "time_late"))
        return PASS

    def _at_answer(self, frame: Frame, offset_ms: int) -> Fate:
        payload, headers = frame.payload, frame.headers
        if self.server_time:
            payload = frame.venue.edit_time(payload, lambda time_ms: time_ms + offset_ms)
        if self.date_header:
            date = http_date(frame.now_ms + offset_ms)
            headers = tuple(
                (name, date if name.lower() == "date" else value) for name, value in headers
            )
        if payload == frame.payload and headers == frame.headers:
            return PASS
        return Replace(payloads=(payload,), headers=headers)
