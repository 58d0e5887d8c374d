"""Candles that lie about being closed."""

import re
from dataclasses import dataclass
from decimal import Decimal

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Drop, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.market import is_candle, like, place
from chaostrading.faults.raw_json import end_of, items
from chaostrading.faults.registry import register

__all__ = ["CandleFault"]

_CLOSED = re.compile(rb'("(?:x|confirm|closed|is_closed)"\s*:\s*)(true|false)')
_OPEN_TIME = re.compile(rb'"(?:t|start|open_time|interval_begin)"\s*:\s*"?([^,"}]+)')


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class CandleFault(Fault):
    """Falsifies the candles of streams, and with `hole` and `duplicate` those of answers too.

    `lost_close`: the message that says closed never comes. `early_close`: an open candle says that
    it is closed. `duplicate`: the closed candle comes twice, and twice in answers. `hole`: nothing
    of a candle comes, and answers lack the one before the last. `amended`: after its close a candle
    comes again with other prices."""

    name = "candle_fault"
    catalogue = "F47"
    category = "data"
    kinds = frozenset({"message", "answer"})
    state_per = "lease"

    form: str = "lost_close"
    """`lost_close`, `early_close`, `duplicate`, `hole` or `amended`."""
    candles: int = 0
    """Number of candles per stream and of answers per request that are falsified, 0..100000; 0:
    all."""
    amend_bps: float = 50.0
    """With `amended`: by how much prices are higher, in hundredths of a percent, 0.01..10000."""

    def __post_init__(self) -> None:
        forms = ("lost_close", "early_close", "duplicate", "hole", "amended")
        one_of(self.name, "form", self.form, forms)
        within(self.name, "candles", self.candles, 0, 100_000)
        within(self.name, "amend_bps", self.amend_bps, 0.01, 10_000)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_candle(frame):
            return PASS
        if frame.kind == "answer":
            return self._rows(frame, state)
        flag, opened = _CLOSED.search(frame.payload), _OPEN_TIME.search(frame.payload)
        if flag is None or opened is None:
            return PASS
        closed = flag.group(2) == b"true"
        first = state.memory.setdefault(f"first {place(frame)}", opened.group(1))
        if self.form == "hole":
            # The candle that was under way at arming is half known to the client already.
            meant = opened.group(1) != first
        else:
            meant = closed != (self.form == "early_close")
        if not meant or self._spent(frame, opened.group(1), state):
            return PASS
        return self._falsified(frame)

    def _falsified(self, frame: Frame) -> Fate:
        payload = frame.payload
        if self.form in ("lost_close", "hole"):
            return Drop()
        if self.form == "early_close":
            return Replace(payloads=(_CLOSED.sub(rb"\1true", payload, count=1),))
        if self.form == "duplicate":
            return Replace(payloads=(payload, payload))
        return Replace(payloads=(payload, frame.venue.edit_price(payload, self._amended)))

    def _amended(self, text: str) -> str:
        return like(text, Decimal(text) * (1 + Decimal(repr(self.amend_bps)) / 10_000))

    def _rows(self, frame: Frame, state: State) -> Fate:
        start = frame.payload.find(b"[[")
        if self.form not in ("hole", "duplicate") or start < 0:
            return PASS
        rows = items(frame.payload, (start, end_of(frame.payload, start)))
        if len(rows) < 3 or self._spent(frame, frame.now_s, state):
            return PASS
        (_, before), (begin, end) = rows[-3], rows[-2]
        payload = frame.payload
        if self.form == "hole":
            return Replace(payloads=(payload[:before] + payload[end:],))
        return Replace(payloads=(payload[:end] + b"," + payload[begin:],))

    def _spent(self, frame: Frame, candle: object, state: State) -> bool:
        """Whether so many candles were falsified already that this one is spared."""
        touched: set[object] = state.memory.setdefault(f"touched {place(frame)}", set())
        if candle not in touched and self.candles and len(touched) >= self.candles:
            return True
        if self.candles:
            touched.add(candle)
        return False
