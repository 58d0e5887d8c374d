"""A book whose best bid is above its best ask."""

from dataclasses import dataclass
from decimal import Decimal

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import within
from chaostrading.faults.market import (
    BIDS,
    follow,
    is_answer,
    is_book,
    is_diff,
    is_market,
    levels,
    like,
    place,
    prices,
)
from chaostrading.faults.raw_json import add_item, end_of, value_span
from chaostrading.faults.registry import register

__all__ = ["CrossedBook"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class CrossedBook(Fault):
    """Puts a bid above the best ask: into book messages as one more level, into best-price messages
    in the bid's place.

    Sequence numbers stay valid. When it is over, the next change of each book removes the level, so
    that the client's book is right again; a book that is thrown away and built anew is right."""

    name = "crossed_book"
    catalogue = "F42"
    category = "data"
    kinds = frozenset({"message", "answer"})
    state_per = "lease"

    depth_bps: float = 30.0
    """How far the bid is above the best ask, in hundredths of a percent, 0.01..10000."""
    for_s: float = 10.0
    """Seconds from arming that the book is crossed, 0.001..86400. Transient: 0.15."""
    every_s: float = 0.0
    """Seconds from one crossing to the next, above `for_s`, up to 86400; 0: only one."""
    snapshots: bool = False
    """Cross the answers to requests for the book as well, so that building anew does not help."""

    def __post_init__(self) -> None:
        within(self.name, "depth_bps", self.depth_bps, 0.01, 10_000)
        within(self.name, "for_s", self.for_s, 0.001, 86_400)
        within(self.name, "every_s", self.every_s, 0, 86_400)
        if self.every_s and self.every_s <= self.for_s:
            raise InvalidInput(
                f"{self.name}: every_s must be 0 or above for_s, was {self.every_s!r}"
            )

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_market(frame):
            return PASS
        since_s = frame.now_s - state.armed_s
        crossed = (since_s % self.every_s if self.every_s else since_s) < self.for_s
        if is_answer(frame) and not self.snapshots:
            crossed = False
        payload = self._book(frame, crossed, state) if is_book(frame) else frame.payload
        if not is_book(frame) and len(prices(frame)) == 2:
            payload = self._best(frame, crossed, state)
        return Replace(payloads=(payload,)) if payload != frame.payload else PASS

    def _best(self, frame: Frame, crossed: bool, state: State) -> bytes:
        bid, ask = sorted(prices(frame), key=Decimal)
        asks = self._asks(frame, state)
        asks -= {price for price in asks if price < Decimal(ask)}
        asks.add(Decimal(ask))
        if not crossed or bid == ask:
            return frame.payload
        higher = like(bid, self._above(Decimal(ask)))
        return frame.venue.edit_price(frame.payload, lambda old: higher if old == bid else old)

    def _book(self, frame: Frame, crossed: bool, state: State) -> bytes:
        payload, diff = frame.payload, is_diff(frame)
        span = value_span(payload, BIDS, b"[")
        if span is None or not (texts := prices(frame)):
            return payload
        bid = self._bid(frame, texts[0], state) if crossed else ""
        added_ones: dict[str, str] = state.memory.setdefault("added", {})
        added = added_ones.get(place(frame), "")
        if diff:
            added_ones[place(frame)] = bid
            if added and added != bid:
                payload = add_item(payload, span, added, like(texts[0], Decimal(0)))
                span = (span[0], end_of(payload, span[0]))
        return add_item(payload, span, bid, like(texts[0], Decimal(1))) if bid else payload

    def _bid(self, frame: Frame, text: str, state: State) -> str:
        """The price of the level that crosses, above the best ask that is known so far."""
        bids, asks = levels(frame.payload)
        known = self._asks(frame, state)
        follow(known, asks)
        best = min(known, default=None) or max(
            (price for price, size in bids if size), default=None
        )
        return like(text, self._above(best)) if best else ""

    @staticmethod
    def _asks(frame: Frame, state: State) -> set[Decimal]:
        asks: set[Decimal] = state.memory.setdefault(f"asks {frame.meaning.symbol}", set())
        return asks

    def _above(self, ask: Decimal) -> Decimal:
        return ask * (1 + Decimal(repr(self.depth_bps)) / 10_000)
