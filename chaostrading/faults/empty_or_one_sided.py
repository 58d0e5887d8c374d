"""Market data with nothing in it, or with one side missing."""

from dataclasses import dataclass
from decimal import Decimal

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.market import ASKS, BIDS, is_book, is_market, like, prices
from chaostrading.faults.raw_json import remove_member, value_span, with_value
from chaostrading.faults.registry import register

__all__ = ["EmptyOrOneSided"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class EmptyOrOneSided(Fault):
    """Empties market data, or one side of it, with status 200 and valid JSON.

    `one_sided`: the list of the side is `[]`; a best price and its quantity are 0, as Binance says
    it. `missing_key`: the side is not there. `empty_list`, `empty_object`: the whole data (inside
    the wrapper of a combined stream or of the WebSocket API) is `[]` or `{}`. `zero_size`: all
    quantities are 0."""

    name = "empty_or_one_sided"
    catalogue = "F44"
    category = "data"
    kinds = frozenset({"message", "answer"})
    state_per = "lease"

    form: str = "one_sided"
    """`one_sided`, `missing_key`, `empty_list`, `empty_object` or `zero_size`."""
    side: str = "asks"
    """`asks` or `bids`, with `one_sided` and `missing_key`."""
    for_s: float = 5.0
    """Seconds from arming, 0.001..86400."""

    def __post_init__(self) -> None:
        forms = ("one_sided", "missing_key", "empty_list", "empty_object", "zero_size")
        one_of(self.name, "form", self.form, forms)
        one_of(self.name, "side", self.side, ("asks", "bids"))
        within(self.name, "for_s", self.for_s, 0.001, 86_400)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_market(frame) or frame.now_s - state.armed_s >= self.for_s:
            return PASS
        payload = self._emptied(frame)
        return Replace(payloads=(payload,)) if payload != frame.payload else PASS

    def _emptied(self, frame: Frame) -> bytes:
        payload = frame.payload
        if self.form in ("empty_list", "empty_object"):
            empty = b"[]" if self.form == "empty_list" else b"{}"
            wrapped = frame.path.startswith("/stream") or frame.meaning.request_id
            data = value_span(payload, ("data", "result")) if wrapped else None
            return with_value(payload, data, empty) if data else empty
        if self.form == "zero_size":
            return frame.venue.edit_quantity(payload, _zero)
        names = ASKS if self.side == "asks" else BIDS
        if is_book(frame):
            if self.form == "missing_key":
                return remove_member(payload, names, b"[")
            span = value_span(payload, names, b"[")
            return with_value(payload, span, b"[]") if span else payload
        if len(prices(frame)) != 2:
            return payload
        if self.form == "missing_key":
            return remove_member(payload, (*names, f"{self.side[:-1]}Price"), b'"')
        return self._no_best(frame)

    def _no_best(self, frame: Frame) -> bytes:
        ordered = sorted(prices(frame), key=Decimal)
        gone = ordered[-1] if self.side == "asks" else ordered[0]
        payload = frame.venue.edit_price(
            frame.payload, lambda text: _zero(text) if text == gone else text
        )
        # Bid comes before ask wherever both stand in one message.
        turn = iter((False, True) if self.side == "asks" else (True, False))
        return frame.venue.edit_quantity(
            payload, lambda text: _zero(text) if next(turn, False) else text
        )


def _zero(text: str) -> str:
    return like(text, Decimal(0))
